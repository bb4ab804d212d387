import type { TestRunner } from '../../../domain/checks.ts';
import type { EcosystemEntry, LinterReport, RunnerReport } from './ecosystem.ts';
import { npm } from './npm.ts';

/** The detection table. Of several that apply the first that has tests is taken, else the first. */
export const ecosystems: readonly EcosystemEntry[] = [npm];

/** How every runner that is known reports. */
export const runnerReports: readonly RunnerReport[] = ecosystems.flatMap(({ runners }) => runners);

/** How every linter that is known is read. */
export const linterReports: readonly LinterReport[] = ecosystems.flatMap(({ linters }) => linters ?? []);

/** The runner that a command or script starts, by its name. Any other is known by its exit code only. */
export function recogniseRunner(script: string): TestRunner {
  return runnerReports.find(({ called }) => called.test(script))?.runner ?? 'unknown';
}
