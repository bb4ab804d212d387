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
  TaskTable,
  WeaverSchema,
} from './schema.ts';

/** Every statement that only reads the engine's tables. */
const statement = statements(queryBuilder<WeaverSchema>());

interface InNamespace {
  readonly namespace: string;
}

export const jobById = statement<InNamespace & { readonly id: string }, JobTable>((db, p) =>
  db.selectFrom('weaver_job').selectAll().where('id', '=', p.id).where('namespace', '=', p.namespace),
);

export const jobByIdempotencyKey = statement<InNamespace & { readonly key: string }, JobTable>((db, p) =>
  db.selectFrom('weaver_job').selectAll().where('namespace', '=', p.namespace).where('idempotency_key', '=', p.key),
);

export const openJobByExclusiveKey = statement<InNamespace & { readonly key: string }, JobTable>((db, p) =>
  db
    .selectFrom('weaver_job')
    .selectAll()
    .where('namespace', '=', p.namespace)
    .where('exclusive_key', '=', p.key)
    .where('ended_at', 'is', null),
);

/** A filter that is null lets everything pass. */
export const jobsNewestFirst = statement<InNamespace & { readonly open: number | null; readonly limit: number }, JobTable>((db, p) =>
  db
    .selectFrom('weaver_job')
    .selectAll()
    .where('namespace', '=', p.namespace)
    .where(sql<boolean>`(${p.open} is null or (ended_at is null) = ${p.open})`)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
);

export const jobsOfGroup = statement<
  InNamespace & { readonly group: string; readonly open: number | null; readonly limit: number },
  JobTable
>((db, p) =>
  db
    .selectFrom('weaver_job')
    .selectAll()
    .where('group_key', '=', p.group)
    .where('namespace', '=', p.namespace)
    .where(sql<boolean>`(${p.open} is null or (ended_at is null) = ${p.open})`)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
);

/** `from` (included) and `to` (excluded) bound the short ids that begin with what was typed. */
export const jobsByPrefix = statement<InNamespace & { readonly id: string; readonly from: string; readonly to: string }, JobTable>(
  (db, p) =>
    db
      .selectFrom('weaver_job')
      .selectAll()
      .where('namespace', '=', p.namespace)
      .where((any) => any.or([any('id', '=', p.id), any.and([any('short_id', '>=', p.from), any('short_id', '<', p.to)])]))
      .orderBy('created_at', 'desc')
      .limit(20),
);

export const taskById = statement<InNamespace & { readonly id: string }, TaskTable>((db, p) =>
  db.selectFrom('weaver_task').selectAll().where('id', '=', p.id).where('namespace', '=', p.namespace),
);

/** `states` is a JSON list; what is null lets everything pass. */
export const tasksOfJob = statement<
  InNamespace & { readonly job: string; readonly states: string | null; readonly type: string | null; readonly limit: number },
  TaskTable
>((db, p) =>
  db
    .selectFrom('weaver_task')
    .selectAll()
    .where('job_id', '=', p.job)
    .where('namespace', '=', p.namespace)
    .where(sql<boolean>`(${p.states} is null or state in (select value from json_each(${p.states})))`)
    .where(sql<boolean>`(${p.type} is null or type = ${p.type})`)
    .orderBy('number')
    .limit(p.limit),
);

/** `states` is a JSON list; what is null lets everything pass. */
export const taskIdsOfJob = statement<
  InNamespace & {
    readonly job: string;
    readonly states: string | null;
    readonly waiting: string | null;
    readonly after: number;
    readonly limit: number;
  },
  { readonly id: string; readonly number: number }
>((db, p) =>
  db
    .selectFrom('weaver_task')
    .select(['id', 'number'])
    .where('job_id', '=', p.job)
    .where('namespace', '=', p.namespace)
    .where('number', '>', p.after)
    .where(sql<boolean>`(${p.states} is null or state in (select value from json_each(${p.states})))`)
    .where(sql<boolean>`(${p.waiting} is null or waiting_reason = ${p.waiting})`)
    .orderBy('number')
    .limit(p.limit),
);

export interface PendingRow {
  readonly id: string;
  readonly key: string;
  readonly parent_task_id: string | null;
  readonly waiting: string;
}

