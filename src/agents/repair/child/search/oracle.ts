/** One test or assertion as a search sees it. */
export interface ObservedCase {
  readonly id: string;
  readonly passed: boolean;
  readonly message?: string;
  /** Line of the test where it failed; grows with how much of the test holds. */
  readonly line?: number;
  readonly hits?: readonly number[];
}

/** What one run of the tests showed. */
export type Observation =
  | { readonly kind: 'ran'; readonly cases: readonly ObservedCase[]; readonly ticks: number }
  /** The process ended or was ended: the candidate looped, exhausted memory, or left. */
  | { readonly kind: 'died'; readonly reason: string };

/**
 * Runs the tests with some files' texts in place of those that the project holds. `failing` runs only what failed at the base (cheap, for most candidates),
 * `all` everything in these test files, `fresh` the same in a new process.
 */
export interface Oracle {
  run(sources: ReadonlyMap<string, string>, stage: 'failing' | 'all' | 'fresh', fuel: number): Promise<Observation>;
}
