import type { WorldEvidence } from '../domain/choice.ts';
import type { BaseEvidence, CheckEvidence, TestEvidence } from '../domain/evidence.ts';
import { saidOfFailure } from './said-of-failure.ts';
import type { SecurityEvidence } from '../domain/security.ts';
import { securityReasons } from './security/share.ts';
import { greenIn, isKnownIn, runProblem, statusById } from './test-outcomes.ts';

/** What a commit is judged by. */
export type Judged = Pick<Extract<WorldEvidence, { kind: 'checked' }>, 'change' | 'check' | 'integrity' | 'agent' | 'security'>;

/** Tests that passed at the base and fail, are skipped or are gone here; none where a failed build let no test run. */
export function brokenTests(base: BaseEvidence, check: CheckEvidence): string[] {
  if (check.tests.kind === 'none' && notBuilt(check)) return [];
  const green = greenIn(check.tests);
  const known = isKnownIn(check.tests);
  return base.passing.filter((id) => known(id) && !green(id));
}

/** Old failures that are green here. */
export function fixedTests(base: BaseEvidence, check: CheckEvidence): string[] {
  return base.failing.filter(greenIn(check.tests));
}

/** Why a commit cannot win, in sentences; empty for one that can. What was already so at the base is no reason. */
export function reasonsAgainst(base: BaseEvidence, world: Judged): string[] {
  return [...gateReasons(base, world), ...(world.security === undefined ? [] : securityReasons(unsaid(world.security, world.integrity)))];
}

/** What a path of continuous integration, a hook or a link is has been said where it is a matter of integrity. */
function unsaid({ analyses }: SecurityEvidence, integrity: Judged['integrity']): SecurityEvidence {
  const said = new Set(integrity.map(({ path }) => path));
  return {
    analyses: analyses.map((one) =>
      one.kind === 'analysed' && one.analysis === 'capabilities'
        ? { ...one, findings: one.findings.filter(({ path }) => !said.has(path)) }
        : one,
    ),
  };
}

/** The same without security: all that a change had to pass before it was analysed. */
export function gateReasons(base: BaseEvidence, world: Judged): string[] {
  return [
    ...(world.change.files.length === 0 ? ['It changed nothing.'] : []),
    ...commandReasons(base.check, world.check),
    ...goneReasons(base, world.check),
    ...testReasons(base, world),
    ...world.integrity.map((finding) => finding.detail),
  ];
}

function commandReasons(base: CheckEvidence, check: CheckEvidence): string[] {
  const commands = [
    ['The dependencies cannot be installed', base.install, check.install],
    ['The build fails', base.build, check.build],
    ['The type check fails', base.typeCheck, check.typeCheck],
  ] as const;
  return commands.flatMap(([what, before, after]) =>
    after.kind === 'failed' && before.kind !== 'failed' ? [`${what}: ${saidOfFailure(after.output) || 'no output'}`] : [],
  );
}

/** A check that says nothing any more is not passed; where nothing could be run, the reason for that has been named. */
function goneReasons({ check: base, passing }: BaseEvidence, check: CheckEvidence): string[] {
  if (check.install.kind === 'failed') return [];
  const checks = [
    ['build', base.build, check.build],
    ['type check', base.typeCheck, check.typeCheck],
    ['linter', base.lint, check.lint],
    // Tests that passed are named one by one.
    ['test command', base.tests, notBuilt(check) || passing.length > 0 ? base.tests : check.tests],
  ] as const;
  return checks.flatMap(([what, before, after]) =>
    before.kind !== 'none' && after.kind === 'none' ? [`The ${what} that the base has was not run: ${after.reason}`] : [],
  );
}

function testReasons(base: BaseEvidence, world: Judged): string[] {
  const { check } = world;
  // The build has been named already.
  if (check.tests.kind === 'none' && notBuilt(check)) return [];
  const status = statusById(check.tests);
  const broken = brokenTests(base, check);
  const gone = broken.filter((id) => !status.has(id));
  const red = broken.filter((id) => status.has(id));
  const problem = runProblem(check.tests);
  const old = runProblem(base.check.tests);
  return [
    ...(problem !== undefined && old === undefined ? [problem] : []),
    ...(isUnknown(base.check.tests) && isUnknown(check.tests)
      ? [`Nothing is known of the tests, neither before nor after. ${check.tests.unknown}`]
      : []),
    ...(red.length > 0 ? [`It breaks ${tests(red.length)} that passed before: ${some(red)}.`] : []),
    ...(gone.length > 0 && !world.integrity.some(({ rule }) => rule === 'test-vanished')
      ? [`${capital(tests(gone.length))} that passed before ${gone.length === 1 ? 'was' : 'were'} not run: ${some(gone)}.`]
      : []),
    ...(world.agent === 'repair' && base.failing.length > 0 && fixedTests(base, check).length === 0
      ? ['It repairs none of the tests that failed before.']
      : []),
  ];
}

/** Nobody can vouch for a change where the tests do not even begin: what does nothing would win as well. */
function isUnknown(evidence: TestEvidence): evidence is Extract<TestEvidence, { kind: 'exit-code' }> & { readonly unknown: string } {
  return evidence.kind === 'exit-code' && evidence.unknown !== undefined;
}

function notBuilt(check: CheckEvidence): boolean {
  return check.install.kind === 'failed' || check.build.kind === 'failed';
}

/** The first three by name. */
export function some(ids: readonly string[]): string {
  const rest = ids.length - 3;
  return ids.slice(0, 3).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}

/** `one test`, `2 tests`. */
export function tests(count: number): string {
  return count === 1 ? 'one test' : `${count} tests`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
