/** Weights of the five components of a world score; they add up to 100 points. */
export interface ScoreWeights {
  readonly build: number;
  readonly tests: number;
  readonly lint: number;
  readonly quality: number;
  readonly security: number;
}

export const defaultWeights: ScoreWeights = { build: 30, tests: 30, lint: 20, quality: 10, security: 10 };

/** How many lint warnings one lint error weighs. */
export const errorAsWarnings = 5;

/** What is measured of a change for the component quality; all counted on lines that were added to source files. */
export interface QualityEvidence {
  /** Lines added plus removed, of text files. */
  readonly size: number;
  /** Branches added: conditions, loops, cases, short circuits. Cyclomatic where the code could be parsed. */
  readonly branches: number;
  /** Added lines in blocks that stand elsewhere too. */
  readonly duplicated: number;
  readonly added: number;
  /** Added lines that tests could run and did not; absent where coverage was not measured. */
  readonly unexecuted?: { readonly lines: number; readonly of: number };
}

/**
 * A component's points out of its weight, or null where there was no evidence (shown as n/a): it is taken
 * out, the rest is scaled to 100, and the confidence falls.
 */
export interface WorldScore {
  /** 0 to 100, one decimal. */
  readonly total: number;
  readonly build: number | null;
  readonly tests: number | null;
  readonly lint: number | null;
  readonly quality: number | null;
  readonly security: number | null;
  readonly testsPassed: number;
  readonly testsTotal: number;
  /** Lint warnings that the base does not have; an error counts as {@link errorAsWarnings}. */
  readonly warnings: number;
  /** Share of the weights that had evidence, 0 to 1. */
  readonly confidence: number;
}
