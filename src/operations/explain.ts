import type { DeploymentView } from '../domain/api/deployments.ts';
import type { Choice } from '../domain/choice.ts';
import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import type { Task } from '../domain/task.ts';
import type { WaveStep } from '../domain/waves.ts';
import type { JobView } from '../weaver/engine.ts';
import { chooseType, implementType } from '../workflow/task-types.ts';
import { deploymentView } from './deployment-view.ts';
import { deploymentsOfRun, explainDeployment } from './explain-deployment.ts';
import { lastChoice } from './report.ts';
import { payloadOf } from './task-results.ts';
import { followUpInWords } from './follow-ups.ts';
import type { OperationTools } from './tools.ts';
import { aroundWorlds } from './warnings.ts';

/** Every choice of a run as data; its shape is a promise to scripts. */
export interface ExplainedRun {
  readonly type: 'run.explained';
  readonly schemaVersion: 1;
  readonly run: string;
  readonly tasks: readonly {
    readonly id: string;
    readonly title: string;
    /** What was done because of what earlier choices of the task came to. */
    readonly steps: readonly WaveStep[];
    readonly choice: Choice;
  }[];
  /** What became of its releases, environment by environment, and why. */
  readonly deployments: readonly DeploymentView[];
  readonly warnings: readonly string[];
}

/**
 * The same as {@link explainRun} as data: matrix, evidence, path.
 * @throws Failure (notFoundOrLocked) when the run has come neither to a choice nor to a deployment.
 */
export async function explainAsData(tools: OperationTools, job: JobView): Promise<ExplainedRun> {
  const tasks = await tools.engine.tasks(job.id);
  const explained = choicesOf(tasks);
  const deployed = await deploymentsOfRun(tools, job.id);
  if (explained.length === 0 && deployed.length === 0) throw noChoice(job);
  const deployments = await Promise.all(
    deployed.map(async (one) => deploymentView(one, (await tools.ledger.deployments.releaseOf(one.repositoryId, one.release))?.commit)),
  );
  const run = displayId('run', job.id);
  return { type: 'run.explained', schemaVersion: 1, run, tasks: explained, deployments, warnings: aroundWorlds(tasks) };
}

function choicesOf(tasks: readonly Task[]): ExplainedRun['tasks'] {
  return tasks
    .filter(({ type }) => type === implementType.name)
    .flatMap((task) => {
      const children = tasks.filter((child) => child.parentTaskId === task.id);
      const choice = lastChoice(children);
      if (choice === undefined) return [];
      const { planTask } = payloadOf(implementType, task);
      return [{ id: planTask.id, title: planTask.title, steps: lastSteps(children), choice }];
    });
}

function lastSteps(children: readonly Task[]): readonly WaveStep[] {
  const last = children.findLast(({ type }) => type === chooseType.name);
  return last === undefined ? [] : (payloadOf(chooseType, last).steps ?? []);
}

function noChoice(job: JobView): Failure {
  const run = displayId('run', job.id);
  return new Failure('notFoundOrLocked', {
    what: `${run} has made no choice.`,
    why: `It is ${job.state}: ${job.bottleneck || job.cancelReason || 'it did not get that far'}.`,
    fix: `\`miyabi show ${run}\` tells what happened.`,
  });
}

/**
 * Why each task's winner won, in words and with the full table, and why a release was kept or taken back: exactly as it was recorded then.
 * @throws Failure (notFoundOrLocked) when the run has come neither to a choice nor to a deployment.
 */
export async function explainRun(tools: OperationTools, job: JobView): Promise<string> {
  const tasks = await tools.engine.tasks(job.id);
  const explained = choicesOf(tasks);
  const deployed = await deploymentsOfRun(tools, job.id);
  if (explained.length === 0 && deployed.length === 0) throw noChoice(job);
  const sections = await Promise.all(
    explained.map(async ({ id, title, steps, choice }) => {
      const before = steps.map(({ strategy, because }) => `  - ${strategy}: ${because}`);
      const told = before.length === 0 ? [] : [`What was done on the way\n${before.join('\n')}`];
      return [`${id}: ${title}`, ...told, (await tools.explainChoice(choice)).trimEnd()].join('\n\n');
    }),
  );
  const warnings = aroundWorlds(tasks).map((warning) => `  - ${warning}`);
  const begun = (await tools.ledger.followUps.from(job.id)).map((one) => `  - ${followUpInWords(one)}`);
  return [
    ...sections,
    ...(begun.length > 0 ? [`What people did with its worlds afterwards\n${begun.join('\n')}`] : []),
    ...deployed.map(explainDeployment),
    ...(warnings.length > 0 ? [`What else happened\n${warnings.join('\n')}`] : []),
  ].join('\n\n');
}
