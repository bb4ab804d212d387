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
 * Whether another run may start from what was seen: only from what depends on the commit alone, as far as can be told. An
 * installation or a build that failed (for want of a tool, say), a time limit, a command that was killed or a report that broke off may be
 * the moment's fault; so may an exit code that was another one the second time.
 */
export function isLasting(check: CheckEvidence, again: TestEvidence): boolean {
  const commands = [check.install, check.build, check.typeCheck];
  if (check.install.kind === 'failed' || check.build.kind === 'failed') return false;
  if (commands.some((command) => command.kind === 'failed' && command.exitCode === undefined)) return false;
  const runs = [check.tests, again];
  if (runs.some((run) => run.kind === 'timeout' || (run.kind === 'reported' && run.incomplete === true))) return false;
  if (check.tests.kind !== again.kind) return false;
  return !(check.tests.kind === 'exit-code' && again.kind === 'exit-code' && check.tests.exitCode !== again.exitCode);
}

/**
 * Old failures that at least one of these worlds turned green: they were within reach, so they count for all worlds of the task.
 * The others count against nobody.
 */
export function reachableFailures(base: BaseEvidence, checks: readonly CheckEvidence[]): ReadonlySet<string> {
  const green = checks.map((check) => greenIn(check.tests));
  return new Set(base.failing.filter((id) => green.some((isGreen) => isGreen(id))));
}
