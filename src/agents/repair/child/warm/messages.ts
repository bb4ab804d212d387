/** Frameworks whose declaring functions a worker can stand in for. */
export type FrameworkName = 'node:test' | 'vitest' | 'jest' | 'mocha';

/** What the search asks of a worker: run tests with some source texts in place of the files', or programs with assertions one after the other. */
export type WorkerRequest =
  | {
      readonly type: 'tests';
      readonly id: number;
      /** Real path of the project's folder; the same in every request to one worker. */
      readonly directory: string;
      readonly framework: FrameworkName;
      /** Absolute paths with the text that is served instead of what the file holds. */
      readonly overrides: readonly (readonly [string, string])[];
      /** Absolute paths of test files. */
      readonly files: readonly string[];
      /** Names (suites and title, joined by ` > `) to run; absent for all. */
      readonly only?: readonly string[];
      /** Turns of loops and calls of functions in instrumented code until it is ended. */
      readonly fuel: number;
      /** Limit of each test, in ms. */
      readonly testTimeoutMs: number;
    }
  | {
      readonly type: 'programs';
      readonly id: number;
      /** What comes before the assertions, one text for each run. */
      readonly programs: readonly string[];
      /** The end of every program: it reports through `console.assert`. */
      readonly assertions: string;
      readonly fuel: number;
      /** Whether programs that leave no trace may share their globals. */
      readonly sharing: boolean;
      /** Limit of one program, in ms. */
      readonly timeoutMs: number;
      /** After so many ms no further program is begun. */
      readonly beginWithinMs: number;
    };

/** One test, or one assertion of a program. */
export interface WorkerCase {
  /** Absolute path of its file; empty for a program. */
  readonly file: string;
  /** Suites and title joined by ` > `; empty for a file that could not be loaded. */
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** First line of the failure. */
  readonly message?: string;
  /** Line of the test file where it failed: the further down, the more of the test holds. */
  readonly line?: number;
  /** Statements that ran, where the code was instrumented for it. */
  readonly hits?: readonly number[];
}

/** What one set of texts did. */
export interface WorkerRun {
  readonly cases: readonly WorkerCase[];
  /** Files of the project that were loaded, absolute. */
  readonly loaded: readonly string[];
  /** Fuel used by the hungriest case that came to an end of its own. */
  readonly ticks: number;
  /** Something was ended because its fuel was used up. */
  readonly ranDry: boolean;
  /** Whether a program ran among shared globals and left them as they were. */
  readonly shared?: true;
  /** Why this worker cannot run these tests as their own runner would; the cases then mean nothing. */
  readonly unsupported?: string;
}

export interface WorkerReply {
  readonly id: number;
  /** One for a request of tests. Of programs, one for each that was run, from the first: what follows one that holds entirely, or comes too late, is not. */
  readonly runs: readonly [WorkerRun, ...WorkerRun[]];
  /** CPU time of the request, in ms. */
  readonly cpuMs: number;
  /** What the language itself brings was changed: the process serves no other request. */
  readonly spoiled: boolean;
  /** Memory the worker holds, in bytes; code once loaded is never freed. */
  readonly memoryBytes: number;
}
