import type { ProcessRequest, ProcessResult } from '../../../ports/process.ts';
import { findProgram } from '../../process/find-program.ts';
import { notJoinedCode } from '../control-groups/control-group.ts';
import type { ControlGroup } from '../control-groups/control-group.ts';
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
      confine: (request) => (group === undefined ? request : joining(group, request)),
      interpret: readJoined,
      async [Symbol.asyncDispose]() {},
    }),
  };
}

/** A program that is not there is left to the runner, which says so; the shell that joins the group would say it in its own way. */
function joining(group: ControlGroup, request: ProcessRequest): ProcessRequest {
  const [program] = request.command;
  if (findProgram(program, request.cwd, request.env['PATH'] ?? '') === undefined) return request;
  return { ...request, command: group.joining(request.command) };
}

function readJoined(result: ProcessResult): ProcessResult {
  const reason = /^miyabi: ([^\n]+)\n$/.exec(result.stderr)?.[1];
  if (result.end.kind !== 'exited' || result.end.code !== notJoinedCode || reason === undefined) return result;
  return { ...result, end: { kind: 'not-started', reason } };
}
