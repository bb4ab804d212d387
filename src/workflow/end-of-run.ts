import type { Analysis } from '../domain/analysis.ts';
import { deployProjectOf } from '../domain/deploy-project.ts';
import { forgeOrigin } from '../domain/issue.ts';
import type { TaskSpec } from '../domain/job.ts';
import type { Plan } from '../domain/plan.ts';
import type { RunAttributes } from '../domain/run.ts';
import { deployTask } from './deploy/deploy-tasks.ts';
import type { PlannedWork } from './forge-task-types.ts';
import { ciType, closeType, mergeType, pullRequestType } from './forge-task-types.ts';
import { needsOfForge, needsOfPrograms } from './needs-of.ts';
import { cleanupType, publishType } from './task-types.ts';
import { tellTask } from './tell-type.ts';

/** What the end of a run depends on. */
export interface BeforeTheEnd {
  readonly analysis: Pick<Analysis, 'type' | 'priority'>;
  readonly plan: Plan;
  /** Tasks beside it that tell something at the forge, the last of them last. */
  readonly told?: readonly string[];
}

/**
 * The tasks of a run from its review (`review`) to its end: handing over and cleaning up; for an issue at a forge the pull request, its checks and
 * its merge in between; and where the repository is deployed after that, its deployment.
 */
export function endOfRun(
  run: Pick<RunAttributes, 'config' | 'issue' | 'repository' | 'repositoryId' | 'into'>,
  before: BeforeTheEnd,
): readonly TaskSpec[] {
  const needs = needsOfPrograms(run);
  const atForge = needsOfForge(run);
  const publish: TaskSpec = {
    type: publishType.name,
    key: 'publish',
    payload: {},
    dependencies: succeeded('review'),
    // What leaves this machine is looked at within walls.
    ...(run.repository.kind === 'local' ? {} : { needs }),
  };
  const tasks = before.plan.tasks.map(({ id }) => id);
  const { type, priority } = before.analysis;
  if (forgeOrigin(run.issue) === undefined) {
    const deploy = run.into === null ? [] : deployAfter(run, 'publish', priority);
    return [publish, ...deploy, cleanupAfter([...keysOf(deploy), 'publish', ...tasks])];
  }
  const deploy = deployAfter(run, 'merge', priority);
  const work: PlannedWork = { type, priority, tasks: before.plan.tasks.map(({ id, title }) => ({ id, title })) };
  const about = { work, review: null };
  const { told = [] } = before;
  return [
    publish,
    { type: pullRequestType.name, key: 'pull-request', payload: about, dependencies: succeeded('publish', 'review'), needs: atForge },
    tellTask(run, 'tell-deploying', { what: { kind: 'nothing' }, labels: ['state:deploying'], after: ['pull-request', ...told] }),
    {
      type: ciType.name,
      key: 'ci',
      payload: { ...about, step: { kind: 'follow' }, current: null, repaired: { rounds: 0, fingerprints: [] } },
      dependencies: succeeded('pull-request', 'review'),
      needs: atForge,
    },
    {
      type: mergeType.name,
      key: 'merge',
      payload: { ...about, step: { kind: 'look' }, round: 0, ci: null, approvedBy: null },
      dependencies: succeeded('ci', 'review'),
      // Siblings are merged one after the other, so that each sees what the other has made of the base.
      concurrencyKey: `merge:${run.repositoryId}`,
      needs: [...atForge, ...needs],
    },
    ...deploy,
    {
      type: closeType.name,
      key: 'close',
      payload: {},
      dependencies: settled(...keysOf(deploy), 'merge', 'ci', 'pull-request', 'publish', 'review', 'tell-deploying', ...told, ...tasks),
      needs: atForge,
    },
    cleanupAfter([...keysOf(deploy), 'merge', 'ci', 'pull-request', 'publish', 'review', ...tasks]),
  ];
}

/** What is merged goes out, where that is configured; at once where it has to. */
function deployAfter(
  run: Pick<RunAttributes, 'config' | 'issue' | 'repository'>,
  key: 'merge' | 'publish',
  priority: Analysis['priority'],
): readonly TaskSpec[] {
  const project = deployProjectOf(run.config, run.repository, forgeOrigin(run.issue));
  if (project?.afterMerge !== true) return [];
  const hotfix = priority === 'P0-Critical';
  return [deployTask(run, { what: { kind: 'merged' }, environments: null, hotfix, rollback: false }, succeeded(key))];
}

function keysOf(tasks: readonly TaskSpec[]): readonly string[] {
  return tasks.map(({ key }) => key);
}

function succeeded(...keys: readonly string[]): NonNullable<TaskSpec['dependencies']> {
  return keys.map((on) => ({ on, until: 'succeeded' }));
}

function settled(...keys: readonly string[]): NonNullable<TaskSpec['dependencies']> {
  return keys.map((on) => ({ on, until: 'settled' }));
}

/** @param after all that it tells later runs of, and nobody who could still need what it removes. */
function cleanupAfter(after: readonly string[]): TaskSpec {
  return { type: cleanupType.name, key: 'cleanup', payload: {}, dependencies: settled(...after) };
}
