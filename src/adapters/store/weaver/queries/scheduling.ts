import { sql } from 'kysely';
import { queryBuilder, statements } from '../../statement.ts';
import type { EffectTable, LimitTable, ProcessTable, TaskTable, WeaverSchema } from '../schema.ts';
import type { InNamespace } from './in-namespace.ts';

/** Statements that read limits, times, processes and effects. */
const statement = statements(queryBuilder<WeaverSchema>());

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
  (db, p, words) =>
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
        and ended_at is null and ${words.number('counts', 'capacity')} > 0)`,
      )
      .orderBy('priority', 'desc')
      .orderBy('id')
      .limit(p.most),
);

export const limits = statement<InNamespace, LimitTable>((db, p) =>
  db.selectFrom('weaver_limit').selectAll().where('namespace', '=', p.namespace),
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

export const effectByKey = statement<{ readonly key: string }, EffectTable>((db, p) =>
  db.selectFrom('weaver_effect').selectAll().where('key', '=', p.key),
);
