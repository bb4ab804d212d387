import { sql } from 'kysely';
import { queryBuilder, statements } from '../statement.ts';
import type {
  AttemptTable,
  DecisionTable,
  DependencyTable,
  EffectTable,
  EventTable,
  JobTable,
  LimitTable,
  ProcessTable,
  StreamTable,
  TaskTable,
  WeaverSchema,
} from './schema.ts';
import type { JobStateRow } from './job-row.ts';
import type { TaskStateRow } from './task-row.ts';

/** Every statement that writes the engine's tables. */
const statement = statements(queryBuilder<WeaverSchema>());

const jobColumns = [
  'id',
  'namespace',
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
  'wall_ms',
  'last_seq',
  'carried_by',
  'sealed',
  'paused',
  'cancel_reason',
  'cancelled_at',
  'created_at',
  'ended_at',
] as const satisfies readonly (keyof JobTable)[];

const jobUpdateColumns = [
  'state',
  'counts',
  'cost_micro_usd',
  'wall_ms',
  'last_seq',
  'sealed',
  'paused',
  'cancel_reason',
  'cancelled_at',
  'ended_at',
] as const satisfies readonly (keyof JobStateRow)[];

const taskStateColumns = [
  'epoch',
  'executions',
  'failures',
  'leases_lost',
  'crashes',
  'repairs',
  'cost_micro_usd',
  'wall_ms',
  'decompositions',
  'state',
  'waiting_reason',
  'waiting',
  'held_by',
  'wait_since',
  'ready_at',
  'run_at',
  'lease_owner',
  'lease_started_at',
  'lease_until',
  'lease_limit',
  'attempt_id',
  'result',
  'reason',
  'ended_at',
] as const satisfies readonly (keyof TaskStateRow)[];

const taskColumns = [
  'id',
  'namespace',
  'job_id',
  'number',
  'parent_task_id',
  'parent_join',
  'generation',
  'ordinal',
  'key',
  'type',
  'payload',
  'priority',
  'concurrency_key',
  'budget',
  'answer',
  'created_at',
  ...taskStateColumns,
] as const satisfies readonly (keyof TaskTable)[];

export const insertJob = statement<JobTable>((db, p) => db.insertInto('weaver_job').values(pick(p, jobColumns)));

export const updateJob = statement<JobStateRow>((db, p) =>
  db.updateTable('weaver_job').set(pick(p, jobUpdateColumns)).where('id', '=', p.id),
);

export const insertTask = statement<TaskTable>((db, p) => db.insertInto('weaver_task').values(pick(p, taskColumns)));

interface Replaced {
  readonly id: string;
  readonly expected_state: string;
  readonly expected_epoch: number;
}

const replace = <Column extends keyof TaskTable>(columns: readonly Column[]) =>
  statement<Pick<TaskTable, Column> & Replaced>((db, p) =>
    db
      .updateTable('weaver_task')
      .set(pick(p, columns))
      .where('id', '=', p.id)
      .where('state', '=', p.expected_state)
      .where('epoch', '=', p.expected_epoch),
  );

/** What a task was given seldom changes, and may be large: without it. */
export const replaceTaskState = replace(taskStateColumns);
export const replaceTask = replace(['payload', 'answer', ...taskStateColumns]);

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
    .values(
      pick(p, [
        'id',
        'task_id',
        'job_id',
        'attempt_id',
        'epoch',
        'trigger_text',
        'policy',
        'kind',
        'reason',
        'child_task_ids',
        'decided_at',
      ]),
    ),
);

export const insertStream = statement<Pick<StreamTable, 'name'>>((db, p) =>
  db
    .insertInto('weaver_stream')
    .values({ name: p.name })
    .onConflict((conflict) => conflict.column('name').doNothing()),
);

/** The number within its stream is kept with the stream's owner, whose row the transaction has. `task` is the task's id. */
export const appendEvent = statement<Omit<EventTable, 'position' | 'task'> & { readonly task: string | null }>((db, p) =>
  db.insertInto('weaver_event').values((values) => ({
    ...pick(p, ['stream', 'seq', 'type', 'version', 'at', 'data']),
    task: values.selectFrom('weaver_task').select('number').where('id', '=', p.task),
  })),
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

export const setLimit = statement<LimitTable>((db, p) =>
  db
    .insertInto('weaver_limit')
    .values(pick(p, ['namespace', 'limited', 'name', 'most']))
    .onConflict((conflict) => conflict.columns(['namespace', 'limited', 'name']).doUpdateSet({ most: p.most })),
);

export const dropLimit = statement<Omit<LimitTable, 'most'>>((db, p) =>
  db.deleteFrom('weaver_limit').where('namespace', '=', p.namespace).where('limited', '=', p.limited).where('name', '=', p.name),
);

export const insertProcess = statement<Omit<ProcessTable, 'ended_at'>>((db, p) =>
  db.insertInto('weaver_process').values(pick(p, ['id', 'namespace', 'pid', 'started_at'])),
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

export const saveEffect = statement<EffectTable>((db, p) =>
  db
    .insertInto('weaver_effect')
    .values(pick(p, ['key', 'task_id', 'intended_at', 'done_at', 'result']))
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ done_at: p.done_at, result: p.result })),
);

/** The columns by name; a spread would not see those of the stand-in for later values. */
function pick<Row, Column extends keyof Row>(row: Row, columns: readonly Column[]): Pick<Row, Column> {
  return Object.fromEntries(columns.map((column) => [column, row[column]])) as Pick<Row, Column>;
}
