import { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports/clock.ts';

/** The first pause before something is tried again that the storage refused, and the longest, in ms; each is twice the one before. */
const [firstPauseMs, longestPauseMs] = [10, 1_000];

export interface Persistence {
  readonly clock: Clock;
  /** How long it may be refused, from the first time on; in ms. It is tried a second time in any case. */
  readonly forMs: number;
  /** Once it aborts, nothing waits any more: what was refused is tried once again at once. */
  readonly signal: AbortSignal;
}

/**
 * Does something that the storage may refuse for a while: a full disk, another program's write lock.
 *
 * @throws Failure what it was last refused with; and at once whatever is no Failure, which trying again does not mend.
 */
export async function persist<T>(work: () => Promise<T>, { clock, forMs, signal }: Persistence): Promise<T> {
  let since: number | undefined;
  let last = false;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Failure) || last) throw error;
      since ??= clock.monotonic();
      const left = since + forMs - clock.monotonic();
      if (left <= 0 && pauseMs > firstPauseMs) throw error;
      await pause(Math.min(pauseMs, Math.max(left, 0)), signal);
      last = signal.aborted;
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener('abort', over);
  });
}
