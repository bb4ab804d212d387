/** A command of the project's, run without a shell. */
export interface CheckCommand {
  readonly command: readonly [string, ...string[]];
  /** As people know it, such as `npm run build`. */
  readonly shown: string;
}

/** How test results are read. */
export const testRunners = [
  'node:test',
  'vitest',
  'jest',
  'mocha',
  'ava',
  'tap',
  'pytest',
  'unittest',
  'go',
  'cargo',
  'maven',
  'gradle',
  'dotnet',
  'junit',
  'unknown',
] as const;
export type TestRunner = (typeof testRunners)[number];

/** What a project is made with. Several may be found; the first of the detection table that applies is the one that is checked. */
export type Ecosystem = 'npm' | 'python' | 'go' | 'rust' | 'java' | 'dotnet' | 'make' | 'configured' | 'none';

/** The command that runs the tests, with what is known of how it reports. */
export interface TestCommand extends CheckCommand {
  readonly runner: TestRunner;
  /** What the command amounts to: the text of the script it runs, with the scripts that one calls. */
  readonly script?: string;
  /** Where the command itself writes JUnit XML, relative to the checkout (runner `junit`). */
  readonly report?: string;
}

/**
 * How one project is installed, built, checked, tested and linted: found in its files or configured.
 * What is absent was not found; `reasons` says so in a sentence for each.
 */
export interface ChecksPlan {
  readonly ecosystem: Ecosystem;
  readonly install?: CheckCommand;
  readonly build?: CheckCommand;
  readonly typeCheck?: CheckCommand;
  readonly test?: TestCommand;
  readonly lint?: CheckCommand;
  /** Says whether the code is formatted, and changes nothing. */
  readonly format?: CheckCommand;
  /** One sentence for each check that was not found, and for whatever else a person should know of the plan. */
  readonly reasons: readonly string[];
  /** Time limit of each single command, in ms. */
  readonly timeoutMs: number;
}
