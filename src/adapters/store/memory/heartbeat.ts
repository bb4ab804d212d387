import type { Lease } from '../../../domain/task.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Heartbeat } from '../../../ports/heartbeat.ts';
import type { MemoryDatabase } from './database.ts';
import { lookAt, renewedLease } from './renew-leases.ts';

/** Where the beat comes from; a simulation hands in its own. */
export interface BeatTimer {
  /** Calls `beat` every so many ms. @returns the function that ends it. */
  every(ms: number, beat: () => void): () => void;
}

const eventLoopTimer: BeatTimer = {
  every: (ms, beat) => {
    const timer = setInterval(beat, ms);
    return () => clearInterval(timer);
  },
};

/** Renews leases from the event loop: memory is seen by no other thread, and a loop that is busy for longer than a lease loses it. */
export function memoryHeartbeat(
  database: Pick<MemoryDatabase, 'renew'>,
  { clock, timer = eventLoopTimer }: { readonly clock: Clock; readonly timer?: BeatTimer },
): Heartbeat {
  return {
    start: async ({ process, leaseMs, everyMs, failed }) => {
      let renewing: Promise<void> = Promise.resolve();
      let seen = lookAt(clock);
      const begin = () => {
        const [before, now] = [seen, lookAt(clock)];
        seen = now;
        return (lease: Lease): Lease => renewedLease(lease, leaseMs, before, now);
      };
      const end = timer.every(everyMs, () => {
        renewing = database.renew(process, begin).catch(failed);
      });
      return {
        stop: async () => {
          end();
          await renewing;
        },
      };
    },
  };
}
