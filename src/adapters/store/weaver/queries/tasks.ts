import { sql } from 'kysely';
import { queryBuilder, statements } from '../../statement.ts';
import type { DependencyTable, TaskTable, WeaverSchema } from '../schema.ts';
import type { InNamespace } from './in-namespace.ts';

/** Statements that read tasks and what they wait for. */
const statement = statements(queryBuilder<WeaverSchema>());

export const taskById = statement<InNamespace & { readonly id: string }, TaskTable>((db, p) =>
  db.selectFrom('weaver_task').selectAll().where('id', '=', p.id).where('namespace', '=', p.namespace),
);

/** `ids` is a JSON list. */
export const tasksById = statement<InNamespace & { readonly ids: string }, TaskTable>((db, p, words) =>
  db.selectFrom('weaver_task').selectAll().where(words.isListed('id', p.ids)).where('namespace', '=', p.namespace).orderBy('id'),
);

/** `states` is a JSON list; what is null lets everything pass. */
export const tasksOfJob = statement<
  InNamespace & { readonly job: string; readonly states: string | null; readonly type: string | null; readonly limit: number },
  TaskTable
>((db, p, words) =>
  db
    .selectFrom('weaver_task')
    .selectAll()
    .where('job_id', '=', p.job)
    .where('namespace', '=', p.namespace)
    .where(sql<boolean>`(${words.isAbsent(p.states, 'text')} or ${words.isListed('state', p.states)})`)
    .where(sql<boolean>`(${words.isAbsent(p.type, 'text')} or type = ${p.type})`)
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
>((db, p, words) =>
  db
    .selectFrom('weaver_task')
    .select(['id', 'number'])
    .where('job_id', '=', p.job)
    .where('namespace', '=', p.namespace)
    .where('number', '>', p.after)
    .where(sql<boolean>`(${words.isAbsent(p.states, 'text')} or ${words.isListed('state', p.states)})`)
    .where(sql<boolean>`(${words.isAbsent(p.waiting, 'text')} or waiting_reason = ${p.waiting})`)
    .orderBy('number')
    .limit(p.limit),
);

export interface KindRow {
  readonly job_id: string;
  readonly type: string;
  readonly state: string;
  readonly waiting_reason: string | null;
  readonly count: number;
}

/** `jobs` is a JSON list. */
export const kindsOfJobs = statement<InNamespace & { readonly jobs: string }, KindRow>((db, p, words) =>
  db
    .selectFrom('weaver_task')
    .select(['job_id', 'type', 'state', 'waiting_reason', sql<number>`count(*)`.as('count')])
    .where(words.isListed('job_id', p.jobs))
    .where('namespace', '=', p.namespace)
    .groupBy(['job_id', 'type', 'state', 'waiting_reason']),
);

/** Looks at what is ready alone, by the index of it. */
export const readySince = statement<InNamespace, { readonly since: number | null }>((db, p) =>
  db
    .selectFrom('weaver_task')
    .select(sql<number | null>`min(ready_at)`.as('since'))
    .where('namespace', '=', p.namespace)
    .where('state', '=', sql.lit('ready')),
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

export const childrenOf = statement<{ readonly parent: string; readonly generation: number }, TaskTable>((db, p) =>
  db.selectFrom('weaver_task').selectAll().where('parent_task_id', '=', p.parent).where('generation', '=', p.generation).orderBy('ordinal'),
);

/** `tasks` is a JSON list, and so is `on`. */
export const dependenciesOf = statement<{ readonly tasks: string }, DependencyTable>((db, p, words) =>
  db.selectFrom('weaver_dependency').selectAll().where(words.isListed('task_id', p.tasks)).orderBy('task_id').orderBy('ordinal'),
);

export const dependentsOf = statement<{ readonly on: string }, DependencyTable>((db, p, words) =>
  db.selectFrom('weaver_dependency').selectAll().where(words.isListed('on_task_id', p.on)).orderBy('task_id').orderBy('ordinal'),
);

export const runningOfOwner = statement<InNamespace & { readonly owner: string }, TaskTable>((db, p) =>
  db
    .selectFrom('weaver_task')
    .selectAll()
    .where('namespace', '=', p.namespace)
    .where('state', '=', sql.lit('running'))
    .where('lease_owner', '=', p.owner),
);
