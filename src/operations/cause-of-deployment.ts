import type { CommitId, JobId, RepositoryId } from '../domain/ids.ts';
import type { Cause } from '../domain/trace.ts';
import { spanOfJob } from '../domain/trace.ts';
import type { WhatToDeploy } from '../workflow/deploy/deploy-task-types.ts';
import { publishType } from '../workflow/task-types.ts';
import { resultOfTask } from './task-results.ts';
import type { OperationTools } from './tools.ts';

/** So many runs and deployments of a repository are looked through, the newest first. */
const mostLookedThrough = 50;

/** Which run has made what is deployed by itself, where that can be told: one that handed the commit over, or that deployed the release first. */
export async function causeOfDeployment(
  tools: Pick<OperationTools, 'engine' | 'ledger'>,
  repositoryId: RepositoryId,
  what: WhatToDeploy,
): Promise<Cause | undefined> {
  const commit = await commitOf(tools, repositoryId, what);
  const maker =
    (commit === undefined ? undefined : await handedOver(tools, repositoryId, commit)) ?? (await deployedBy(tools, repositoryId, what));
  const job = maker === undefined ? undefined : await tools.engine.status(maker);
  return job === undefined ? undefined : { links: [spanOfJob(job.id, job.attributes)] };
}

async function commitOf(
  { ledger }: Pick<OperationTools, 'ledger'>,
  repositoryId: RepositoryId,
  what: WhatToDeploy,
): Promise<CommitId | undefined> {
  if (what.kind === 'commit') return what.commit;
  return what.kind === 'release' ? (await ledger.deployments.releaseOf(repositoryId, what.release))?.commit : undefined;
}

async function handedOver(
  { engine }: Pick<OperationTools, 'engine'>,
  repositoryId: RepositoryId,
  commit: CommitId,
): Promise<JobId | undefined> {
  for (const { id } of await engine.jobs({ groupKey: repositoryId, limit: mostLookedThrough })) {
    const published = await engine.tasks(id, { type: publishType.name });
    if (published.some((task) => resultOfTask(publishType, task)?.commit === commit)) return id;
  }
  return undefined;
}

async function deployedBy(
  { ledger }: Pick<OperationTools, 'ledger'>,
  repositoryId: RepositoryId,
  what: WhatToDeploy,
): Promise<JobId | undefined> {
  if (what.kind !== 'release') return undefined;
  const past = await ledger.deployments.latest({ repositoryId }, mostLookedThrough);
  return past.findLast(({ release }) => release === what.release)?.jobId;
}
