import type { Held, Locks } from '../../ports/lock.ts';

/** The locks of one process among those that share a {@link MemoryLocks}. */
export interface ProcessLocks extends Locks {
  /** Frees whatever it holds and forgets what it waits for, as the system does when a process dies. It is given no lock any more. */
  die(): void;
}

/** Locks among processes that live in one program. */
export interface MemoryLocks {
  process(): ProcessLocks;
}

interface Holder {
  readonly process: object;
}

interface Waiter extends Holder {
  readonly name: string;
  take(): void;
}

/** Whoever waits for a lock gets it in the order in which it was asked for. */
export function memoryLocks(): MemoryLocks {
  const holders = new Map<string, Holder>();
  const waiting = new Set<Waiter>();

  function free(name: string, holder: Holder): void {
    if (holders.get(name) !== holder) return;
    holders.delete(name);
    for (const waiter of waiting) {
      if (waiter.name !== name) continue;
      waiter.take();
      return;
    }
  }

  function hold(name: string, process: object): Held {
    const holder: Holder = { process };
    holders.set(name, holder);
    return { release: async () => free(name, holder) };
  }

  function wait(name: string, process: object, signal: AbortSignal | undefined): Promise<Held> {
    const { promise, resolve, reject } = Promise.withResolvers<Held>();
    const aborted = (): void => {
      waiting.delete(waiter);
      reject(signal?.reason);
    };
    const waiter: Waiter = {
      name,
      process,
      take: () => {
        waiting.delete(waiter);
        signal?.removeEventListener('abort', aborted);
        resolve(hold(name, process));
      },
    };
    waiting.add(waiter);
    signal?.addEventListener('abort', aborted, { once: true });
    return promise;
  }

  return {
    process: () => {
      const self = {};
      let dead = false;
      const mustLive = (): void => {
        if (dead) throw new Error('The process is dead.');
      };
      return {
        tryAcquire: async (name) => {
          mustLive();
          return holders.has(name) ? undefined : hold(name, self);
        },
        acquire: async (name, signal) => {
          mustLive();
          signal?.throwIfAborted();
          return holders.has(name) ? wait(name, self, signal) : hold(name, self);
        },
        die: () => {
          dead = true;
          for (const waiter of waiting) if (waiter.process === self) waiting.delete(waiter);
          for (const [name, holder] of holders) if (holder.process === self) free(name, holder);
        },
      };
    },
  };
}
