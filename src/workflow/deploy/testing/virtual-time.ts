import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../../ports/clock.ts';

/** Time that passes only while everybody waits for it, and then at once. */
export interface VirtualTime {
  readonly clock: Clock;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Lets time pass until a program that waits for nothing else has ended. */
  run<Result>(program: Promise<Result>): Promise<Result>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export function virtualTime(start: number): VirtualTime {
  let now = start;
  const sleepers = new Set<Sleeper>();
  return {
    clock: { now: () => now, monotonic: () => now },
    async wait(ms, signal) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sleeper = { at: now + ms, wake: resolve };
      const abort = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', abort);
      sleepers.add(sleeper);
      try {
        await promise;
      } finally {
        sleepers.delete(sleeper);
        signal.removeEventListener('abort', abort);
      }
    },
    async run(program) {
      let isOver = false;
      const end = (): void => void (isOver = true);
      program.then(end, end);
      for (;;) {
        await turn();
        if (isOver) return await program;
        const [first] = [...sleepers].toSorted((one, other) => one.at - other.at);
        if (first === undefined) throw new Error('the program waits for something that is not time');
        now = Math.max(now, first.at);
        first.wake();
        sleepers.delete(first);
      }
    },
  };
}
