import type { DeployEnvironment, DeployProject } from '../../domain/config-deploy.ts';
import { Failure } from '../../domain/failure.ts';
import type { Redact } from '../../domain/redact.ts';
import type { RunAttributes } from '../../domain/run.ts';
import type { ChangeOfTarget, Deployer } from '../../ports/deployer.ts';
import { DeployRefused, FencedOff } from '../../ports/deployer.ts';
import { AttemptAborted } from '../../weaver/abort.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import type { WorkflowTools } from '../tools.ts';
import { runOf } from '../tools.ts';
import { deploymentNotes } from './deployment-notes.ts';
import type { DeploymentNotes } from './deployment-notes.ts';
import type { OpenedDeployment, StepResult } from './deploy-task-types.ts';
import type { Deploying, EnvironmentPlace } from './deploying.ts';
import { giveBack } from './give-back.ts';

/** One step of a deployment, at the target. */
export interface AtTarget {
  readonly run: RunAttributes;
  readonly deploying: Deploying;
  readonly project: DeployProject;
  readonly environment: DeployEnvironment;
  readonly place: EnvironmentPlace;
  readonly opened: OpenedDeployment;
  readonly target: Deployer;
  readonly change: ChangeOfTarget;
  readonly notes: DeploymentNotes;
}

type StepContext = Pick<TaskContext<{ readonly opened: OpenedDeployment }>, 'attributes' | 'payload' | 'signal' | 'progress'>;

/**
 * Opens the target of a step's environment for as long as `use` takes. Whoever has lost the environment meanwhile changes nothing; a run that is
 * cancelled meanwhile gives it back.
 * @throws Failure (configuration) where this machine does not know the project or the environment, or lacks what it takes.
 */
export async function atTarget<Result extends StepResult>(
  tools: WorkflowTools,
  context: StepContext,
  use: (at: AtTarget) => Promise<Result>,
): Promise<Result | Extract<StepResult, { readonly kind: 'lost' | 'refused' }>> {
  const run = runOf(context);
  const { opened } = context.payload;
  const deploying = await tools.deploying();
  const project = deploying.project(run);
  const environment = environmentNamed(project, opened.environment);
  const place = { repositoryId: run.repositoryId, environment };
  const { signal } = context;
  await using notes = deploymentNotes(tools, opened.id, (text) => context.progress(text));
  await using target = await deploying.open(place);
  try {
    const recorded = await tools.ledger.deployments.one(opened.id);
    if (recorded?.endedAt !== undefined) return { kind: 'lost', reason: 'the deployment was ended by somebody else' };
    const change = { fence: opened.fence, signal, onLine: notes.line };
    return await use({ run, deploying, project, environment, place, opened, target, change, notes });
  } catch (error) {
    if (signal.reason instanceof AttemptAborted && signal.reason.why === 'cancelled') await giveBack(tools, deploying, opened.id, place);
    if (error instanceof FencedOff) return { kind: 'lost', reason: error.message };
    if (error instanceof DeployRefused) return { kind: 'refused', reason: tools.redact(error.message).text };
    throw withoutSecrets(error, tools.redact);
  }
}

/** What a target's programs said may quote what they were given, and is kept with the attempt. */
function withoutSecrets(error: unknown, redact: Redact): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error;
  const { text, removed } = redact(error.message);
  return removed === 0 ? error : new Error(text);
}

/** @throws Failure (configuration) where the project has none of this name. */
export function environmentNamed({ repository, environments }: DeployProject, name: string): DeployEnvironment {
  const found = environments.find((environment) => environment.name === name);
  if (found !== undefined) return found;
  throw new Failure('configuration', {
    what: `${repository} has no environment ${name} here.`,
    why: `Configured are ${environments.map((environment) => environment.name).join(', ')}.`,
    fix: 'Add it to `deploy.projects` in your own configuration, or name another.',
  });
}
