import type { KnownOutcome, LaterFacts } from './known-outcome.ts';
import type { RunFacts } from './run-facts.ts';

/** A run as statistics count it. */
export interface CountedRun {
  /** As people know it: the folder, or the address of its remote. */
  readonly repository: string;
  readonly facts: RunFacts;
  /** Undefined where nothing more is known than the run itself tells. */
  readonly later: LaterFacts | undefined;
  readonly outcome: KnownOutcome;
}

/** Runs that took an issue from its beginning: what goals for issues are measured on. */
export function issueRuns(runs: readonly CountedRun[]): readonly CountedRun[] {
  return runs.filter(({ facts }) => facts.kind === 'issue');
}
