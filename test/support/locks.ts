import type { Held, Locks } from '../../src/ports/lock.ts';

/** Locks within one process, in the order in which they were asked for. */
export function memoryLocks(): Locks {
  const last = new Map<string, Promise<void>>();

  function take(name: string): { readonly ready: Promise<void>; readonly held: Held } {
    const ready = last.get(name) ?? Promise.resolve();
    let free: () => void = () => undefined;
    const done = new Promise<void>((resolve) => (free = resolve));
    const tail = ready.then(() => done);
    last.set(name, tail);
    const held: Held = {
      async release() {
        if (last.get(name) === tail) last.delete(name);
        free();
      },
    };
    return { ready, held };
  }

  return {
    async acquire(name) {
      const { ready, held } = take(name);
      await ready;
      return held;
    },
    async tryAcquire(name) {
      return last.has(name) ? undefined : take(name).held;
    },
  };
}
