import { parseAllowedAddress } from '../../domain/allowed-address.ts';
import type { AllowedAddress } from '../../domain/allowed-address.ts';
import type { DeployEnvironment } from '../../domain/config-deploy.ts';
import { Failure } from '../../domain/failure.ts';
import type { CommitId } from '../../domain/ids.ts';
import { shortId } from '../../domain/ids.ts';
import type { Incident } from '../../domain/incident.ts';
import { visibleText } from '../../domain/visible-text.ts';
import type { ProcessResult } from '../../ports/process.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import { ruleBrokenBy, untilStopped } from '../broken-rule.ts';
import { withCheckout } from '../checkout.ts';
import type { PlannedChecks } from '../task-types.ts';
import type { WorkflowTools } from '../tools.ts';
import type { StepVerdict } from './step-verdict.ts';

export interface SmokeRequest {
  readonly environment: DeployEnvironment;
  readonly commit: CommitId;
  readonly checks: PlannedChecks;
  /** Where the release is reached. */
  readonly url: string | undefined;
}

/** Of its output: bytes that are kept, lines that are evidence and characters of each. */
const output = { bytes: 65_536, lines: 40, characters: 500 } as const;

/**
 * Runs the smoke test of an environment in a checkout of the release, within walls and without secrets: it reaches the release, and beside that what
 * `sandbox.allow` lets every program reach. Exit code 0 is good, everything else is bad.
 *
 * @throws Failure (configuration) where it is not known where the release is reached; any other error where the checkout could not be made.
 */
export async function smokeRelease(tools: WorkflowTools, context: TaskContext<unknown>, request: SmokeRequest): Promise<StepVerdict> {
  const { environment, commit, checks, url } = request;
  const { smoke, name } = environment;
  if (smoke === undefined) return { kind: 'good', notes: [] };
  if (url === undefined) {
    throw new Failure('configuration', {
      what: `The smoke test of ${name} cannot be run.`,
      why: 'Its target does not say where the release is reached.',
      fix: `Set \`health.url\` of ${name} in your own configuration.`,
    });
  }
  const address = addressOf(url);
  return await withCheckout(tools, context, { name: 'smoke', commit, checks, agent: { network: [address] } }, async (checkout) => {
    const { folder, environment: variables, sandbox } = checkout;
    const result = await sandbox.process.run({
      command: ['sh', '-c', smoke.command],
      cwd: folder.tree,
      env: { ...variables, MIYABI_URL: url },
      timeoutMs: smoke.timeoutSeconds * 1_000,
      keepBytes: output.bytes,
      logFile: tools.state.log(context.jobId, shortId(context.taskId), 'smoke'),
      signal: untilStopped(context.signal, sandbox.stopped),
    });
    context.signal.throwIfAborted();
    const stopped = sandbox.stopped.aborted ? (sandbox.stopped.reason as Incident) : undefined;
    const fault = stopped === undefined ? faultOf(result) : `was stopped: ${ruleBrokenBy(stopped)}`;
    if (fault === undefined) return { kind: 'good', notes: [`The smoke test passed in ${(result.durationMs / 1_000).toFixed(1)} s.`] };
    const reason = `the smoke test \`${smoke.command.slice(0, output.characters)}\` ${fault}`;
    const evidence = linesOf(tools, result);
    return { kind: 'bad', verdict: { rule: 'smoke', reason, evidence, inconclusive: false, at: tools.clock.now() } };
  });
}

function addressOf(url: string): AllowedAddress {
  const { hostname, port, protocol } = new URL(url);
  return parseAllowedAddress(`${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`);
}

/** @throws Error where it did not come to run, or was ended by us: that says nothing about the release. */
function faultOf({ end }: ProcessResult): string | undefined {
  switch (end.kind) {
    case 'exited':
      return end.code === 0 ? undefined : `ended with exit code ${end.code}`;
    case 'signalled':
      return `was ended by ${end.signal}`;
    case 'timeout':
      return `took longer than ${end.afterMs / 1_000} s`;
    case 'cancelled':
      throw new Error('the smoke test was ended because Miyabi ends');
    case 'not-started':
      throw new Error(`the smoke test could not be started: ${end.reason}`);
  }
}

function linesOf({ redact }: Pick<WorkflowTools, 'redact'>, { stdout, stderr }: ProcessResult): readonly string[] {
  return [stdout, stderr].flatMap((printed) =>
    redact(visibleText(printed).text)
      .text.split('\n')
      .map((line) => line.trimEnd().slice(0, output.characters))
      .filter((line) => line !== '')
      .slice(-output.lines / 2),
  );
}
