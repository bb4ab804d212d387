import { z } from 'zod';
import { shortId } from '../../../domain/ids.ts';
import type { JobId, ProcessId } from '../../../domain/ids.ts';
import type { Budget, Job, JobState, TaskCounts } from '../../../domain/job.ts';
import type { JobTable } from './schema.ts';

const numbers = z.record(z.string(), z.number());

export function jobToRow(job: Job, namespace: string): JobTable {
  return {
    id: job.id,
    namespace,
    short_id: shortId(job.id),
    title: job.title,
    state: job.state,
    group_key: job.groupKey ?? null,
    exclusive_key: job.exclusiveKey ?? null,
    idempotency_key: job.idempotencyKey ?? null,
    attributes: job.attributes === undefined ? null : JSON.stringify(job.attributes),
    budget: JSON.stringify(job.budget),
    counts: JSON.stringify(job.counts),
    cost_micro_usd: job.costMicroUsd,
    wall_ms: job.wallMs,
    last_seq: job.lastSeq,
    carried_by: job.carriedBy ?? null,
    sealed: Number(job.sealed),
    paused: Number(job.paused),
    cancel_reason: job.cancel?.reason ?? null,
    cancelled_at: job.cancel?.at ?? null,
    created_at: job.createdAt,
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
    attributes: row.attributes === null ? undefined : JSON.parse(row.attributes),
    budget: numbers.parse(JSON.parse(row.budget)) as Budget,
    counts: numbers.parse(JSON.parse(row.counts)) as TaskCounts,
    costMicroUsd: row.cost_micro_usd,
    wallMs: row.wall_ms,
    lastSeq: row.last_seq,
    sealed: row.sealed === 1,
    paused: row.paused === 1,
    carriedBy: (row.carried_by ?? undefined) as ProcessId | undefined,
    cancel: row.cancel_reason === null ? undefined : { reason: row.cancel_reason, at: row.cancelled_at ?? 0 },
    createdAt: row.created_at,
    endedAt: row.ended_at ?? undefined,
  };
}
