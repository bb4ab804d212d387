import { sql } from 'kysely';
import { queryBuilder, statements } from '../statement.ts';
import type {
  AttemptTable,
  DecisionTable,
  DependencyTable,
  EventTable,
  JobTable,
  ProcessTable,
  TaskTable,
  WeaverSchema,
} from './schema.ts';
import type { TaskUpdate } from './task-row.ts';

/** Every statement that writes the engine's tables. */
const statement = statements(queryBuilder<WeaverSchema>());

const jobColumns = [
  'id',
  'short_id',
  'title',
  'state',
  'group_key',
  'exclusive_key',
  'idempotency_key',
  'attributes',
  'budget',
  'counts',
  'cost_micro_usd',
  'carried_by',
  'cancel_reason',
  'cancelled_at',
  'created_at',
  'ended_at',
] as const satisfies readonly (keyof JobTable)[];

const taskUpdateColumns = [
  'payload',
  'priority',
  'concurrency_key',
  'budget',
  'epoch',
  'executions',
  'failures',
  'leases_lost',
  'crashes',
  'cost_micro_usd',
  'decompositions',
  'answer',
  'state',
  'waiting_reason',
  'waiting',
  'ready_at',
  'run_at',
  'lease_owner',
  'lease_until',
  'lease_limit',
  'attempt_id',
  'result',
  'reason',
  'ended_at',
] as const satisfies readonly (keyof TaskUpdate)[];

const taskColumns = [
  'id',
  'job_id',
  'parent_task_id',
  'parent_join',
  'generation',
  'ordinal',
  'key',
  'type',
  'created_at',
  ...taskUpdateColumns,
] as const satisfies readonly (keyof TaskTable)[];

export const insertJob = statement<JobTable>((db, p) => db.insertInto('weaver_job').values(pick(p, jobColumns)));

export const updateJob = statement<JobTable>((db, p) =>
  db
    .updateTable('weaver_job')
    .set(pick(p, ['state', 'counts', 'cost_micro_usd', 'cancel_reason', 'cancelled_at', 'ended_at']))
    .where('id', '=', p.id),
);

export const insertTask = statement<TaskTable>((db, p) => db.insertInto('weaver_task').values(pick(p, taskColumns)));

export const replaceTask = statement<TaskTable & { readonly expected_state: string; readonly expected_epoch: number }>((db, p) =>
  db
    .updateTable('weaver_task')
    .set(pick(p, taskUpdateColumns))
    .where('id', '=', p.id)
    .where('state', '=', p.expected_state)
    .where('epoch', '=', p.expected_epoch),
);

export const insertDependency = statement<DependencyTable>((db, p) =>
  db.insertInto('weaver_dependency').values(pick(p, ['task_id', 'ordinal', 'on_task_id', 'until'])),
);

export const insertAttempt = statement<Pick<AttemptTable, 'id' | 'task_id' | 'job_id' | 'epoch' | 'owner' | 'started_at'>>((db, p) =>
  db.insertInto('weaver_attempt').values({
    ...pick(p, ['id', 'task_id', 'job_id', 'epoch', 'owner', 'started_at']),
    artifacts: sql.lit('[]'),
    observations: sql.lit('[]'),
    cost_micro_usd: sql.lit(0),
  }),
);

export const endAttempt = statement<Omit<AttemptTable, 'task_id' | 'job_id' | 'epoch' | 'owner' | 'started_at'>>((db, p) =>
  db
    .updateTable('weaver_attempt')
    .set(pick(p, ['ended_at', 'outcome', 'error_kind', 'cause', 'reason', 'artifacts', 'observations', 'cost_micro_usd']))
    .where('id', '=', p.id),
);

export const insertDecision = statement<DecisionTable>((db, p) =>
  db
    .insertInto('weaver_decision')
    .values(pick(p, ['id', 'task_id', 'job_id', 'attempt_id', 'trigger_text', 'policy', 'kind', 'reason', 'child_task_ids', 'decided_at'])),
);

/** Takes the next number of its stream; the transaction holds the right to write, so nobody else can take the same. */
export const appendEvent = statement<Omit<EventTable, 'position' | 'seq'>>((db, p) =>
  db.insertInto('weaver_event').values({
    ...pick(p, ['stream', 'type', 'version', 'at', 'data']),
    seq: sql<number>`(select coalesce(max(seq), 0) + 1 from weaver_event where stream = ${p.stream})`,
  }),
);

export const limitLeases = statement<{ readonly job: string; readonly limit: number }>((db, p) =>
  db
    .updateTable('weaver_task')
    .set({
      lease_limit: sql<number>`case when lease_limit < ${p.limit} then lease_limit else ${p.limit} end`,
      lease_until: sql<number>`case when lease_until < ${p.limit} then lease_until else ${p.limit} end`,
    })
    .where('job_id', '=', p.job)
    .where('state', '=', sql.lit('running')),
);

export const insertProcess = statement<Omit<ProcessTable, 'ended_at'>>((db, p) =>
  db.insertInto('weaver_process').values(pick(p, ['id', 'pid', 'started_at'])),
);

export const endProcess = statement<{ readonly id: string; readonly at: number }>((db, p) =>
  db.updateTable('weaver_process').set({ ended_at: p.at }).where('id', '=', p.id).where('ended_at', 'is', null),
);

export const carry = statement<{ readonly job: string; readonly by: string }>((db, p) =>
  db
    .updateTable('weaver_job')
    .set({ carried_by: p.by })
    .where('id', '=', p.job)
    .where('ended_at', 'is', null)
    .where((any) => any.or([any('carried_by', 'is', null), any('carried_by', '=', p.by)])),
);

export const uncarry = statement<{ readonly by: string }>((db, p) =>
  db.updateTable('weaver_job').set({ carried_by: null }).where('carried_by', '=', p.by),
);

/** The columns by name; a spread would not see those of the stand-in for later values. */
function pick<Row, Column extends keyof Row>(row: Row, columns: readonly Column[]): Pick<Row, Column> {
  return Object.fromEntries(columns.map((column) => [column, row[column]])) as Pick<Row, Column>;
}
