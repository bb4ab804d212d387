import type { DeployEnvironment } from '../../domain/config-deploy.ts';
import { watchedMs } from '../../domain/release-watch-time.ts';
import type { LookTools, WatchRequest } from './step-verdict.ts';

/** Usual lines of a kind that are kept of a whole watch, at most, and the ms between two at the least. */
const usual = { lines: 200, ms: 1_000 } as const;

/** In ms: so long a pause between two looks is one of a busy machine; in a longer one nobody was there, or the clock was set. */
const longestPauseMs = 10_000;

/** A watch that ends. */
export interface TimedRequest extends WatchRequest {
  /** When the watch is over, epoch ms; later for every pause in which nobody looked. */
  readonly overAt: number;
  /** Ms of all those pauses. */
  readonly awayMs: number;
  /** Called at each look, before anything else is done. @returns that moment, epoch ms. */
  readonly looking: () => number;
}

/** A watch that begins, or goes on, now. */
export function timed({ clock }: Pick<LookTools, 'clock'>, request: WatchRequest): TimedRequest {
  const { intervalSeconds, timeoutSeconds } = request.environment.health;
  const mostMs = Math.max(longestPauseMs, 1_000 * (3 * intervalSeconds + timeoutSeconds));
  let last = clock.now();
  let overAt = endOf(request, last);
  let awayMs = 0;
  return {
    ...request,
    get overAt() {
      return overAt;
    },
    get awayMs() {
      return awayMs;
    },
    looking: () => {
      const now = clock.now();
      const pause = now - last;
      overAt += Math.max(0, pause - mostMs);
      if (pause > mostMs) awayMs += pause;
      last = now;
      return now;
    },
  };
}

/** Between two usual lines of a kind, in ms. */
export function keptMs({ watch }: DeployEnvironment): number {
  return Math.max(usual.ms, (watch.seconds * 1_000) / usual.lines);
}

/** When a watch that begins (again) at a moment has watched for as long as it is to. */
function endOf({ environment, servedAt, lookedAt }: WatchRequest, at: number): number {
  const mostMs = 2 * Math.max(keptMs(environment), environment.health.intervalSeconds * 1_000);
  return at + Math.max(0, environment.watch.seconds * 1_000 - watchedMs(lookedAt, { servedAt, at, mostMs }));
}

/** Waits until so long after now, and no longer than to the moment at which the watch is over. */
export function nextLook({ clock, wait }: LookTools, request: TimedRequest, everyMs: number): () => Promise<void> {
  const now = clock.now();
  const at = request.overAt > now ? Math.min(now + everyMs, request.overAt) : now + everyMs;
  return async () => await wait(Math.max(0, at - clock.now()), request.signal);
}