export const pendingOfJob = statement<InNamespace & { readonly job: string; readonly needing: number; readonly limit: number }, PendingRow>(
  (db, p) =>
    db
      .selectFrom('weaver_task')
      .select(['id', 'key', 'parent_task_id', sql<string>`waiting`.as('waiting')])
      .where('job_id', '=', p.job)
      .where('namespace', '=', p.namespace)
      .where('state', '=', sql.lit('pending'))
      .where(sql<boolean>`(${p.needing} = 0 or waiting_reason in ('person', 'event', 'budget', 'deadline'))`)
      .orderBy('number')
      .limit(p.limit),
);

export const unmovedJobs = statement<InNamespace & { readonly limit: number }, { readonly id: string }>((db, p) =>
  db
    .selectFrom('weaver_job')
    .select('id')
    .where('namespace', '=', p.namespace)
    .where('unmoved', '=', sql.lit(1))
    .orderBy('id')
    .limit(p.limit),
);

export const childrenOf = statement<{ readonly parent: string; readonly generation: number }, TaskTable>((db, p) =>
  db.selectFrom('weaver_task').selectAll().where('parent_task_id', '=', p.parent).where('generation', '=', p.generation).orderBy('ordinal'),
);

export const dependenciesOf = statement<{ readonly task: string }, DependencyTable>((db, p) =>
  db.selectFrom('weaver_dependency').selectAll().where('task_id', '=', p.task).orderBy('ordinal'),
);

export const dependentsOf = statement<{ readonly on: string }, DependencyTable>((db, p) =>
  db.selectFrom('weaver_dependency').selectAll().where('on_task_id', '=', p.on).orderBy('task_id').orderBy('ordinal'),
);

export const attemptsOfJob = statement<{ readonly job: string }, AttemptTable>((db, p) =>
  db
    .selectFrom('weaver_attempt as attempt')
    .innerJoin('weaver_task as task', 'task.id', 'attempt.task_id')
    .selectAll('attempt')
    .where('attempt.job_id', '=', p.job)
    .orderBy('task.number')
    .orderBy('attempt.epoch'),
);

export const attemptsOfTask = statement<{ readonly task: string }, AttemptTable>((db, p) =>
  db.selectFrom('weaver_attempt').selectAll().where('task_id', '=', p.task).orderBy('epoch'),
);

export const latestAttempts = statement<{ readonly job: string; readonly limit: number }, AttemptTable>((db, p) =>
  db
    .selectFrom('weaver_attempt')
    .selectAll()
    .where('job_id', '=', p.job)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
);

export const decisionsOfJob = statement<{ readonly job: string }, DecisionTable>((db, p) =>
  db
    .selectFrom('weaver_decision as decision')
    .innerJoin('weaver_task as task', 'task.id', 'decision.task_id')
    .selectAll('decision')
    .where('decision.job_id', '=', p.job)
    .orderBy('task.number')
    .orderBy('decision.epoch')
    .orderBy('decision.id'),
);

export const decisionsOfTask = statement<{ readonly task: string }, DecisionTable>((db, p) =>
  db.selectFrom('weaver_decision').selectAll().where('task_id', '=', p.task).orderBy('epoch').orderBy('id'),
);

export const latestDecisions = statement<{ readonly job: string; readonly limit: number }, DecisionTable>((db, p) =>
  db.selectFrom('weaver_decision').selectAll().where('job_id', '=', p.job).orderBy('id', 'desc').limit(p.limit),
);

export const streamNumber = statement<{ readonly name: string }, { readonly number: number }>((db, p) =>
  db.selectFrom('weaver_stream').select('number').where('name', '=', p.name),
);

/** An event with the name of its stream and what its task is called. */
export type EventRow = Omit<EventTable, 'position' | 'stream' | 'task'> & {
  readonly position: number;
  readonly stream: string;
  readonly task_id: string | null;
  readonly task_type: string | null;
  readonly task_key: string | null;
  readonly parent_task_id: string | null;
};

export const eventsAfter = statement<
  { readonly stream: string; readonly job: string; readonly seq: number; readonly limit: number },
  EventRow
>((db, p) =>
  db
    .selectFrom('weaver_stream as stream')
    .innerJoin('weaver_event as event', 'event.stream', 'stream.number')
    .leftJoin('weaver_task as task', (join) => join.on('task.job_id', '=', p.job).onRef('task.number', '=', 'event.task'))
    .select(['stream.name as stream', 'event.seq', 'event.position', 'event.type', 'event.version', 'event.at', 'event.data'])
    .select(['task.id as task_id', 'task.type as task_type', 'task.key as task_key', 'task.parent_task_id'])
    .where('stream.name', '=', p.stream)
    .where('event.seq', '>', p.seq)
    .orderBy('event.seq')
    .limit(p.limit),
);

