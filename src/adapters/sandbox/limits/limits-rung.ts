import type { Rung } from '../rung.ts';

/**
 * No walls: programs run as they are, and bounded. The limits of each process are those of its request, those of the whole world
 * are held by a control group where there is one and watched elsewhere. It reaches whatever the user reaches.
 *
 * @param bounds what the machine holds a world to, in a sentence.
 */
export function createLimitsRung(bounds: string): Rung {
  return {
    level: 'limits',
    joinsGroup: true,
    probe: async () => ({ level: 'limits', usable: true, detail: `No isolation: files and network are as open as to the user. ${bounds}` }),
    open: async ({ group }) => ({
      confine: (request) => (group === undefined ? request : { ...request, command: group.joining(request.command) }),
      async [Symbol.asyncDispose]() {},
    }),
  };
}
