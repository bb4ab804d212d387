import { sql } from 'kysely';
import type { TaskState } from '../../../domain/task.ts';
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

export const jobColumns = [
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
  'has_ready',
  'unmoved',
  'carried_by',
  'sealed',
  'paused',
  'paused_reason',
  'cancel_reason',
  'cancelled_at',
  'created_at',
  'ended_at',
] as const satisfies readonly (keyof JobTable)[];

export const jobUpdateColumns = [
  'state',
  'counts',
  'cost_micro_usd',
  'wall_ms',
  'last_seq',
  'has_ready',
  'unmoved',
  'sealed',
  'paused',
  'paused_reason',
  'cancel_reason',
  'cancelled_at',
  'ended_at',
] as const satisfies readonly (keyof JobStateRow)[];

/** Columns that have a value only in this state. */
export const columnsOf: Readonly<Record<TaskState, readonly (keyof TaskStateRow)[]>> = {
  pending: ['waiting_reason', 'waiting', 'held_by', 'wait_since', 'run_at'],
  ready: ['ready_at'],
  running: ['lease_owner', 'lease_started_at', 'lease_until', 'lease_limit', 'attempt_id'],
  succeeded: ['result', 'ended_at'],
  decomposed: ['ended_at'],
  dead: ['reason', 'ended_at'],
  cancelled: ['reason', 'ended_at'],
  skipped: ['reason', 'ended_at'],
};

export const taskCounters = [
  'epoch',
  'executions',
  'failures',
  'leases_lost',
  'crashes',
  'repairs',
  'cost_micro_usd',
  'wall_ms',
  'decompositions',
] as const satisfies readonly (keyof TaskStateRow)[];

export const taskColumns = [
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
  'route',
  'budget',
  'answer',
  'created_at',
  'state',
  ...taskCounters,
] as const satisfies readonly (keyof TaskTable)[];

export const insertJob = statement<JobTable>((db, p) => db.insertInto('weaver_job').values(pick(p, jobColumns)));

export const updateJob = statement<JobStateRow>((db, p) =>
  db.updateTable('weaver_job').set(pick(p, jobUpdateColumns)).where('id', '=', p.id),
);

/** A task that is born in a state: what belongs to others is left out. */
export const insertTask = oncePer((state: TaskState) =>
  statement<TaskTable>((db, p) => db.insertInto('weaver_task').values(pick(p, [...taskColumns, ...columnsOf[state]]))),
);

interface Replaced {
  readonly id: string;
  readonly expected_state: string;
  readonly expected_epoch: number;
}

/** Only what can have changed is written: each column costs, and one with an index the more. */
export const replaceTaskState = oncePer((from: TaskState, to: TaskState) => replace(changedColumns(from, to)));
/** The same with what the task was given, which seldom changes and may be large. */
export const replaceTask = oncePer((from: TaskState, to: TaskState) => replace(['payload', 'answer', ...changedColumns(from, to)]));

function changedColumns(from: TaskState, to: TaskState): readonly (keyof TaskStateRow)[] {
  const claimed = from === 'ready' && to === 'running';
  return [...new Set(['state' as const, ...(claimed ? ['executions' as const] : taskCounters), ...columnsOf[from], ...columnsOf[to]])];
}

function replace<Column extends keyof TaskTable>(columns: readonly Column[]) {
  return statement<Pick<TaskTable, Column> & Replaced>((db, p) =>
    db
      .updateTable('weaver_task')
      .set(pick(p, columns))
      .where('id', '=', p.id)
      .where('state', '=', p.expected_state)
      .where('epoch', '=', p.expected_epoch),
  );
}

/** Makes one thing for each combination of states, and only once. */
function oncePer<States extends readonly TaskState[], Made>(make: (...states: States) => Made): (...states: States) => Made {
  const made = new Map<string, Made>();
  return (...states) => {
    const name = states.join();
    const known = made.get(name) ?? make(...states);
    made.set(name, known);
    return known;
  };
}

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

export const decisionColumns = [
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
] as const satisfies readonly (keyof DecisionTable)[];

export const insertDecision = statement<DecisionTable>((db, p) => db.insertInto('weaver_decision').values(pick(p, decisionColumns)));

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
  db.insertInto('weaver_process').values(pick(p, ['id', 'namespace', 'pid', 'host', 'labels', 'started_at'])),
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
