/** A command of the project's, run without a shell. */
export interface CheckCommand {
  readonly command: readonly [string, ...string[]];
  /** As people know it, such as `npm run build`. */
  readonly shown: string;
}

/** How test results are read. */
export type TestRunner = 'node:test' | 'vitest' | 'jest' | 'mocha' | 'junit' | 'unknown';

/**
 * How one project is installed, built, checked, tested and linted: found in its files or configured.
 * What is absent was not found; `reasons` says so in a sentence for each.
 */
export interface ChecksPlan {
  readonly ecosystem: 'npm' | 'configured' | 'none';
  readonly install?: CheckCommand;
  readonly build?: CheckCommand;
  readonly typeCheck?: CheckCommand;
  readonly test?: CheckCommand & { readonly runner: TestRunner };
  readonly lint?: CheckCommand;
  /** One sentence for each check that was not found. */
  readonly reasons: readonly string[];
  /** Time limit of each single command, in ms. */
  readonly timeoutMs: number;
}
