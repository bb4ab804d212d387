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
  | {
      readonly kind: 'ran';
      readonly cases: readonly ObservedCase[];
      /** Fuel used by the hungriest case that came to an end of its own. */
      readonly ticks: number;
      /** Something was ended because its fuel was used up. */
      readonly ranDry: boolean;
    }
  /** The process ended or was ended: the candidate looped, exhausted memory, or left. */
  | { readonly kind: 'died'; readonly reason: string };

/** Texts that stand in the place of those which the project holds, by path. */
export type Texts = ReadonlyMap<string, string>;

/**
 * Runs the tests with some files' texts in place of those that the project holds. `failing` runs only what failed at the base (cheap, for most candidates),
 * `all` everything in these test files, `fresh` the same in a new process.
 */
export interface Oracle {
  /** Whether `failing` runs everything as it is: `all` would say nothing new then. */
  readonly failingIsAll: boolean;
  run(sources: Texts, stage: 'failing' | 'all' | 'fresh', fuel: number): Promise<Observation>;
  /**
   * One stage of several candidates, in their order; each observation is the one that `run` would make. Fewer than were asked for,
   * at least one, where the later ones may not be wanted any more.
   */
  runEach(candidates: readonly Texts[], stage: 'failing' | 'fresh', fuel: number): Promise<readonly Observation[]>;
}
