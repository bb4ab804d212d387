import type { HealthCheck, TrafficWindow, Verdict } from './deployment.ts';
import { crashLoopIn, isFailingTooMuch } from './release-watch-rules.ts';
import type { Observation, ReleaseWatch } from './release-watch-state.ts';
import { momentOf } from './release-watch-state.ts';
import { baselineInWords, checkInWords, evidenceLine, latenciesInWords, percent, windowInWords } from './release-watch-words.ts';

/** What follows from what was seen last, with all that was seen before. @returns undefined while nothing is shown against the release. */
export function judge(watch: ReleaseWatch, observation: Observation): Verdict | undefined {
  const found = find(watch, observation);
  return found === undefined ? undefined : verdictOf(watch, found, momentOf(observation));
}

type Found = Pick<Verdict, 'rule' | 'reason'>;

function find(watch: ReleaseWatch, observation: Observation): Found | undefined {
  switch (observation.kind) {
    case 'check':
      return judgeHealth(watch, observation.check);
    case 'traffic':
      return judgeErrors(watch, observation.window, observation.isWhole);
    case 'window':
      return judgeLatency(watch);
    case 'unmeasured':
      return judgeAbsence(watch, observation.at - watch.missingSince.traffic, `traffic: ${observation.why}`);
    case 'exits':
      return judgeExits(watch, observation.exits);
    case 'unasked':
      return undefined;
    case 'late':
      return judgeStart(watch, observation.at);
  }
}

/** Where no check was made at all it is the lack of data that is waited for. */
function judgeStart({ lastCheck, startedAt }: ReleaseWatch, at: number): Found | undefined {
  if (lastCheck === undefined || lastCheck.kind === 'healthy') return undefined;
  const rule = lastCheck.kind === 'wrong-version' ? 'wrong-version' : 'health';
  return { rule, reason: `it was not healthy within ${Math.round((at - startedAt) / 1_000)} s; at last it was ${checkInWords(lastCheck)}` };
}

function judgeHealth({ settings, checks, ...watch }: ReleaseWatch, check: HealthCheck): Found | undefined {
  const { failures } = settings.health;
  switch (check.kind) {
    case 'healthy':
      return undefined;
    case 'measuring':
      return judgeAbsence({ settings }, check.at - watch.missingSince.health, `health: ${check.why}`);
    case 'wrong-version':
      // Where two programs answer in turn it never fails in a row, and yet half of the users are served by another release.
      if (checks.otherVersions < failures && checks.failedInARow < failures) return undefined;
      return { rule: 'wrong-version', reason: `another release answers than the one that was deployed: ${check.found}` };
    case 'unhealthy':
      if (checks.failedInARow < failures) return undefined;
      return { rule: 'health', reason: `${checks.failedInARow} health checks in a row failed, the last with: ${check.why}` };
  }
}

function judgeErrors({ settings }: ReleaseWatch, window: TrafficWindow, isWhole: boolean): Found | undefined {
  if (!isFailingTooMuch(window, settings, isWhole)) return undefined;
  return {
    rule: 'errors',
    reason: `more requests failed than may: ${windowInWords(window)}; at most ${percent(settings.watch.errorRatio)} may`,
  };
}

function judgeLatency({ settings, slow, baseline }: ReleaseWatch): Found | undefined {
  const { latencyWindows, latencyRatio, latencyMs } = settings.watch;
  if (slow.length < latencyWindows) return undefined;
  const now = slow.map(({ p95Ms }) => `${Math.round(p95Ms!)} ms`).join(', ');
  const before = Math.round(baseline!.p95Ms!);
  const most = `more than ${latencyRatio} times that and ${latencyMs} ms above it is too slow`;
  return { rule: 'latency', reason: `the p95 latency was ${now} in ${slow.length} windows in a row, and ${before} ms before; ${most}` };
}

function judgeExits({ settings, since }: ReleaseWatch, exits: readonly number[]): Found | undefined {
  const close = crashLoopIn(exits, since, settings);
  if (close === undefined) return undefined;
  const moments = close.map((at) => evidenceLine({ at, text: '' }).trim()).join(', ');
  return { rule: 'crash-loop', reason: `it exited ${close.length} times within a minute without being asked to: ${moments}` };
}

function judgeAbsence({ settings }: Pick<ReleaseWatch, 'settings'>, forMs: number, why: string): Found | undefined {
  if (forMs < settings.watch.noDataSeconds * 1_000) return undefined;
  return { rule: 'no-data', reason: `nothing could be measured for ${Math.floor(forMs / 1_000)} s (${why})` };
}

function verdictOf(watch: ReleaseWatch, { rule, reason }: Found, at: number): Verdict {
  const { checks, unmeasured, baseline } = watch;
  const latencies = latenciesInWords(watch.latenciesMs, baseline?.latenciesMs);
  return {
    rule,
    reason,
    evidence: [
      `${checks.made} health checks, ${checks.failed} of them failed`,
      `not counted, because they could not be made: ${unmeasured.checks} checks, ${unmeasured.traffic} measurements of traffic, ${unmeasured.target} questions to the target`,
      ...(baseline === undefined ? [] : [baselineInWords(baseline)]),
      ...(latencies === undefined ? [] : [latencies]),
      ...watch.lines.map(evidenceLine),
    ],
    inconclusive: rule === 'no-data',
    at,
  };
}
