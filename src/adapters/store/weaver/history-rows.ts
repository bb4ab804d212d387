import { z } from 'zod';
import { eventVersion } from '../../../domain/events.ts';
import type { EventCursor, JobEvent } from '../../../domain/events.ts';
import type { AttemptId, JobId, ProcessId, TaskId } from '../../../domain/ids.ts';
import type { AttemptEndRecord, AttemptRecord, DecisionRecord, DependencyRecord, EffectRecord } from '../../../ports/records.ts';
import type { StreamedEvent } from '../../../ports/store.ts';
import { unpackText } from '../packed-text.ts';
import type { PackText } from '../packed-text.ts';
import type { EventRow } from './queries/history.ts';
import type { AttemptTable, DecisionTable, DependencyTable, EffectTable } from './schema.ts';

const artifacts = z.array(
  z.object({ kind: z.enum(['file', 'diff', 'log', 'url', 'report', 'commit']), name: z.string(), reference: z.string() }),
);
const texts = z.array(z.string());

export function attemptFromRow(row: AttemptTable): AttemptRecord {
  const end: AttemptEndRecord | undefined =
    row.ended_at === null
      ? undefined
      : {
          at: row.ended_at,
          outcome: row.outcome as AttemptEndRecord['outcome'],
          errorKind: (row.error_kind ?? undefined) as AttemptEndRecord['errorKind'],
          cause: (row.cause ?? undefined) as AttemptEndRecord['cause'],
          reason: row.reason ?? undefined,
          artifacts: row.artifacts === '[]' ? [] : artifacts.parse(JSON.parse(row.artifacts)),
          observations: row.observations === '[]' ? [] : texts.parse(JSON.parse(unpackText(row.observations))),
          costMicroUsd: row.cost_micro_usd,
        };
  return {
    id: row.id as AttemptId,
    taskId: row.task_id as TaskId,
    jobId: row.job_id as JobId,
    epoch: row.epoch,
    owner: row.owner as ProcessId,
    startedAt: row.started_at,
    end,
  };
}

/** An attempt that has begun. */
export function attemptRow({ id, taskId, jobId, epoch, owner, startedAt }: AttemptRecord) {
  const nothing = { artifacts: '[]', observations: '[]', cost_micro_usd: 0 };
  return { id, task_id: taskId, job_id: jobId, epoch, owner, started_at: startedAt, ...nothing };
}

export function attemptEndRow(id: AttemptId, end: AttemptEndRecord, pack: PackText) {
  return {
    id,
    ended_at: end.at,
    outcome: end.outcome,
    error_kind: end.errorKind ?? null,
    cause: end.cause ?? null,
    reason: end.reason ?? null,
    artifacts: end.artifacts.length === 0 ? '[]' : JSON.stringify(end.artifacts),
    observations: end.observations.length === 0 ? '[]' : pack(JSON.stringify(end.observations)),
    cost_micro_usd: end.costMicroUsd,
  };
}

export function dependencyToRow({ taskId, ordinal, onTaskId, until }: DependencyRecord): DependencyTable {
  return { task_id: taskId, ordinal, on_task_id: onTaskId, until };
}

export function decisionToRow(decision: DecisionRecord, pack: PackText): DecisionTable {
  return {
    id: decision.id,
    task_id: decision.taskId,
    job_id: decision.jobId,
    attempt_id: decision.attemptId ?? null,
    epoch: decision.epoch,
    trigger_text: decision.trigger,
    policy: decision.policy,
    kind: decision.kind,
    reason: decision.reason,
    child_task_ids: pack(JSON.stringify(decision.childTaskIds)),
    decided_at: decision.decidedAt,
  };
}

export function decisionFromRow(row: DecisionTable): DecisionRecord {
  return {
    id: row.id,
    taskId: row.task_id as TaskId,
    jobId: row.job_id as JobId,
    attemptId: (row.attempt_id ?? undefined) as AttemptId | undefined,
    epoch: row.epoch,
    trigger: row.trigger_text,
    policy: row.policy,
    kind: row.kind as DecisionRecord['kind'],
    reason: row.reason,
    childTaskIds: row.child_task_ids === '[]' ? [] : (texts.parse(JSON.parse(unpackText(row.child_task_ids))) as TaskId[]),
    decidedAt: row.decided_at,
  };
}

export function dependencyFromRow(row: DependencyTable): DependencyRecord {
  return {
    taskId: row.task_id as TaskId,
    onTaskId: row.on_task_id as TaskId,
    until: row.until as DependencyRecord['until'],
    ordinal: row.ordinal,
  };
}

const jobPrefix = 'job:';

/** The job whose stream it is; nothing for the streams of others, whose events are about no task. */
export function jobOfStream(stream: string): string {
  return stream.startsWith(jobPrefix) ? stream.slice(jobPrefix.length) : '';
}

/** An event is stored without what its task's row says: its id, type and key, and of a new one its parent. */
export function eventToRow({ seq, at, event }: StreamedEvent, stream: number) {
  const common = { stream, seq, at, type: event.type, version: eventVersion };
  if (!('taskId' in event.data)) return { ...common, task: null, data: JSON.stringify(event.data) };
  const { taskId, taskType: _, key: __, ...data } = event.data;
  return { ...common, task: taskId, data: event.type === 'task.created' ? '{}' : JSON.stringify(data) };
}

/** Events are written by the engine alone and read as they were written; `version` says in which shape. */
export function eventFromRow(row: EventRow): JobEvent {
  return {
    stream: row.stream,
    seq: row.seq,
    position: row.position as EventCursor,
    type: row.type,
    version: row.version,
    at: row.at,
    data: row.task_id === null ? JSON.parse(row.data) : dataOfTask(row),
  } as JobEvent;
}

function dataOfTask(row: EventRow): unknown {
  const reference = { taskId: row.task_id, taskType: row.task_type, key: row.task_key };
  return row.type === 'task.created' ? { ...reference, parentTaskId: row.parent_task_id } : { ...reference, ...JSON.parse(row.data) };
}

export function effectToRow(effect: EffectRecord, pack: PackText): EffectTable {
  return {
    key: effect.key,
    task_id: effect.taskId,
    intended_at: effect.intendedAt,
    done_at: effect.done?.at ?? null,
    result: effect.done === undefined ? null : pack(JSON.stringify(effect.done.result ?? null)),
  };
}

export function effectFromRow(row: EffectTable): EffectRecord {
  return {
    key: row.key,
    taskId: row.task_id as TaskId,
    intendedAt: row.intended_at,
    done: row.done_at === null ? undefined : { at: row.done_at, result: JSON.parse(unpackText(row.result ?? 'null')) },
  };
}
