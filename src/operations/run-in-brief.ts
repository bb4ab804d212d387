import type { z } from 'zod';
import type { runSchema } from '../domain/api/runs.ts';
import { displayId } from '../domain/ids.ts';
import { toUsd } from '../domain/money.ts';
import { repositoryIdentity, runAttributesSchema } from '../domain/run.ts';
import type { JobView } from '../weaver/engine.ts';
import { nameOfIssue } from '../workflow/escalate.ts';

/** A run as it stands, without what happened in it. */
export function runInBrief(job: JobView): z.output<typeof runSchema> {
  const { issue, repository, base, startedBy, config } = runAttributesSchema.parse(job.attributes);
  return {
    run: displayId('run', job.id),
    title: job.title,
    state: job.state,
    waitsFor: job.endedAt === undefined ? job.bottleneck : '',
    cancelReason: job.cancelReason ?? null,
    issue: nameOfIssue(issue),
    repository: repositoryIdentity(repository),
    base,
    startedBy: startedBy?.who ?? null,
    isCarried: job.carriedBy !== undefined,
    tasks: { ...job.counts },
    costUsd: toUsd(job.costMicroUsd),
    budgetUsd: config.budget.issueUsd,
    createdAt: job.createdAt,
    endedAt: job.endedAt ?? null,
  };
}
