import type { z } from 'zod';
import type { runSchema } from '../domain/api/runs.ts';
import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import { toUsd } from '../domain/money.ts';
import { phaseOf } from '../domain/run-phase.ts';
import { repositoryIdentity, runHeadSchema } from '../domain/run.ts';
import type { TaskKind } from '../ports/store.ts';
import type { RunsInBrief } from '../ports/run-list.ts';
import type { JobView } from '../weaver/engine.ts';
import { nameOfIssue } from '../workflow/escalate.ts';
import { phaseOfType } from '../workflow/run-phases.ts';
import type { OperationTools } from './tools.ts';

export type RunInBrief = z.output<typeof runSchema>;

/** Runs as they stand, without what happened in them: however many they are, in the same few queries. */
export async function runsInBrief(
  { engine, ledger }: Pick<OperationTools, 'engine' | 'ledger'>,
  jobs: readonly JobView[],
): Promise<readonly RunInBrief[]> {
  const [kinds, known] = await Promise.all([engine.taskKinds(jobs.filter(isUnderWay).map(idOf)), ledger.runs.inBrief(jobs.map(idOf))]);
  const kindsOf = Map.groupBy(kinds, ({ jobId }) => jobId);
  return jobs.map((job) => inBrief(job, kindsOf.get(job.id) ?? [], known));
}

/** One that is done or was cancelled is at its end, whatever its tasks are. */
function isUnderWay({ state }: JobView): boolean {
  return state !== 'completed' && state !== 'cancelled';
}

function idOf({ id }: JobView): JobId {
  return id;
}

function inBrief(job: JobView, kinds: readonly TaskKind[], { winners, asking }: RunsInBrief): RunInBrief {
  const { issue, repository, base, startedBy, config } = runHeadSchema.parse(job.attributes);
  const winner = winners.get(job.id);
  return {
    run: displayId('run', job.id),
    title: job.title,
    state: job.state,
    phase: phaseOf(
      job.state,
      kinds.map(({ type, state, waiting }) => ({ phase: phaseOfType(type), state, waiting })),
    ),
    isPaused: job.isPaused,
    waitsFor: job.endedAt === undefined ? job.bottleneck : '',
    waitsForPerson: job.endedAt === undefined && ((job.counts['waiting_for_person'] ?? 0) > 0 || asking.has(job.id)),
    winner: winner === undefined ? null : { world: winner.world, score: winner.points },
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
