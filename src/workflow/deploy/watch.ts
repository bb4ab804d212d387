import { releaseName } from '../../domain/deployment.ts';
import { observe } from '../../domain/release-watch.ts';
import type { Observation, ReleaseWatch } from '../../domain/release-watch-state.ts';
import { afterPause, beginWatch, standsProven } from '../../domain/release-watch-state.ts';
import { windowInWords } from '../../domain/release-watch-words.ts';
import { watchInWords } from '../../domain/watch-in-words.ts';
import type { AskedTarget } from './ask-target.ts';
import { askTarget, checkHealth, healthAddress } from './ask-target.ts';
import type { LookTools, StepVerdict, WatchRequest } from './step-verdict.ts';
import { watchNotes } from './watch-notes.ts';
import { keptMs, nextLook, timed } from './watch-time.ts';
import type { TimedRequest } from './watch-time.ts';
import { latencyWindowMs, probedTraffic, trafficEveryMs, trafficLooks } from './watch-traffic.ts';

/** In ms between two lines of how far it is. */
const progressMs = 5_000;

/**
 * Watches a release that serves, until its time is over and nothing stands against it, or a rule says that it is bad: that is known with the very
 * observation that shows it. Health, traffic and exits are looked at independently, so that a slow answer of one delays none of the others.
 *
 * @throws FencedOff where another deployment has taken over; the reason of the signal.
 */
export async function watchRelease(tools: LookTools, request: WatchRequest): Promise<StepVerdict> {
  const over = new AbortController();
  const ended = new Error('the watch has ended');
  const end = (): void => over.abort(ended);
  const within = timed(tools, { ...request, signal: AbortSignal.any([request.signal, over.signal]) });
  const seen = seenOf(tools, within, end);
  const guarded = async (loop: Promise<void>): Promise<void> => {
    await loop.catch((error: unknown) => over.abort(error));
  };
  const traffic = trafficOf(tools, within, seen);
  const measuring = guarded(traffic.loop());
  await Promise.all([
    measuring,
    guarded(watchExits(tools, within, seen)),
    guarded(watchHealth(tools, within, { seen, traffic, measuring }).then(end)),
  ]);
  request.signal.throwIfAborted();
  const { verdict, traffic: last } = seen.watch();
  if (verdict !== undefined) return { kind: 'bad', verdict };
  if (over.signal.reason !== ended) throw over.signal.reason as Error;
  const measured = last === undefined ? '' : ` At last: ${windowInWords(last)}.`;
  return {
    kind: 'good',
    notes: [`${releaseName(request.release)} has proven itself for ${request.environment.watch.seconds} s.${measured}`],
  };
}

/** What is known so far, shared by all who look. */
interface Seen {
  readonly watch: () => ReleaseWatch;
  readonly see: (observation: Observation) => Promise<void>;
  /** What the target said last, where it is known: it may have moved since it was asked first. */
  readonly target: { asked: AskedTarget };
}

function seenOf(tools: LookTools, request: TimedRequest, onVerdict: () => void): Seen {
  const { environment, release, servedAt, baseline } = request;
  const ofMs = environment.watch.seconds * 1_000;
  const notes = watchNotes(tools, keptMs(environment));
  let toldAt = -Infinity;
  let awayMs = 0;
  let watch = beginWatch(environment, baseline, { since: servedAt, at: tools.clock.now() });
  return {
    watch: () => watch,
    target: { asked: { kind: 'unasked', why: 'the target has not been asked yet' } },
    async see(observation) {
      // The machine may have slept since whoever has seen this began to look.
      request.looking();
      watch = observe(afterPause(watch, request.awayMs - awayMs), observation);
      awayMs = request.awayMs;
      if (watch.verdict !== undefined) onVerdict();
      const now = tools.clock.now();
      if (now - toldAt >= progressMs) {
        toldAt = now;
        const { requests, errors } = watch.traffic ?? { requests: 0, errors: 0 };
        const watched = {
          environment: environment.name,
          release: release.number,
          watchedMs: Math.max(0, ofMs - (request.overAt - now)),
          ofMs,
          requests,
          errors,
        };
        tools.progress(watchInWords(watched));
      }
      await notes.keep(observation, watch);
    },
  };
}

interface Traffic {
  /** Ends when the time of the watch is over. */
  readonly loop: () => Promise<void>;
  readonly last: () => Promise<void>;
  readonly added: ReturnType<typeof probedTraffic>['add'];
}

function trafficOf(tools: LookTools, request: TimedRequest, { see }: Seen): Traffic {
  const { environment } = request;
  const windowMs = latencyWindowMs(environment, request.source === undefined);
  const probed = probedTraffic(Math.max(environment.watch.errorSeconds * 1_000, 2 * windowMs));
  const look = trafficLooks(tools.clock, request, { source: request.source ?? probed, windowMs });
  return {
    added: probed.add,
    last: async () => await look(true, see),
    loop: async () => {
      while (request.looking() < request.overAt) {
        const next = nextLook(tools, request, trafficEveryMs(environment));
        await look(false, see);
        await next();
      }
    },
  };
}

/** Until the target cannot tell. */
async function watchExits(tools: LookTools, request: TimedRequest, { see, target }: Seen): Promise<void> {
  for (;;) {
    const next = nextLook(tools, request, request.environment.health.intervalSeconds * 1_000);
    const asked = await askTarget(request);
    const at = tools.clock.now();
    if (asked.kind === 'unasked') await see({ ...asked, at });
    else {
      target.asked = asked;
      if (asked.exits === undefined) return;
      await see({ kind: 'exits', at, exits: asked.exits });
    }
    await next();
  }
}

/**
 * Ends when the time is over, health and traffic are known to its end, and nothing stands against the release: a failure at the last moment is
 * followed until it is one or none, and however late or slow the looks were there are as many as could have found it bad.
 */
async function watchHealth(
  tools: LookTools,
  request: TimedRequest,
  { seen, traffic, measuring }: { readonly seen: Seen; readonly traffic: Traffic; readonly measuring: Promise<void> },
): Promise<void> {
  const { environment, release, signal } = request;
  const { target } = seen;
  for (;;) {
    request.looking();
    const next = nextLook(tools, request, environment.health.intervalSeconds * 1_000);
    if (target.asked.kind === 'unasked') target.asked = await askTarget(request);
    const check = await checkHealth(
      tools,
      request,
      healthAddress(environment, target.asked, { release: release.number, where: 'serving' }),
    );
    signal.throwIfAborted();
    traffic.added(check);
    await seen.see({ kind: 'check', check });
    if (request.looking() >= request.overAt) {
      await measuring;
      signal.throwIfAborted();
      await traffic.last();
      const { trafficAt, checkedAt } = seen.watch();
      const isMeasured = Math.min(trafficAt, checkedAt) >= request.overAt;
      if (isMeasured && standsProven(seen.watch(), environment.health.failures)) return;
    }
    await next();
  }
}
