import { sql } from 'kysely';
import { queryBuilder, statements } from '../../statement.ts';
import type { TaskTable, WeaverSchema } from '../schema.ts';
import type { InNamespace } from './in-namespace.ts';

/** Statements that look for what can be started. */
const statement = statements(queryBuilder<WeaverSchema>());

/** JSON lists of task types and of routes, and a time; what is null lets everything pass. */
interface Wanted {
  readonly only: string | null;
  readonly except: string | null;
  readonly routes: string | null;
  readonly until: number | null;
}

/** In the order of an index: nothing is sorted, however many there are. */
export const readyOfJob = statement<Wanted & { readonly job: string; readonly limit: number }, TaskTable>((db, p, words) =>
  db
    .selectFrom('weaver_task')
    .selectAll()
    .where('job_id', '=', p.job)
    .where('state', '=', sql.lit('ready'))
    .where(sql<boolean>`(${words.isAbsent(p.only, 'text')} or ${words.isListed('type', p.only)})`)
    .where(sql<boolean>`(${words.isAbsent(p.except, 'text')} or not ${words.isListed('type', p.except)})`)
    .where(sql<boolean>`(${words.isAbsent(p.routes, 'text')} or ${words.isListed('route', p.routes)})`)
    .where(sql<boolean>`(${words.isAbsent(p.until, 'bigint')} or ready_at <= ${p.until})`)
    .orderBy('priority', 'desc')
    .orderBy('ready_at')
    .orderBy('id')
    .limit(p.limit),
);

/** For a database that is asked as seldom as possible: of all jobs at once that a process carries, or nobody, in the order of an index. */
export const readyOfJobs = statement<InNamespace & Wanted & { readonly process: string | null; readonly limit: number }, TaskTable>(
  (db, p, words) =>
    db
      .selectFrom('weaver_task as task')
      .innerJoin('weaver_job as job', 'job.id', 'task.job_id')
      .selectAll('task')
      .where('task.namespace', '=', p.namespace)
      .where('task.state', '=', sql.lit('ready'))
      .where(sql<boolean>`job.carried_by is not distinct from cast(${p.process} as text)`)
      .where('job.has_ready', '=', 1)
      .where('job.ended_at', 'is', null)
      .where(sql<boolean>`(${words.isAbsent(p.only, 'text')} or ${words.isListed('task.type', p.only)})`)
      .where(sql<boolean>`(${words.isAbsent(p.except, 'text')} or not ${words.isListed('task.type', p.except)})`)
      .where(sql<boolean>`(${words.isAbsent(p.routes, 'text')} or ${words.isListed('task.route', p.routes)})`)
      .where(sql<boolean>`(${words.isAbsent(p.until, 'bigint')} or task.ready_at <= ${p.until})`)
      .orderBy('task.priority', 'desc')
      .orderBy('task.ready_at')
      .orderBy('task.id')
      .limit(p.limit),
);

/** Enough of a ready task to see which is next. */
export interface ReadyRow {
  readonly id: string;
  readonly priority: number;
  readonly ready_at: number;
}

export const readyIdsOfJob = statement<Wanted & { readonly job: string; readonly limit: number }, ReadyRow>((db, p, words) =>
  db
    .selectFrom('weaver_task')
    .select(['id', 'priority', sql<number>`ready_at`.as('ready_at')])
    .where('job_id', '=', p.job)
    .where('state', '=', sql.lit('ready'))
    .where(sql<boolean>`(${words.isAbsent(p.only, 'text')} or ${words.isListed('type', p.only)})`)
    .where(sql<boolean>`(${words.isAbsent(p.except, 'text')} or not ${words.isListed('type', p.except)})`)
    .where(sql<boolean>`(${words.isAbsent(p.routes, 'text')} or ${words.isListed('route', p.routes)})`)
    .where(sql<boolean>`(${words.isAbsent(p.until, 'bigint')} or ready_at <= ${p.until})`)
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

export const readyRoutesOfNobody = statement<InNamespace, { readonly route: string }>((db, p, words) => {
  const ready = db
    .selectFrom('weaver_job as job')
    .innerJoin('weaver_task as task', 'task.job_id', 'job.id')
    .where('job.namespace', '=', p.namespace)
    .where('job.carried_by', 'is', null)
    .where('job.has_ready', '=', 1)
    .where('job.ended_at', 'is', null)
    .where('task.state', '=', sql.lit('ready'));
  if (words.dialect === 'sqlite') return ready.select('task.route').distinct().orderBy('task.route');
  // From one route to the next by their index, however many tasks there are of each: PostgreSQL goes over all of them by itself, and
  // does so again where the limit does not say that one is enough.
  const next = sql`select route from weaver_task where namespace = ${p.namespace} and state = 'ready'`;
  const shared = ready
    .select(sql<boolean>`true`.as('is'))
    .where('task.namespace', '=', p.namespace)
    .where(sql<boolean>`task.route = route.route`)
    .limit(sql.lit(1));
  return db
    .withRecursive('route(route)', (of) =>
      of.selectNoFrom(sql<string | null>`(${next} order by route limit 1)`.as('route')).unionAll(
        of
          .selectFrom('route')
          .select(sql<string | null>`(${next} and route > route.route order by route limit 1)`.as('route'))
          .where('route.route', 'is not', null),
      ),
    )
    .selectFrom('route')
    .select(sql<string>`route.route`.as('route'))
    .where('route.route', 'is not', null)
    .where(sql<boolean>`(${shared})`)
    .orderBy('route.route');
});
