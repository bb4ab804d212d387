import type { CommitId } from './ids.ts';

/** One test, as its runner reported it. */
export interface TestCase {
  /** File, suites and title, joined by ` > `; the same on every run of the same code. */
  readonly id: string;
  /** Relative to the checkout, where the runner tells. */
  readonly file?: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** First lines of the failure. */
  readonly message?: string;
  readonly durationMs?: number;
}

/** What is known of a project's tests at one commit. Each kind says only what was seen. */
export type TestEvidence =
  /** There are none, or none that Miyabi can find; `reason` says which. The score stays neutral. */
  | { readonly kind: 'none'; readonly reason: string }
  | {
      readonly kind: 'reported';
      /** Such as `node:test`, `pytest` or `junit`; several are joined by `and`. */
      readonly runner: string;
      readonly cases: readonly TestCase[];
      readonly exitCode: number;
      readonly durationMs: number;
      /** Contradictions seen, such as an exit code of 0 with failed tests. */
      readonly notes: readonly string[];
      /** The run ended before its report did (the runner was killed, or left by itself): what is missing did not pass. */
      readonly incomplete?: true;
    }
  /** The runner left no report that could be read; only its exit code is known. */
  | {
      readonly kind: 'exit-code';
      readonly passed: boolean;
      readonly exitCode: number;
      readonly output: string;
      readonly durationMs: number;
      /** Nothing is known of the tests, in a sentence: the command could not be started, or it crashed. */
      readonly unknown?: string;
      /** It passed by the word of what the change made, which counts for nothing, in a sentence. */
      readonly selfJudged?: string;
    }
  /** Ended by the time limit; `cases` are those that had been reported until then. */
  | { readonly kind: 'timeout'; readonly afterMs: number; readonly cases: readonly TestCase[] };

/** What is known of a command that passes or fails as a whole (install, build, type check). */
export type CommandEvidence =
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'passed'; readonly command: string; readonly durationMs: number }
  | {
      readonly kind: 'failed';
      readonly command: string;
      readonly exitCode: number | undefined;
      readonly output: string;
      readonly durationMs: number;
    };

/** One thing that a linter complains of. */
export interface LintFinding {
  readonly rule: string;
  /** Relative to the checkout. */
  readonly path: string;
  /** From 1; 0 where it has none. Moves with the lines above it, and therefore does not tell two findings apart. */
  readonly line: number;
  readonly severity: 'warning' | 'error';
  readonly message: string;
}

export type LintEvidence =
  | { readonly kind: 'none'; readonly reason: string }
  | {
      readonly kind: 'reported';
      readonly command: string;
      readonly warnings: number;
      readonly errors: number;
      /** Each by itself, where the linter tells; absent where only the numbers are known, or there are too many to keep. */
      readonly findings?: readonly LintFinding[];
      readonly durationMs: number;
    }
  | { readonly kind: 'failed'; readonly command: string; readonly output: string };

/** Which files are not formatted as the project wants it; each that the base does not have counts as a lint warning. */
export type FormatEvidence =
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'reported'; readonly command: string; readonly files: readonly string[] }
  | { readonly kind: 'failed'; readonly command: string; readonly output: string };

/** Which lines of the changed files the tests ran. Only source files; lines from 1. */
export type CoverageEvidence =
  | { readonly kind: 'none'; readonly reason: string }
  | {
      readonly kind: 'measured';
      readonly files: readonly { readonly path: string; readonly executable: readonly number[]; readonly executed: readonly number[] }[];
    };

/** Everything that was seen when a commit was checked on a fresh checkout. */
export interface CheckEvidence {
  readonly commit: CommitId;
  readonly install: CommandEvidence;
  readonly build: CommandEvidence;
  readonly typeCheck: CommandEvidence;
  readonly tests: TestEvidence;
  readonly lint: LintEvidence;
  /** Absent in evidence of older versions, like `coverage`. */
  readonly format?: FormatEvidence;
  /** Of a change: which of its lines ran. Absent for a base. */
  readonly coverage?: CoverageEvidence;
}

/** The base, checked once for a commit, its tests twice. Old failures and flaky tests count against nobody. */
export interface BaseEvidence {
  readonly check: CheckEvidence;
  /** Ids of tests that failed both times. */
  readonly failing: readonly string[];
  /** Ids of tests that did not end the same way twice. */
  readonly flaky: readonly string[];
  /** Ids of tests that passed both times. */
  readonly passing: readonly string[];
}
