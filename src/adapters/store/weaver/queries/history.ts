import { sql } from 'kysely';
import { queryBuilder, statements } from '../../statement.ts';
import type { AttemptTable, DecisionTable, EventTable, WeaverSchema } from '../schema.ts';
import type { InNamespace } from './in-namespace.ts';

/** Statements that read what has happened: attempts, decisions, events. */
const statement = statements(queryBuilder<WeaverSchema>());

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

/**
 * Where an event stands among those of all streams. SQLite gives numbers out in the order of commits. PostgreSQL gives them out before, so
 * there the transaction comes first; and as long as one runs that began earlier, nobody is told of a later one.
 */
const positions = {
  sqlite: {
    text: sql<string>`cast(event.position as text)`,
    isAfter: (position: string) => sql<boolean>`event.position > cast(${position} as integer)`,
    order: sql`event.position`,
    isToldOf: sql<boolean>`1 = 1`,
    newestFirst: [sql`event.position desc`],
  },
  postgres: {
    text: sql<string>`event.written_in || '-' || event.position`,
    isAfter: (position: string) =>
      sql<boolean>`(event.written_in, event.position) >
        (cast(split_part(${position}, '-', 1) as xid8), cast(split_part(${position}, '-', 2) as bigint))
        and event.written_in < pg_snapshot_xmin(pg_current_snapshot())`,
    order: sql`event.written_in, event.position`,
    isToldOf: sql<boolean>`event.written_in < pg_snapshot_xmin(pg_current_snapshot())`,
    newestFirst: [sql`event.written_in desc`, sql`event.position desc`],
  },
};

/** An event with the name of its stream and what its task is called. */
export type EventRow = Omit<EventTable, 'position' | 'stream' | 'task'> & {
  readonly position: string;
  readonly stream: string;
  readonly task_id: string | null;
  readonly task_type: string | null;
  readonly task_key: string | null;
  readonly parent_task_id: string | null;
};

export const eventsAfter = statement<
  { readonly stream: string; readonly job: string; readonly seq: number; readonly limit: number },
  EventRow
>((db, p, words) =>
  db
    .selectFrom('weaver_stream as stream')
    .innerJoin('weaver_event as event', 'event.stream', 'stream.number')
    .leftJoin('weaver_task as task', (join) => join.on('task.job_id', '=', p.job).onRef('task.number', '=', 'event.task'))
    .select(['stream.name as stream', 'event.seq', 'event.type', 'event.version', 'event.at', 'event.data'])
    .select(positions[words.dialect].text.as('position'))
    .select(['task.id as task_id', 'task.type as task_type', 'task.key as task_key', 'task.parent_task_id'])
    .where('stream.name', '=', p.stream)
    .where('event.seq', '>', p.seq)
    .orderBy('event.seq')
    .limit(p.limit),
);

/** Of all streams, in the order of their positions; see `EventCursor`. On PostgreSQL only what nothing can appear before any more. */
export const eventsBehind = statement<InNamespace & { readonly position: string; readonly limit: number }, EventRow>((db, p, words) =>
  db
    .selectFrom('weaver_event as event')
    .innerJoin('weaver_stream as stream', 'stream.number', 'event.stream')
    .innerJoin('weaver_job as job', (join) => join.on(sql<boolean>`job.id = substr(stream.name, 5)`))
    .leftJoin('weaver_task as task', (join) => join.onRef('task.job_id', '=', 'job.id').onRef('task.number', '=', 'event.task'))
    .select(['stream.name as stream', 'event.seq', 'event.type', 'event.version', 'event.at', 'event.data'])
    .select(positions[words.dialect].text.as('position'))
    .select(['task.id as task_id', 'task.type as task_type', 'task.key as task_key', 'task.parent_task_id'])
    .where(positions[words.dialect].isAfter(p.position))
    .where('job.namespace', '=', p.namespace)
    .orderBy(positions[words.dialect].order)
    .limit(p.limit),
);

/** Where the last one stands that whoever reads all of them is told of. */
export const newestPosition = statement<Record<string, never>, { readonly position: string }>((db, _, words) => {
  const { text, isToldOf, newestFirst } = positions[words.dialect];
  const told = db.selectFrom('weaver_event as event').select(text.as('position')).where(isToldOf);
  return newestFirst.reduce((query, order) => query.orderBy(order), told).limit(1);
});
