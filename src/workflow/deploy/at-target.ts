import type { DeployEnvironment, DeployProject } from '../../domain/config-deploy.ts';
import { Failure } from '../../domain/failure.ts';
import type { RunAttributes } from '../../domain/run.ts';
import type { Deployer } from '../../ports/deployer.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import type { WorkflowTools } from '../tools.ts';
import { runOf } from '../tools.ts';
import type { OpenedDeployment } from './deploy-task-types.ts';
import type { Deploying, EnvironmentPlace } from './deploying.ts';

/** One step of a deployment, at the target. */
export interface AtTarget {
  readonly run: RunAttributes;
  readonly deploying: Deploying;
  readonly project: DeployProject;
  readonly environment: DeployEnvironment;
  readonly place: EnvironmentPlace;
  readonly opened: OpenedDeployment;
  readonly target: Deployer;
}

type StepContext = Pick<TaskContext<{ readonly opened: OpenedDeployment }>, 'attributes' | 'payload'>;

/**
 * Opens the target of a step's environment for as long as `use` takes.
 * @throws Failure (configuration) where this machine does not know the project or the environment, or lacks what it takes.
 */
export async function atTarget<Result>(
  tools: Pick<WorkflowTools, 'deploying'>,
  context: StepContext,
  use: (at: AtTarget) => Promise<Result>,
): Promise<Result> {
  const run = runOf(context);
  const { opened } = context.payload;
  const deploying = await tools.deploying();
  const project = deploying.project(run);
  const environment = environmentNamed(project, opened.environment);
  const place = { repositoryId: run.repositoryId, environment };
  await using target = await deploying.open(place);
  return await use({ run, deploying, project, environment, place, opened, target });
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
