import type { CountedRun } from './counted-run.ts';
import { issueRuns } from './counted-run.ts';
import { mean, shareOf } from './figures.ts';
import type { Share } from './figures.ts';
import { compareWithPlain } from './known-outcome.ts';
import type { OutcomeReason } from './known-outcome.ts';

/** The choice against what score and size alone would have taken. */
export interface ChoiceCounts {
  /** Choices with a winner of which it is known whom the plain score would have taken. */
  readonly compared: number;
  readonly same: number;
  readonly differs: number;
  /** Of those that differ: who was right, by what became of the change. */
  readonly right: { readonly choice: number; readonly plain: number; readonly neither: number; readonly unknown: number };
}

export function choiceCounts(runs: readonly CountedRun[]): ChoiceCounts {
  const compared = runs.flatMap(({ facts, later, outcome }) =>
    facts.choices.flatMap((choice) => compareWithPlain(choice, outcome, later) ?? []),
  );
  const differing = compared.flatMap((one) => (one.kind === 'differs' ? [one.right] : []));
  const who = (right: (typeof differing)[number]): number => differing.filter((each) => each === right).length;
  return {
    compared: compared.length,
    same: compared.length - differing.length,
    differs: differing.length,
    right: { choice: who('choice'), plain: who('plain'), neither: who('neither'), unknown: who('unknown') },
  };
}

/** What became of the changes of issues. */
export interface OutcomeCounts {
  readonly right: number;
  readonly wrong: number;
  readonly unknown: number;
  /** Of those of which something is known, by what is known. */
  readonly because: Readonly<Partial<Record<OutcomeReason, number>>>;
}

export function outcomeCounts(runs: readonly CountedRun[]): OutcomeCounts {
  const outcomes = issueRuns(runs).map(({ outcome }) => outcome);
  const because = Map.groupBy(
    outcomes.flatMap((outcome) => (outcome.kind === 'unknown' ? [] : [outcome.because])),
    (reason) => reason,
  );
  const of = (kind: (typeof outcomes)[number]['kind']): number => outcomes.filter((outcome) => outcome.kind === kind).length;
  return {
    right: of('right'),
    wrong: of('wrong'),
    unknown: of('unknown'),
    because: Object.fromEntries([...because].map(([reason, all]) => [reason, all.length])),
  };
}

/** How much of people issues take. */
export interface PeopleCounts {
  readonly runs: number;
  /** Null without a run. */
  readonly interventionsPerRun: number | null;
  /** Runs in which nobody decided anything. */
  readonly alone: Share;
  /** Of the pull requests that were merged, those that Miyabi merged without asking. */
  readonly mergedAlone: Share;
  /** What a run waited for people, in minutes on average; null without a run. */
  readonly waitedMinutes: number | null;
}

export function peopleCounts(runs: readonly CountedRun[]): PeopleCounts {
  const issues = issueRuns(runs).map(({ facts }) => facts);
  const merged = issues.filter(({ mergedBy }) => mergedBy !== null);
  return {
    runs: issues.length,
    interventionsPerRun: mean(issueRuns(runs).map(interventionsOf)) ?? null,
    alone: shareOf(issueRuns(runs), (run) => interventionsOf(run) === 0),
    mergedAlone: shareOf(merged, ({ mergedBy }) => mergedBy === 'miyabi'),
    waitedMinutes: mean(issues.map(({ waitedMs }) => waitedMs / 60_000)) ?? null,
  };
}

/** Worlds that people took or had changed once more are interventions, too. */
function interventionsOf({ facts, later }: CountedRun): number {
  return facts.interventions + (later?.taken.length ?? 0);
}
