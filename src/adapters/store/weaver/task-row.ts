import { z } from 'zod';
import type { AttemptId, JobId, ProcessId, TaskId } from '../../../domain/ids.ts';
import type { Budget } from '../../../domain/job.ts';
import { limitName } from '../../../domain/limits.ts';
import { storedNeed } from '../../../domain/outcome.ts';
import type { Join } from '../../../domain/outcome.ts';
import { waitEnds } from '../../../domain/task.ts';
import type { StoredAnswer, Task, TaskCommon, Waiting } from '../../../domain/task.ts';
import type { StoredJson } from '../../../domain/task-type.ts';
import { unpackText } from '../packed-text.ts';
import type { PackText, StoredText } from '../packed-text.ts';
import type { TaskTable } from './schema.ts';

const storedJson = z.object({ schemaVersion: z.number().int(), value: z.unknown().optional() });
const storedLimit = z.object({ of: z.enum(['type', 'key']), name: z.string() });
const budget = z.record(z.string(), z.number());
const noBudget: Budget = {};
const answer = z.object({
  signal: z.string(),
  payload: z.unknown().optional(),
  by: z.string(),
  at: z.number(),
  since: z.number().optional(),
});
const waiting = z.discriminatedUnion('reason', [
  z.object({ reason: z.literal('deps'), left: z.number() }),
  z.object({
    reason: z.literal('children'),
    join: z.enum(['resume', 'compose']),
    left: z.number(),
    nextPayload: storedJson.optional(),
  }),
  z.object({ reason: z.literal('backoff'), since: z.number().default(0), until: z.number() }),
  z.object({ reason: z.enum(['person', 'event', 'budget', 'deadline']), since: z.number().default(0), need: storedNeed }),
  z.object({ reason: z.literal('repair'), by: z.string() }),
  z.object({ reason: z.literal('capacity'), limit: storedLimit }),
  z.object({ reason: z.literal('paused') }),
]);

/** What a task was given to work with; seldom changes. */
export type TaskGivenRow = Pick<TaskTable, 'payload' | 'answer'>;
/** Columns of a task that a change of its state can change. */
export type TaskStateRow = Omit<TaskTable, FixedColumn | keyof TaskGivenRow>;
type FixedColumn =
  | 'id'
  | 'namespace'
  | 'job_id'
  | 'number'
  | 'parent_task_id'
  | 'parent_join'
  | 'generation'
  | 'ordinal'
  | 'key'
  | 'type'
  | 'priority'
  | 'concurrency_key'
  | 'route'
  | 'budget'
  | 'created_at';

export function taskToRow(task: Task, namespace: string, pack: PackText): TaskTable {
  return { ...fixedColumns(task, namespace), ...taskGivenToRow(task, pack), ...taskStateToRow(task, pack) };
}

/** The same without the columns of states that the task is not in: for lists whose rows need not all have every column. */
export function taskToSparseRow(task: Task, namespace: string, pack: PackText): Partial<TaskTable> {
  return { ...fixedColumns(task, namespace), ...taskGivenToRow(task, pack), ...taskStateToSparseRow(task, pack) };
}

function fixedColumns(task: Task, namespace: string): Pick<TaskTable, FixedColumn> {
  return {
    id: task.id,
    namespace,
    job_id: task.jobId,
    number: task.number,
    parent_task_id: task.parentTaskId ?? null,
    parent_join: task.parentJoin ?? null,
    generation: task.generation,
    ordinal: task.ordinal,
    key: task.key,
    type: task.type,
    priority: task.priority,
    concurrency_key: task.concurrencyKey ?? null,
    route: task.route,
    budget: JSON.stringify(task.budget),
    created_at: task.createdAt,
  };
}

export function taskGivenToRow(task: Task, pack: PackText): TaskGivenRow {
  return {
    payload: pack(JSON.stringify(task.payload)),
    answer: task.answer === undefined ? null : JSON.stringify(task.answer),
  };
}

export function taskStateToRow(task: Task, pack: PackText): TaskStateRow {
  return { ...counters(task), ...noState, ...stateColumns(task, pack) };
}

/** The same without the columns of other states. */
export function taskStateToSparseRow(task: Task, pack: PackText): Partial<TaskStateRow> {
  return { ...counters(task), ...stateColumns(task, pack) };
}

