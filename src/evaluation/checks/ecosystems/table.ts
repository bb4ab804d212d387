import type { TestRunner } from '../../../domain/checks.ts';
import { dotnet } from './dotnet.ts';
import { type EcosystemEntry, isItself, type LinterReport, type RunnerReport } from './ecosystem.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { make } from './make.ts';
import { npm } from './npm.ts';
import { parseSarif } from '../reports/sarif.ts';
import { python } from './python.ts';
import { rust } from './rust.ts';

/** The detection table. Of several that apply the first that has tests is taken, else the first. */
export const ecosystems: readonly EcosystemEntry[] = [npm, python, go, rust, java, dotnet, make];

/** How every runner that is known reports. */
export const runnerReports: readonly RunnerReport[] = ecosystems.flatMap(({ runners }) => runners);

/** How every linter that is known is read; SARIF may come from any. */
export const linterReports: readonly LinterReport[] = [...ecosystems.flatMap(({ linters }) => linters ?? []), { parse: parseSarif }];

/**
 * The runner that a command or script starts, by its name. Any other is known by its exit code only, and so is one that could report only if
 * the command itself were the runner.
 */
export function recogniseRunner(script: string, command: readonly string[]): TestRunner {
  const found = runnerReports.find(({ called }) => called.test(script));
  return found === undefined || (found.arguments !== undefined && !isItself(found, command)) ? 'unknown' : found.runner;
}
