import type { HealthCheck } from './deployment.ts';
import { judge } from './release-watch-judge.ts';
import { isSlow } from './release-watch-rules.ts';
import type { Observation, ReleaseWatch } from './release-watch-state.ts';
import { momentOf } from './release-watch-state.ts';
import { checkInWords, windowInWords } from './release-watch-words.ts';

/** Lines of evidence at most, beside what is said in sum. */
const mostLines = 40;

/** Takes in what was seen. Once there is a verdict nothing changes it. */
export function observe(watch: ReleaseWatch, observation: Observation): ReleaseWatch {
  if (watch.verdict !== undefined) return watch;
  const seen = take(watch, observation);
  return { ...seen, verdict: judge(seen, observation) };
}

function take(watch: ReleaseWatch, observation: Observation): ReleaseWatch {
  const at = momentOf(observation);
  const { unmeasured } = watch;
  switch (observation.kind) {
    case 'check':
      return takeCheck(watch, observation.check);
    case 'traffic':
      return {
        ...measured(withLine(watch, at, windowInWords(observation.window)), 'traffic', at),
        trafficAt: at,
        traffic: observation.window,
      };
    case 'window': {
      const slow = isSlow(observation.window, watch.baseline, watch.settings);
      return {
        ...watch,
        slow: slow === undefined ? watch.slow : slow ? [...watch.slow, observation.window] : [],
        latenciesMs: observation.window.latenciesMs ?? watch.latenciesMs,
      };
    }
    case 'unmeasured': {
      const line = `traffic not measured (which says nothing about the release): ${observation.why}`;
      return { ...withLine(watch, at, line), unmeasured: { ...unmeasured, traffic: unmeasured.traffic + 1 } };
    }
    case 'exits':
    case 'late':
      return watch;
    case 'unasked': {
      const line = `the target could not be asked (which says nothing about the release): ${observation.why}`;
      return { ...withLine(watch, at, line), unmeasured: { ...unmeasured, target: unmeasured.target + 1 } };
    }
  }
}

function takeCheck(before: ReleaseWatch, check: HealthCheck): ReleaseWatch {
  const watch = withLine(before, check.at, checkInWords(check));
  const { checks, unmeasured } = watch;
  // Neither a failure of the release nor a sign of its life: what was in a row still is.
  if (check.kind === 'measuring') return { ...watch, unmeasured: { ...unmeasured, checks: unmeasured.checks + 1 } };
  const failed = check.kind === 'healthy' ? 0 : 1;
  return {
    ...measured(watch, 'health', check.at),
    lastCheck: check,
    checkedAt: check.at,
    checks: {
      made: checks.made + 1,
      failed: checks.failed + failed,
      failedInARow: failed === 0 ? 0 : checks.failedInARow + 1,
      otherVersions: checks.otherVersions + (check.kind === 'wrong-version' ? 1 : 0),
    },
  };
}

/** What was measured before a pause and is told after it does not bring the pause back. */
function measured(watch: ReleaseWatch, what: keyof ReleaseWatch['missingSince'], at: number): ReleaseWatch {
  return { ...watch, missingSince: { ...watch.missingSince, [what]: Math.max(at, watch.missingSince[what]) } };
}

function withLine(watch: ReleaseWatch, at: number, text: string): ReleaseWatch {
  return { ...watch, lines: [...watch.lines, { at, text }].slice(-mostLines) };
}
