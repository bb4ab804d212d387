import { wholeFile } from './checks/reports/case-ids.ts';
import type { TestCase, TestEvidence } from '../domain/evidence.ts';

/** Stands for the whole test command where no single test is known, only how the command ended. */
export const wholeCommand = 'the test command';

/**
 * The tests that are known to have run. A command of which only the exit code is known counts as one test, and as none where it passed by the word of
 * what it judges.
 */
export function casesOf(evidence: TestEvidence): readonly TestCase[] {
  switch (evidence.kind) {
    case 'none':
      return [];
    case 'reported':
    case 'timeout':
      return evidence.cases;
    case 'exit-code':
      if (evidence.selfJudged !== undefined) return [];
      return [
        evidence.passed
          ? { id: wholeCommand, status: 'passed' }
          : { id: wholeCommand, status: 'failed', message: evidence.output.slice(-2_000) },
      ];
  }
}

/** How each test ended, by id. */
export function statusById(evidence: TestEvidence): ReadonlyMap<string, TestCase['status']> {
  return new Map(casesOf(evidence).map((test) => [test.id, test.status]));
}

/**
 * Says of a test that is known from another commit whether it is green in this run.
 *
 * What stood for a file that could not be loaded, or for a command that left no report, is called otherwise once it works: such a file is
 * green when its tests are reported and none of them fails, such a command when some test passed, none failed and the run was whole.
 */
export function greenIn(evidence: TestEvidence): (id: string) => boolean {
  const status = statusById(evidence);
  const cases = casesOf(evidence);
  const allGreen = (some: readonly TestCase[]): boolean =>
    some.some((entry) => entry.status === 'passed') && !some.some((entry) => entry.status === 'failed');
  return (id) => {
    const own = status.get(id);
    if (own !== undefined) return own === 'passed';
    if (id === wholeCommand) return evidence.kind === 'reported' && runProblem(evidence) === undefined && allGreen(cases);
    if (!id.endsWith(` > ${wholeFile}`)) return false;
    const file = id.slice(0, -` > ${wholeFile}`.length);
    return allGreen(cases.filter((entry) => entry.file === file));
  };
}

/** Says of a test that is known from another commit whether this run could say anything of it. */
export function isKnownIn(evidence: TestEvidence): (id: string) => boolean {
  const isSelfJudged = evidence.kind === 'exit-code' && evidence.selfJudged !== undefined;
  return (id) => !isSelfJudged || id !== wholeCommand;
}

/**
 * Why a run whose reported tests all passed is still no pass, in a sentence; undefined where there is no such reason.
 * Failed tests are judged one by one and are not a reason here.
 */
export function runProblem(evidence: TestEvidence): string | undefined {
  if (evidence.kind === 'timeout') return `The tests were ended by the time limit after ${Math.round(evidence.afterMs / 1_000)} s.`;
  if (evidence.kind !== 'reported') return undefined;
  if (evidence.incomplete === true) return 'The test run ended before its report did.';
  const failed = evidence.cases.some((test) => test.status === 'failed');
  if (evidence.exitCode !== 0 && !failed) return `The test command ended with ${evidence.exitCode} although no test failed.`;
  return undefined;
}