export const readyJobsOf = statement<InNamespace & { readonly process: string }, { readonly id: string }>((db, p) =>
  db
    .selectFrom('weaver_job')
    .select('id')
    .where('namespace', '=', p.namespace)
    .where('carried_by', '=', p.process)
    .where('has_ready', '=', 1)
    .where('ended_at', 'is', null),
);

/** JSON lists of task types; what is null lets everything pass. */
interface OfTypes {
  readonly only: string | null;
  readonly except: string | null;
}

/** In the order of an index: nothing is sorted, however many there are. */
export const readyOfJob = statement<OfTypes & { readonly job: string; readonly limit: number }, TaskTable>((db, p) =>
  db
    .selectFrom('weaver_task')
    .selectAll()
    .where('job_id', '=', p.job)
    .where('state', '=', sql.lit('ready'))
    .where(sql<boolean>`(${p.only} is null or type in (select value from json_each(${p.only})))`)
    .where(sql<boolean>`(${p.except} is null or type not in (select value from json_each(${p.except})))`)
    .orderBy('priority', 'desc')
    .orderBy('ready_at')
    .orderBy('id')
    .limit(p.limit),
);

/** Enough of a ready task to see which is next. */
export interface ReadyRow {
  readonly id: string;
  readonly priority: number;
  readonly ready_at: number;
}

export const readyIdsOfJob = statement<OfTypes & { readonly job: string; readonly limit: number }, ReadyRow>((db, p) =>
  db
    .selectFrom('weaver_task')
    .select(['id', 'priority', sql<number>`ready_at`.as('ready_at')])
    .where('job_id', '=', p.job)
    .where('state', '=', sql.lit('ready'))
    .where(sql<boolean>`(${p.only} is null or type in (select value from json_each(${p.only})))`)
    .where(sql<boolean>`(${p.except} is null or type not in (select value from json_each(${p.except})))`)
    .orderBy('priority', 'desc')
    .orderBy('ready_at')
    .orderBy('id')
    .limit(p.limit),
);

export const readyTypesOfJob = statement<{ readonly job: string; readonly among: number }, { readonly type: string }>((db, p) =>
  db
    .selectFrom((from) =>
      from
        .selectFrom('weaver_task')
        .select('type')
        .where('job_id', '=', p.job)
        .where('state', '=', sql.lit('ready'))
        .orderBy('priority', 'desc')
        .orderBy('ready_at')
        .orderBy('id')
        .limit(p.among)
        .as('first'),
    )
    .select('type')
    .distinct()
    .orderBy('type'),
);

export const runningOfType = statement<InNamespace & { readonly name: string }, { readonly count: number }>((db, p) =>
  db
    .selectFrom('weaver_task')
    .select(sql<number>`count(*)`.as('count'))
    .where('namespace', '=', p.namespace)
    .where('state', '=', sql.lit('running'))
    .where('type', '=', p.name),
);

export const runningOfKey = statement<InNamespace & { readonly name: string }, { readonly count: number }>((db, p) =>
  db
    .selectFrom('weaver_task')
    .select(sql<number>`count(*)`.as('count'))
    .where('namespace', '=', p.namespace)
    .where('state', '=', sql.lit('running'))
    .where('concurrency_key', '=', p.name),
);

export const heldBack = statement<InNamespace & { readonly limit: string; readonly most: number }, TaskTable>((db, p) =>
  db
    .selectFrom('weaver_task')
    .selectAll()
    .where('namespace', '=', p.namespace)
    .where('held_by', '=', p.limit)
    .orderBy('priority', 'desc')
    .orderBy('id')
    .limit(p.most),
);

/** The second condition is looked at once and spares the first, where the process has nothing that is held back. */
export const heldBackFrom = statement<InNamespace & { readonly limit: string; readonly most: number; readonly process: string }, TaskTable>(
  (db, p) =>
    db
      .selectFrom('weaver_task')
      .selectAll()
      .where('namespace', '=', p.namespace)
      .where('held_by', '=', p.limit)
      .where(
        sql<boolean>`exists (select 1 from weaver_job where weaver_job.id = weaver_task.job_id and weaver_job.carried_by = ${p.process})`,
      )
      .where(
        sql<boolean>`exists (select 1 from weaver_job where namespace = ${p.namespace} and carried_by = ${p.process}
        and ended_at is null and json_extract(counts, '$.capacity') > 0)`,
      )
      .orderBy('priority', 'desc')
      .orderBy('id')
      .limit(p.most),
);

