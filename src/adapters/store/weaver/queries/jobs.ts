import { sql } from 'kysely';
import type { Words } from '../../dialect.ts';
import { queryBuilder, statements } from '../../statement.ts';
import type { JobTable, WeaverSchema } from '../schema.ts';
import type { InNamespace } from './in-namespace.ts';

/** Statements that read jobs. */
const statement = statements(queryBuilder<WeaverSchema>());

export const jobById = statement<InNamespace & { readonly id: string }, JobTable>((db, p) =>
  db.selectFrom('weaver_job').selectAll().where('id', '=', p.id).where('namespace', '=', p.namespace),
);

export const jobToChange = statement<InNamespace & { readonly id: string }, JobTable>((db, p, words) =>
  db.selectFrom('weaver_job').selectAll().where('id', '=', p.id).where('namespace', '=', p.namespace).modifyEnd(words.toChange),
);

/** `ids` is a JSON list. */
export const jobsById = statement<InNamespace & { readonly ids: string }, JobTable>((db, p, words) =>
  db.selectFrom('weaver_job').selectAll().where(words.isListed('id', p.ids)).where('namespace', '=', p.namespace).orderBy('id'),
);

/** In the order of their ids, so that nobody waits in a circle. `ids` is a JSON list. */
export const jobsToChange = statement<InNamespace & { readonly ids: string }, JobTable>((db, p, words) =>
  db
    .selectFrom('weaver_job')
    .selectAll()
    .where(words.isListed('id', p.ids))
    .where('namespace', '=', p.namespace)
    .orderBy('id')
    .modifyEnd(words.toChange),
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

/** Only what comes after this one, the newest first. */
interface Before {
  readonly beforeAt: number;
  readonly beforeId: string;
}

/** Which of them, whatever else is asked for; what is null lets everything pass, and lists are JSON. */
export interface Meant {
  readonly states: string | null;
  readonly words: string | null;
  readonly orGroups: string | null;
  readonly keyBegins: string | null;
  readonly keyContains: string | null;
  readonly keyGroups: string | null;
}

function isMeant(p: Meant, words: Words) {
  const key = sql<string>`replace(coalesce(exclusive_key, ''), coalesce(group_key, ''), '')`;
  const keyIsMeant = sql<boolean>`substr(${key}, 1, length(${p.keyBegins})) = ${p.keyBegins}
    and ${words.contains(sql<string>`substr(${key}, length(${p.keyBegins}) + 1)`, p.keyContains)}
    and (${words.isAbsent(p.keyGroups, 'text')} or ${words.isListed('group_key', p.keyGroups)})`;
  return sql<boolean>`(${words.isAbsent(p.states, 'text')} or ${words.isListed('state', p.states)})
    and (${words.isAbsent(p.words, 'text')} or ${words.contains(sql<string>`title`, p.words)}
      or substr(short_id, 1, length(${p.words})) = lower(${p.words}) or ${words.isListed('group_key', p.orGroups)} or (${keyIsMeant}))`;
}

/** A filter that is null lets everything pass; `except` is a JSON list of groups. */
export const jobsNewestFirst = statement<
  InNamespace & Before & Meant & { readonly open: number | null; readonly except: string | null; readonly limit: number },
  JobTable
>((db, p, words) =>
  db
    .selectFrom('weaver_job')
    .selectAll()
    .where('namespace', '=', p.namespace)
    .where(sql<boolean>`(${words.isAbsent(p.except, 'text')} or group_key is null or not (${words.isListed('group_key', p.except)}))`)
    .where(sql<boolean>`(${words.isAbsent(p.open, 'bigint')} or case when ended_at is null then 1 else 0 end = ${p.open})`)
    .where(isMeant(p, words))
    .where('created_at', '<=', p.beforeAt)
    .where((any) => any.or([any('created_at', '<', p.beforeAt), any('id', '<', p.beforeId)]))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
);

/** The same for those that have not ended. The plus signs keep SQLite from walking through all that have, in the order of their creation. */
export const openJobsNewestFirst = statement<
  InNamespace & Before & Meant & { readonly except: string | null; readonly limit: number },
  JobTable
>((db, p, words) =>
  db
    .selectFrom('weaver_job')
    .selectAll()
    .where('namespace', '=', p.namespace)
    .where('ended_at', 'is', null)
    .where(sql<boolean>`(${words.isAbsent(p.except, 'text')} or group_key is null or not (${words.isListed('group_key', p.except)}))`)
    .where(isMeant(p, words))
    .where(sql`+created_at`, '<=', p.beforeAt)
    .where((any) => any.or([any('created_at', '<', p.beforeAt), any('id', '<', p.beforeId)]))
    .orderBy(sql`+created_at`, 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
);

export const jobsOfGroup = statement<
  InNamespace & Before & Meant & { readonly group: string; readonly open: number | null; readonly limit: number },
  JobTable
>((db, p, words) =>
  db
    .selectFrom('weaver_job')
    .selectAll()
    .where('group_key', '=', p.group)
    .where('namespace', '=', p.namespace)
    .where(sql<boolean>`(${words.isAbsent(p.open, 'bigint')} or case when ended_at is null then 1 else 0 end = ${p.open})`)
    .where(isMeant(p, words))
    .where('created_at', '<=', p.beforeAt)
    .where((any) => any.or([any('created_at', '<', p.beforeAt), any('id', '<', p.beforeId)]))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
);

export const openCounts = statement<InNamespace, { readonly counts: string; readonly state: string }>((db, p) =>
  db
    .selectFrom('weaver_job')
    .select([sql<string>`counts`.as('counts'), 'state'])
    .where('namespace', '=', p.namespace)
    .where('ended_at', 'is', null),
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

export const unmovedJobs = statement<InNamespace & { readonly limit: number }, { readonly id: string }>((db, p) =>
  db
    .selectFrom('weaver_job')
    .select('id')
    .where('namespace', '=', p.namespace)
    .where('unmoved', '=', sql.lit(1))
    .orderBy('id')
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

/** `types` is a JSON list; what is null lets everything pass. */
export const readyJobsOfNobody = statement<InNamespace, { readonly id: string }>((db, p) =>
  db
    .selectFrom('weaver_job')
    .select('id')
    .where('namespace', '=', p.namespace)
    .where('carried_by', 'is', null)
    .where('has_ready', '=', 1)
    .where('ended_at', 'is', null),
);

export const unclaimedJobs = statement<
  InNamespace & { readonly limit: number; readonly ready: number | null; readonly types: string | null },
  { readonly id: string }
>((db, p, words) =>
  db
    .selectFrom('weaver_job')
    .select('id')
    .where('namespace', '=', p.namespace)
    .where('carried_by', 'is', null)
    .where('ended_at', 'is', null)
    .where(sql<boolean>`(${words.isAbsent(p.ready, 'bigint')} or has_ready = ${p.ready})`)
    .where(
      sql<boolean>`(${words.isAbsent(p.types, 'text')} or has_ready = 0 or exists (select 1 from weaver_task where job_id = weaver_job.id
        and state = 'ready' and ${words.isListed('type', p.types)}))`,
    )
    .orderBy('has_ready', 'desc')
    .orderBy('id')
    .limit(p.limit),
);
