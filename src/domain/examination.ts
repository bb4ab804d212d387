import type { TestEvidence } from './evidence.ts';
import type { CommitId } from './ids.ts';
import type { TestWriterName, WorldName } from './world.ts';

/** Who is asked for a test that tells the last worlds apart: they see these, and no more of how they did. */
export const askedWriterName = 'writer-asked';
export type TestAuthor = WorldName | TestWriterName | typeof askedWriterName;

/** A file of tests, or one that they need, as its author left it. `blob`: its content in the mirror. */
export interface PooledFile {
  readonly path: string;
  readonly blob: string;
  readonly executable: boolean;
}

/** The tests of one author, which are laid over a checkout together. */
export interface PooledTests {
  readonly author: TestAuthor;
  /** What the runner is told to run. */
  readonly run: readonly string[];
  /** All that is laid over: `run`, and helpers and data beside them. */
  readonly files: readonly PooledFile[];
  /** In which they stand, so that they can be had on any machine. Absent for what stands in none, and in records of older versions. */
  readonly commit?: CommitId;
}

/** What the tests of one author did at the base, run twice. */
export interface PoolAtBase {
  readonly author: TestAuthor;
  readonly first: TestEvidence;
  readonly second: TestEvidence;
}

/** One value, as it can be told: JSON, with marks for what JSON does not know (see `evaluation/examine/probe`). */
export type Told = string;

/** A function that several worlds changed and that can be called with made-up values: what it takes and on which inputs it is tried. */
export interface ProbePlan {
  /** Of the module, relative to the top. */
  readonly path: string;
  /** As it is exported; `default` too. */
  readonly name: string;
  /** Each a list of arguments, simplest first. */
  readonly inputs: readonly Told[];
}

/** What one world's code answered to the inputs of a {@link ProbePlan}, in their order: a value, or what it threw. */
export interface ProbeAnswers {
  readonly path: string;
  readonly name: string;
  readonly answers: readonly Told[];
  /** Why there are none, or fewer: it could not be loaded, it was too slow, it is not steady. */
  readonly problem?: string;
}

/** What one world's code did under everybody's tests, and what it answered. */
export interface ExamColumn {
  readonly world: WorldName;
  readonly tests: readonly { readonly author: TestAuthor; readonly evidence: TestEvidence }[];
  readonly probes: readonly ProbeAnswers[];
  readonly durationMs: number;
}

/** Everything that was seen when worlds were examined by each other's tests. */
export interface ExamEvidence {
  readonly pool: readonly PoolAtBase[];
  readonly columns: readonly ExamColumn[];
  readonly probes: readonly ProbePlan[];
  /** What could not be examined, in sentences. */
  readonly notes: readonly string[];
}

/** How a test of one author ended in one world; `unknown`: it was not seen to run there. */
export type CellOutcome = 'passed' | 'failed' | 'unknown';

/** One row of the matrix. */
export interface ExaminedTest {
  /** `<author>: <id of the test>`. */
  readonly id: string;
  readonly author: TestAuthor;
  /** Why it says nothing about any world, in a sentence; undefined for one that counts. */
  readonly dropped: string | undefined;
  /** One for each world that was examined. What it says of its own author's world is shown, and does not count. */
  readonly cells: readonly { readonly world: WorldName; readonly outcome: CellOutcome }[];
  /** What it counts, 0 to 1. */
  readonly weight: number;
}

/** An input on which two groups of worlds answer differently. */
export interface Difference {
  /** As a person would write it: `largest([-1, -2])`. */
  readonly call: string;
  readonly answers: readonly { readonly worlds: readonly WorldName[]; readonly answer: string }[];
}

/** Worlds that no test and no input could tell apart. */
export interface Cluster {
  readonly worlds: readonly WorldName[];
  /** How likely it is that theirs is the right behaviour, 0 to 1, by the tests, the inputs and their number; see `docs/scoring.md`. */
  readonly belief: number;
}

/** What the cross-examination came to: stored with the choice, so that it can be told later as it was. */
export interface Examination {
  readonly tests: readonly ExaminedTest[];
  /** The most believed first. */
  readonly clusters: readonly Cluster[];
  /** The simplest few. */
  readonly differences: readonly Difference[];
  /** Inputs on which functions were tried. */
  readonly inputs: number;
  readonly notes: readonly string[];
}