export const readyKindsOfJob = statement<{ readonly job: string }, { readonly type: string; readonly concurrency_key: string | null }>(
  (db, p) =>
    db
      .selectFrom('weaver_task')
      .select(['type', 'concurrency_key'])
      .distinct()
      .where('job_id', '=', p.job)
      .where('state', '=', sql.lit('ready'))
      .orderBy('type')
      .orderBy('concurrency_key'),
);

export const limits = statement<InNamespace, LimitTable>((db, p) =>
  db.selectFrom('weaver_limit').selectAll().where('namespace', '=', p.namespace),
);

export const runningOfOwner = statement<InNamespace & { readonly owner: string }, TaskTable>((db, p) =>
  db
    .selectFrom('weaver_task')
    .selectAll()
    .where('namespace', '=', p.namespace)
    .where('state', '=', sql.lit('running'))
    .where('lease_owner', '=', p.owner),
);

/** Those whose time has come; then those whose wait would begin in the future, since the clock has gone back. */
export const dueTasks = statement<InNamespace & { readonly now: number; readonly limit: number }, TaskTable>((db, p) =>
  db
    .selectFrom('weaver_task')
    .selectAll()
    .where('namespace', '=', p.namespace)
    .where('run_at', 'is not', null)
    .where('run_at', '<=', p.now)
    .orderBy('run_at')
    .limit(p.limit),
);

export const waitsFromTheFuture = statement<InNamespace & { readonly now: number; readonly limit: number }, TaskTable>((db, p) =>
  db
    .selectFrom('weaver_task')
    .selectAll()
    .where('namespace', '=', p.namespace)
    .where('wait_since', 'is not', null)
    .where('wait_since', '>', p.now)
    .where('run_at', '>', p.now)
    .limit(p.limit),
);

export const expiredTasks = statement<InNamespace & { readonly now: number; readonly limit: number }, TaskTable>((db, p) =>
  db
    .selectFrom('weaver_task')
    .selectAll()
    .where('namespace', '=', p.namespace)
    .where('state', '=', sql.lit('running'))
    .where('lease_until', '<=', p.now)
    .orderBy('lease_until')
    .limit(p.limit),
);

/** One half is a look into an index, the other goes over what runs. */
export const nextScheduled = statement<InNamespace & { readonly now: number }, { readonly next: number | null }>((db, p) =>
  db.selectNoFrom(
    sql<number | null>`(select min(at) from (
      select min(run_at) as at from weaver_task where namespace = ${p.namespace} and run_at is not null
      union all
      select min(lease_until) as at from weaver_task where namespace = ${p.namespace} and state = 'running' and lease_until > ${p.now}) as times)`.as(
      'next',
    ),
  ),
);

export const livingProcesses = statement<InNamespace, ProcessTable>((db, p) =>
  db
    .selectFrom('weaver_process')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('namespace', '=', p.namespace)
    .orderBy('started_at')
    .orderBy('id'),
);

/** `types` is a JSON list; what is null lets everything pass. */
export const unclaimedJobs = statement<
  InNamespace & { readonly limit: number; readonly ready: number | null; readonly types: string | null },
  { readonly id: string }
>((db, p) =>
  db
    .selectFrom('weaver_job')
    .select('id')
    .where('namespace', '=', p.namespace)
    .where('carried_by', 'is', null)
    .where('ended_at', 'is', null)
    .where(sql<boolean>`(${p.ready} is null or has_ready = ${p.ready})`)
    .where(
      sql<boolean>`(${p.types} is null or has_ready = 0 or exists (select 1 from weaver_task where job_id = weaver_job.id
        and state = 'ready' and type in (select value from json_each(${p.types}))))`,
    )
    .orderBy('has_ready', 'desc')
    .orderBy('id')
    .limit(p.limit),
);

export const effectByKey = statement<{ readonly key: string }, EffectTable>((db, p) =>
  db.selectFrom('weaver_effect').selectAll().where('key', '=', p.key),
);
