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

/** Every statement that only reads the engine's tables. */
const statement = statements(queryBuilder<WeaverSchema>());
const none: Record<string, never> = {};
export const noParameters = none;

export const jobById = statement<{ readonly id: string }, JobTable>((db, p) =>
  db.selectFrom('weaver_job').selectAll().where('id', '=', p.id),
);

export const jobByIdempotencyKey = statement<{ readonly key: string }, JobTable>((db, p) =>
  db.selectFrom('weaver_job').selectAll().where('idempotency_key', '=', p.key),
);

export const openJobByExclusiveKey = statement<{ readonly key: string }, JobTable>((db, p) =>
  db.selectFrom('weaver_job').selectAll().where('exclusive_key', '=', p.key).where('ended_at', 'is', null),
);

/** A filter that is null lets everything pass. */
export const jobsNewestFirst = statement<{ readonly group: string | null; readonly open: number | null; readonly limit: number }, JobTable>(
  (db, p) =>
    db
      .selectFrom('weaver_job')
      .selectAll()
      .where(sql<boolean>`(${p.group} is null or group_key = ${p.group})`)
      .where(sql<boolean>`(${p.open} is null or (ended_at is null) = ${p.open})`)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(p.limit),
);

/** `from` (included) and `to` (excluded) bound the short ids that begin with what was typed. */
export const jobsByPrefix = statement<{ readonly id: string; readonly from: string; readonly to: string }, JobTable>((db, p) =>
  db
    .selectFrom('weaver_job')
    .selectAll()
    .where((any) => any.or([any('id', '=', p.id), any.and([any('short_id', '>=', p.from), any('short_id', '<', p.to)])]))
    .orderBy('created_at', 'desc')
    .limit(20),
);

export const taskById = statement<{ readonly id: string }, TaskTable>((db, p) =>
  db.selectFrom('weaver_task').selectAll().where('id', '=', p.id),
);

export const tasksOfJob = statement<{ readonly job: string }, TaskTable>((db, p) =>
  db.selectFrom('weaver_task').selectAll().where('job_id', '=', p.job).orderBy('id'),
);

export const childrenOf = statement<{ readonly parent: string; readonly generation: number }, TaskTable>((db, p) =>
  db.selectFrom('weaver_task').selectAll().where('parent_task_id', '=', p.parent).where('generation', '=', p.generation).orderBy('ordinal'),
);

export const dependenciesOf = statement<{ readonly task: string }, DependencyTable>((db, p) =>
  db.selectFrom('weaver_dependency').selectAll().where('task_id', '=', p.task).orderBy('ordinal'),
);

export const dependentsOf = statement<{ readonly on: string }, DependencyTable>((db, p) =>
  db.selectFrom('weaver_dependency').selectAll().where('on_task_id', '=', p.on).orderBy('task_id'),
);

export const attemptsOfJob = statement<{ readonly job: string }, AttemptTable>((db, p) =>
  db.selectFrom('weaver_attempt').selectAll().where('job_id', '=', p.job).orderBy('id'),
);

export const decisionsOfJob = statement<{ readonly job: string }, DecisionTable>((db, p) =>
  db.selectFrom('weaver_decision').selectAll().where('job_id', '=', p.job).orderBy('id'),
);

export const eventsAfter = statement<
  { readonly stream: string; readonly seq: number; readonly limit: number },
  Omit<EventTable, 'position'> & { readonly position: number }
>((db, p) =>
  db.selectFrom('weaver_event').selectAll().where('stream', '=', p.stream).where('seq', '>', p.seq).orderBy('seq').limit(p.limit),
);

export const readyTasks = statement<
  { readonly process: string; readonly limit: number },
  { readonly id: string; readonly epoch: number; readonly type: string }
>((db, p) =>
  db
    .selectFrom('weaver_task as task')
    .innerJoin('weaver_job as job', 'job.id', 'task.job_id')
    .select(['task.id', 'task.epoch', 'task.type'])
    .where('job.carried_by', '=', p.process)
    .where('job.ended_at', 'is', null)
    .where('task.state', '=', sql.lit('ready'))
    .where((any) =>
      any.or([
        any('task.concurrency_key', 'is', null),
        any.not(
          any.exists(
            any
              .selectFrom('weaver_task as other')
              .select('other.id')
              .where('other.state', '=', sql.lit('running'))
              .where('other.concurrency_key', 'is not', null)
              .whereRef('other.concurrency_key', '=', 'task.concurrency_key'),
          ),
        ),
      ]),
    )
    .orderBy('task.priority', 'desc')
    .orderBy('task.ready_at')
    .orderBy('task.id')
    .limit(p.limit),
);

export const runningByConcurrencyKey = statement<{ readonly key: string }, { readonly id: string }>((db, p) =>
  db
    .selectFrom('weaver_task')
    .select('id')
    .where('state', '=', sql.lit('running'))
    .where('concurrency_key', 'is not', null)
    .where('concurrency_key', '=', p.key)
    .limit(sql.lit(1)),
);

export const runningOfOwner = statement<{ readonly owner: string }, TaskTable>((db, p) =>
  db.selectFrom('weaver_task').selectAll().where('state', '=', sql.lit('running')).where('lease_owner', '=', p.owner),
);

export const dueTasks = statement<{ readonly now: number; readonly limit: number }, TaskTable>((db, p) =>
  db
    .selectFrom('weaver_task')
    .selectAll()
    .where('waiting_reason', '=', sql.lit('backoff'))
    .where('run_at', '<=', p.now)
    .orderBy('run_at')
    .limit(p.limit),
);

export const expiredTasks = statement<{ readonly now: number; readonly limit: number }, TaskTable>((db, p) =>
  db
    .selectFrom('weaver_task')
    .selectAll()
    .where('state', '=', sql.lit('running'))
    .where('lease_until', '<=', p.now)
    .orderBy('lease_until')
    .limit(p.limit),
);

/** Both halves are one look into a small index. */
export const nextScheduled = statement<Record<string, never>, { readonly next: number | null }>((db) =>
  db.selectNoFrom(
    sql<number | null>`(select min(at) from (
      select min(run_at) as at from weaver_task where waiting_reason = 'backoff'
      union all
      select min(lease_until) as at from weaver_task where state = 'running') as times)`.as('next'),
  ),
);

export const livingProcesses = statement<Record<string, never>, ProcessTable>((db) =>
  db.selectFrom('weaver_process').selectAll().where('ended_at', 'is', null).orderBy('started_at'),
);

export const unclaimedJobs = statement<{ readonly limit: number }, { readonly id: string }>((db, p) =>
  db.selectFrom('weaver_job').select('id').where('carried_by', 'is', null).where('ended_at', 'is', null).orderBy('id').limit(p.limit),
);
