import type { CheckCommand } from '../../domain/checks.ts';
import type { CheckEvidence, CommandEvidence, LintEvidence } from '../../domain/evidence.ts';
import type { CommitId } from '../../domain/ids.ts';
import { commandEvidence } from '../../ports/command-evidence.ts';
import { silence } from '../../ports/telemetry.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { buildEnd } from './early.ts';
import { rerunSuspicious } from './rerun.ts';
import { runFormat } from './run-format.ts';
import { runLint } from './run-lint.ts';
import { runTests } from './run-tests.ts';
import { type CheckSetting, environmentOf, processRequest } from './setting.ts';

/** What is run after the dependencies are there, in this order. */
export type CheckStep = 'build' | 'type check' | 'lint' | 'format' | 'tests';

export interface CheckRequest extends CheckSetting {
  readonly commit: CommitId;
  /** What happened when the dependencies were put there. */
  readonly install: CommandEvidence;
  /** Files, relative to the checkout, of which it is measured which of their lines the tests run; nothing is measured without it. */
  readonly coverOf?: readonly string[];
  /** Ids of the tests that passed at the base: where one of them fails, the tests are run once more before it counts as broken. */
  readonly passedBefore?: readonly string[];
  /** Called before each step that there is a command for. */
  readonly onStep?: (step: CheckStep) => void;
  /** Is told of each step that there is a command for. */
  readonly telemetry?: Telemetry;
}

/**
 * Builds, type-checks, lints and tests a checkout, looks whether it is formatted, and says what was seen. Without dependencies nothing is run, after a failed
 * build no test is. The tests come last: they may write into the files that the others judge.
 *
 * @throws the signal's reason when it is aborted; never for what a command does.
 */
export async function runChecks(request: CheckRequest): Promise<CheckEvidence> {
  const { commit, install, plan, onStep, telemetry = silence } = request;
  if (install.kind === 'failed') {
    const none = { kind: 'none', reason: 'Not run: the dependencies could not be installed.' } as const;
    return { commit, install, build: none, typeCheck: none, tests: none, lint: none, format: none };
  }
  const step = async <Evidence>(name: CheckStep, command: CheckCommand | undefined, run: () => Promise<Evidence>): Promise<Evidence> => {
    request.signal?.throwIfAborted();
    if (command === undefined) return run();
    onStep?.(name);
    return telemetry.measure({ kind: 'check', name: name.replace(' ', '-') }, run);
  };
  const build = await step('build', plan.build, () => runBuild(request));
  const typeCheck = await step('type check', plan.typeCheck, () => runWhole(request, plan.typeCheck, 'There is no type check.'));
  const lint: LintEvidence = await step('lint', plan.lint, () => runLint(request));
  const format = await step('format', plan.format, () => runFormat(request));
  const tested = await step('tests', build.kind === 'failed' ? undefined : plan.test, () => runTested(request, build));
  return { commit, install, build, typeCheck, lint, format, ...tested };
}

type Tested = Pick<CheckEvidence, 'tests' | 'coverage'>;

async function runTested(request: CheckRequest, build: CommandEvidence): Promise<Tested> {
  if (build.kind === 'failed') return { tests: { kind: 'none', reason: 'Not run: the build failed.' } };
  const { coverOf, passedBefore = [] } = request;
  // What counts lines takes large libraries.
  const tested =
    coverOf === undefined ? { tests: await runTests(request) } : await (await import('./run-covered.ts')).runTestsCovered(request, coverOf);
  return { ...tested, tests: await rerunSuspicious(request, tested.tests, passedBefore) };
}

/** A build that does not come to an end is ended early, where that is sooner than the time limit of every check. */
async function runBuild(request: CheckRequest): Promise<CommandEvidence> {
  const { early, plan } = request;
  const absent = 'There is nothing to build.';
  if (early === undefined || early.noBuildMs >= plan.timeoutMs) return await runWhole(request, plan.build, absent);
  const built = await runWhole({ ...request, plan: { ...plan, timeoutMs: early.noBuildMs } }, plan.build, absent);
  if (built.kind === 'failed' && built.exitCode === undefined && built.durationMs >= early.noBuildMs) early.onEnd(buildEnd(early));
  return built;
}

/** Runs a command that passes or fails as a whole. */
async function runWhole(setting: CheckSetting, command: CheckCommand | undefined, absent: string): Promise<CommandEvidence> {
  if (command === undefined) return { kind: 'none', reason: absent };
  const result = await setting.process.run({ ...processRequest(setting, command), env: environmentOf(setting) });
  setting.signal?.throwIfAborted();
  return commandEvidence(command.shown, result);
}
