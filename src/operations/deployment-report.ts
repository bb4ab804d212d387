import { releaseName } from '../domain/deployment.ts';
import type { Task } from '../domain/task.ts';
import type { EnvironmentResult } from '../workflow/deploy/deploy-task-types.ts';
import { deployEnvironmentType, deployTellType } from '../workflow/deploy/deploy-task-types.ts';
import { payloadOf, resultOfTask } from './task-results.ts';

/** What became of a run's release in one environment; a promise to scripts. */
export interface DeploymentReport {
  readonly environment: string;
  readonly release: string;
  readonly end: EnvironmentResult['end'];
  /** What serves there now, as far as is known. */
  readonly serving: string | null;
  /** Why it ended so, in a sentence; null for one that is live. */
  readonly reason: string | null;
  /** The run that was begun to mend it; null where none was. */
  readonly repair: string | null;
}

/** In the order in which the environments were deployed to. */
export function deploymentsOf(tasks: readonly Task[]): readonly DeploymentReport[] {
  return tasks.flatMap((task) => {
    const result = task.type === deployEnvironmentType.name ? resultOfTask(deployEnvironmentType, task) : undefined;
    if (result === undefined) return [];
    const { environment, release, end, serving, reason } = result;
    const repair = repairOf(tasks, environment);
    return [{ environment, release: named(release), end, serving: serving === null ? null : named(serving), reason, repair }];
  });
}

function repairOf(tasks: readonly Task[], environment: string): string | null {
  const told = tasks.findLast(
    (task) => task.type === deployTellType.name && payloadOf(deployTellType, task).ended.environment === environment,
  );
  return (told === undefined ? undefined : resultOfTask(deployTellType, told))?.repair ?? null;
}

/** Why a run that is over has not done what was asked, in a sentence: a release of it was not kept. Undefined where all of them are live. */
export function notKept(deployments: readonly DeploymentReport[]): string | undefined {
  const bad = deployments.find(({ end }) => end !== 'live');
  return bad === undefined ? undefined : deploymentInWords(bad);
}

/** `production: r12 was taken back (31 of 240 requests failed); r11 serves`. */
export function deploymentInWords({ environment, release, end, serving, reason }: DeploymentReport): string {
  const why = reason === null ? '' : ` (${reason.replace(/\.$/, '')})`;
  const now = end === 'live' ? '' : serving === null ? '; nothing serves' : `; ${serving} serves`;
  return `${environment}: ${release} ${endInWords[end]}${why}${now}`;
}

const endInWords: Readonly<Record<EnvironmentResult['end'], string>> = {
  live: 'is live',
  refused: 'was not let in',
  'rolled-back': 'was taken back',
  broken: 'is broken, and so is what was there before',
  abandoned: 'was given up',
};

function named(number: number): string {
  return releaseName({ number });
}
