import type { BaseEvidence, CheckEvidence, TestEvidence } from '../domain/evidence.ts';
import { greenIn, statusById } from './test-outcomes.ts';

/**
 * What the base says of its own tests, from two runs of them. A test that ended differently, or was there only once, is flaky;
 * one that was skipped both times is none of the three.
 *
 * @param check everything, with the first run of the tests.
 * @param again the second run of the tests alone.
 */
export function baseEvidence(check: CheckEvidence, again: TestEvidence): BaseEvidence {
  const first = statusById(check.tests);
  const second = statusById(again);
  const failing: string[] = [];
  const flaky: string[] = [];
  const passing: string[] = [];
  // A run that was cut short says nothing of the tests it did not come to.
  const cutShort = check.tests.kind === 'timeout' || again.kind === 'timeout';
  for (const id of new Set([...first.keys(), ...second.keys()])) {
    const [one, two] = [first.get(id), second.get(id)];
    const same = one === two || (cutShort && (one === undefined || two === undefined));
    if (!same) flaky.push(id);
    else if ((one ?? two) === 'failed') failing.push(id);
    else if ((one ?? two) === 'passed') passing.push(id);
  }
  return { check, failing, flaky, passing };
}

/**
 * Old failures that at least one of these worlds turned green: they were within reach, so they count for all worlds of the task.
 * The others count against nobody.
 */
export function reachableFailures(base: BaseEvidence, checks: readonly CheckEvidence[]): ReadonlySet<string> {
  const green = checks.map((check) => greenIn(check.tests));
  return new Set(base.failing.filter((id) => green.some((isGreen) => isGreen(id))));
}