function counters(task: Task) {
  return {
    epoch: task.epoch,
    executions: task.executions,
    failures: task.failures,
    leases_lost: task.leasesLost,
    crashes: task.crashes,
    repairs: task.repairs,
    cost_micro_usd: task.costMicroUsd,
    wall_ms: task.wallMs,
    decompositions: task.decompositions,
    state: task.state,
  };
}

const noState = {
  waiting_reason: null,
  waiting: null,
  held_by: null,
  wait_since: null,
  ready_at: null,
  run_at: null,
  lease_owner: null,
  lease_started_at: null,
  lease_until: null,
  lease_limit: null,
  attempt_id: null,
  result: null,
  reason: null,
  ended_at: null,
};

function stateColumns(task: Task, pack: PackText): Partial<TaskTable> {
  switch (task.state) {
    case 'pending':
      return waitingColumns(task.waiting);
    case 'ready':
      return { ready_at: task.readyAt };
    case 'running':
      return {
        lease_owner: task.lease.owner,
        lease_started_at: task.lease.startedAt,
        lease_until: task.lease.until,
        lease_limit: task.lease.limit ?? null,
        attempt_id: task.lease.attemptId,
      };
    case 'succeeded':
      return { result: pack(JSON.stringify(task.result)), ended_at: task.endedAt };
    case 'decomposed':
      return { ended_at: task.endedAt };
    case 'dead':
    case 'cancelled':
    case 'skipped':
      return { reason: task.reason, ended_at: task.endedAt };
  }
}

function waitingColumns(wait: Waiting): Partial<TaskTable> {
  const until = waitEnds(wait);
  return {
    waiting_reason: wait.reason,
    waiting: JSON.stringify(wait),
    held_by: wait.reason === 'capacity' ? limitName(wait.limit) : null,
    run_at: until ?? null,
    wait_since: until !== undefined && 'since' in wait ? wait.since : null,
  };
}

export function taskFromRow(row: TaskTable): Task {
  const common: TaskCommon = {
    id: row.id as TaskId,
    jobId: row.job_id as JobId,
    number: row.number,
    parentTaskId: (row.parent_task_id ?? undefined) as TaskId | undefined,
    parentJoin: (row.parent_join ?? undefined) as Join | undefined,
    generation: row.generation,
    ordinal: row.ordinal,
    key: row.key,
    type: row.type,
    payload: readStored(row.payload),
    priority: row.priority,
    concurrencyKey: row.concurrency_key ?? undefined,
    route: row.route,
    budget: row.budget === '{}' ? noBudget : (budget.parse(JSON.parse(row.budget)) as Budget),
    epoch: row.epoch,
    executions: row.executions,
    failures: row.failures,
    leasesLost: row.leases_lost,
    crashes: row.crashes,
    repairs: row.repairs,
    costMicroUsd: row.cost_micro_usd,
    wallMs: row.wall_ms,
    decompositions: row.decompositions,
    answer: row.answer === null ? undefined : (answer.parse(JSON.parse(row.answer)) as StoredAnswer),
    createdAt: row.created_at,
  };
  return withState(common, row);
}

function withState(common: TaskCommon, row: TaskTable): Task {
  const endedAt = row.ended_at ?? 0;
  switch (row.state as Task['state']) {
    case 'pending':
      return { ...common, state: 'pending', waiting: waitingFromText(row.waiting ?? 'null') };
    case 'ready':
      return { ...common, state: 'ready', readyAt: row.ready_at ?? 0 };
    case 'running':
      return {
        ...common,
        state: 'running',
        lease: {
          owner: row.lease_owner as ProcessId,
          attemptId: row.attempt_id as AttemptId,
          startedAt: row.lease_started_at ?? row.lease_until ?? 0,
          until: row.lease_until ?? 0,
          limit: row.lease_limit ?? undefined,
        },
      };
    case 'succeeded':
      return { ...common, state: 'succeeded', result: readStored(row.result ?? 'null'), endedAt };
    case 'decomposed':
      return { ...common, state: 'decomposed', endedAt };
    case 'dead':
    case 'cancelled':
    case 'skipped':
      return { ...common, state: row.state as 'dead' | 'cancelled' | 'skipped', reason: row.reason ?? '', endedAt };
  }
}

function readStored(text: StoredText): StoredJson {
  const { schemaVersion, value } = storedJson.parse(JSON.parse(unpackText(text)));
  return { schemaVersion, value };
}

export function waitingFromText(text: string): Waiting {
  return waiting.parse(JSON.parse(text)) as Waiting;
}
