import { z } from 'zod';
import { shortId } from '../../../domain/ids.ts';
import type { JobId, ProcessId } from '../../../domain/ids.ts';
import type { Budget, Job, JobState, TaskCounts } from '../../../domain/job.ts';
import { hasStartable, unmoved } from '../../../domain/unmoved.ts';
import { unpackText } from '../packed-text.ts';
import type { PackText } from '../packed-text.ts';
import type { JobTable } from './schema.ts';

const numbers = z.record(z.string(), z.number());

/** What happens to a job after it was submitted; what it was submitted with may be large and stays. */
export type JobStateRow = Pick<
  JobTable,
  | 'id'
  | 'state'
  | 'counts'
  | 'has_ready'
  | 'unmoved'
  | 'cost_micro_usd'
  | 'wall_ms'
  | 'last_seq'
  | 'sealed'
  | 'paused'
  | 'paused_reason'
  | 'cancel_reason'
  | 'cancelled_at'
  | 'ended_at'
>;

export function jobToRow(job: Job, namespace: string, pack: PackText): JobTable {
  return {
    ...jobStateToRow(job),
    namespace,
    short_id: shortId(job.id),
    title: job.title,
    group_key: job.groupKey ?? null,
    exclusive_key: job.exclusiveKey ?? null,
    idempotency_key: job.idempotencyKey ?? null,
    attributes: job.attributes === undefined ? null : pack(JSON.stringify(job.attributes)),
    budget: JSON.stringify(job.budget),
    carried_by: job.carriedBy ?? null,
    created_at: job.createdAt,
  };
}

export function jobStateToRow(job: Job): JobStateRow {
  return {
    id: job.id,
    state: job.state,
    counts: JSON.stringify(job.counts),
    has_ready: Number(hasStartable(job)),
    unmoved: Number(unmoved(job) !== undefined),
    cost_micro_usd: job.costMicroUsd,
    wall_ms: job.wallMs,
    last_seq: job.lastSeq,
    sealed: Number(job.sealed),
    paused: Number(job.paused),
    paused_reason: job.paused ? (job.pausedReason ?? null) : null,
    cancel_reason: job.cancel?.reason ?? null,
    cancelled_at: job.cancel?.at ?? null,
    ended_at: job.endedAt ?? null,
  };
}

export function jobFromRow(row: JobTable): Job {
  return {
    id: row.id as JobId,
    title: row.title,
    state: row.state as JobState,
    groupKey: row.group_key ?? undefined,
    exclusiveKey: row.exclusive_key ?? undefined,
    idempotencyKey: row.idempotency_key ?? undefined,
    attributes: row.attributes === null ? undefined : JSON.parse(unpackText(row.attributes)),
    budget: numbers.parse(JSON.parse(row.budget)) as Budget,
    counts: numbers.parse(JSON.parse(row.counts)) as TaskCounts,
    costMicroUsd: row.cost_micro_usd,
    wallMs: row.wall_ms,
    lastSeq: row.last_seq,
    sealed: row.sealed === 1,
    paused: row.paused === 1,
    pausedReason: row.paused_reason ?? undefined,
    carriedBy: (row.carried_by ?? undefined) as ProcessId | undefined,
    cancel: row.cancel_reason === null ? undefined : { reason: row.cancel_reason, at: row.cancelled_at ?? 0 },
    createdAt: row.created_at,
    endedAt: row.ended_at ?? undefined,
  };
}
