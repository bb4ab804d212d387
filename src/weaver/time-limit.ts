import type { AttemptLimit } from '../domain/budget.ts';
import { AttemptAborted } from './abort.ts';

/** The longest time that a timer can be set to: nearly 25 days. */
const longestTimerMs = 2 ** 31 - 1;

/** Aborts an attempt when its time is up, however long that is; disposing of it takes the limit away. */
export function abortAfter({ ms, reason }: AttemptLimit, abort: AbortController): Disposable {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    const now = Math.min(left, longestTimerMs);
    timer = setTimeout(() => (left > now ? wait(left - now) : abort.abort(new AttemptAborted('time-limit', reason))), now);
  };
  wait(ms);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
