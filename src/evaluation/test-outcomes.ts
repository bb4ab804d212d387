import type { TestCase, TestEvidence } from '../domain/evidence.ts';

/** Stands for the whole test command where no single test is known, only how the command ended. */
export const wholeCommand = 'the test command';

/** The tests that are known to have run. A command of which only the exit code is known counts as one test. */
export function casesOf(evidence: TestEvidence): readonly TestCase[] {
  switch (evidence.kind) {
    case 'none':
      return [];
    case 'reported':
    case 'timeout':
      return evidence.cases;
    case 'exit-code':
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
