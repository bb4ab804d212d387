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
      /** `node:test`, `vitest`, `jest`, `mocha` or `junit`. */
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

export type LintEvidence =
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'reported'; readonly command: string; readonly warnings: number; readonly errors: number; readonly durationMs: number }
  | { readonly kind: 'failed'; readonly command: string; readonly output: string };

/** Everything that was seen when a commit was checked on a fresh checkout. */
export interface CheckEvidence {
  readonly commit: CommitId;
  readonly install: CommandEvidence;
  readonly build: CommandEvidence;
  readonly typeCheck: CommandEvidence;
  readonly tests: TestEvidence;
  readonly lint: LintEvidence;
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
