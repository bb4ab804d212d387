import type { TestCase, TestEvidence } from '../../domain/evidence.ts';
import { runTests } from './run-tests.ts';
import type { CheckSetting } from './setting.ts';

/** With more red tests than this it is the change, and not chance. */
const mostRed = 20;

type Reported = Extract<TestEvidence, { kind: 'reported' }>;

/**
 * Tests that passed at the base and fail here: each may be flaky. None where too many are red, or the run was not whole.
 *
 * @param passedBefore ids of the tests that passed at the base, both times.
 */
export function suspicious(tests: TestEvidence, passedBefore: readonly string[]): readonly string[] {
  if (tests.kind !== 'reported' || tests.incomplete === true) return [];
  const red = tests.cases.filter(({ status }) => status === 'failed').map(({ id }) => id);
  if (red.length > mostRed) return [];
  const known = new Set(passedBefore);
  return red.filter((id) => known.has(id));
}

/**
 * What is known of the tests after a second run in the same checkout: of those in question one that passes the second time is flaky. It
 * stands as passed, so that it counts against nobody, and `notes` name it. A second run that was not whole says nothing.
 */
export function withSecondRun(first: TestEvidence, second: TestEvidence, questioned: readonly string[]): TestEvidence {
  if (first.kind !== 'reported' || second.kind !== 'reported' || second.incomplete === true) return first;
  const again = new Map(second.cases.map((entry) => [entry.id, entry]));
  const flaky = questioned.filter((id) => again.get(id)?.status === 'passed');
  if (flaky.length === 0) return first;
  const replaced = new Set(flaky);
  const cases = first.cases.map((entry): TestCase => (replaced.has(entry.id) ? (again.get(entry.id) ?? entry) : entry));
  const notes = flaky.map((id) => `Flaky: ${id} failed, and passed when it was run once more.`);
  return { ...first, cases, exitCode: exitCodeOf(first, second, cases), notes: [...first.notes, ...notes] };
}

/** Where no failure is left the command would have ended as it did the second time, but for what failed then only. */
function exitCodeOf(first: Reported, second: Reported, cases: readonly TestCase[]): number {
  if (cases.some(({ status }) => status === 'failed')) return first.exitCode;
  return second.cases.some(({ status }) => status === 'failed') ? 0 : second.exitCode;
}

/**
 * Runs the tests of a checkout once more where some that passed at the base fail, before these count as broken.
 *
 * @throws as `runTests` does.
 */
export async function rerunSuspicious(setting: CheckSetting, first: TestEvidence, passedBefore: readonly string[]): Promise<TestEvidence> {
  const questioned = suspicious(first, passedBefore);
  return questioned.length === 0 ? first : withSecondRun(first, await runTests(setting), questioned);
}
