import { sql } from 'kysely';
import { queryBuilder, statements } from '../../statement.ts';
import type { TaskTable, WeaverSchema } from '../schema.ts';

/** Statements that look for what can be started. */
const statement = statements(queryBuilder<WeaverSchema>());

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
