import type { Observation, ObservedCase } from './oracle.ts';

/** How the tests stood before anything was changed. */
export interface Baseline {
  readonly cases: ReadonlyMap<string, ObservedCase>;
  /** Ids of the failures that are to be mended. */
  readonly targets: ReadonlySet<string>;
}

/** What a candidate did to the tests. */
export interface Effect {
  /** Targets that pass now. */
  readonly fixed: readonly string[];
  /** Cases that passed before, or did not exist, and fail now. */
  readonly broken: readonly string[];
  /** How far it is on the way: targets that pass, plus less for those that fail later or otherwise, minus what passed and fails now; what was never reached before is no loss. */
  readonly gain: number;
}

/** @param complete whether every case of the baseline ought to have run; a vanished one then counts as broken. */
export function judge(baseline: Baseline, observation: Observation, complete: boolean): Effect {
  if (observation.kind === 'died') return { fixed: [], broken: ['the process'], gain: -1 };
  const fixed: string[] = [];
  const broken: string[] = [];
  let gain = 0;
  let lost = 0;
  for (const seen of observation.cases) {
    const before = baseline.cases.get(seen.id);
    if (before?.passed === false) {
      if (seen.passed && baseline.targets.has(seen.id)) fixed.push(seen.id);
      else if (!seen.passed) gain += progress(before, seen);
    } else if (!seen.passed) {
      broken.push(seen.id);
      if (before !== undefined) lost += 1;
    }
  }
  if (complete) {
    const present = new Set(observation.cases.map(({ id }) => id));
    const gone = [...baseline.cases].filter(([id, { passed }]) => passed && !present.has(id)).map(([id]) => id);
    broken.push(...gone);
    lost += gone.length;
  }
  return { fixed, broken, gain: gain + fixed.length - lost };
}

/** 0 for a failure that stayed as it was; more when it comes later in the test, a little when it is another one. */
function progress(before: ObservedCase, after: ObservedCase): number {
  if (before.line !== undefined && after.line !== undefined && before.line !== after.line) return after.line > before.line ? 0.5 : -0.2;
  return before.message === after.message ? 0 : 0.05;
}

/** Whether a candidate may be offered: something is mended, nothing is broken. */
export function isPlausible(effect: Effect): boolean {
  return effect.fixed.length > 0 && effect.broken.length === 0;
}
