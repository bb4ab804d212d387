import { sql } from 'kysely';
import type { Compilable, Kysely, RawBuilder } from 'kysely';
import { queryBuilder, statements } from '../statement.ts';
import { columnsOf, decisionColumns, jobColumns, jobUpdateColumns, taskColumns, taskCounters } from './commands.ts';
import type { WeaverSchema } from './schema.ts';

/** Statements that write any number of rows, for a database on the other side of a network: PostgreSQL. */
const statement = statements(queryBuilder<WeaverSchema>());

/** `rows` is a JSON list of objects with the columns by name; what is absent is null. */
interface GivenRows {
  readonly rows: string;
}

const stateColumns = [...new Set(Object.values(columnsOf).flat())];
const changedColumns = ['state', ...taskCounters, ...stateColumns];
const givenColumns = ['payload', 'answer'];

/** Columns of a task that can change and hold text; the others hold numbers. */
const texts = new Set([...givenColumns, 'state', 'waiting_reason', 'waiting', 'held_by', 'lease_owner', 'attempt_id', 'result', 'reason']);

const attemptColumns = ['id', 'task_id', 'job_id', 'epoch', 'owner', 'started_at', 'artifacts', 'observations', 'cost_micro_usd'];
const endColumns = ['ended_at', 'outcome', 'error_kind', 'cause', 'reason', 'artifacts', 'observations', 'cost_micro_usd'];

export const insertJobs = insert('weaver_job', jobColumns);
export const insertTasks = insert('weaver_task', [...taskColumns, ...stateColumns]);
export const insertAttempts = insert('weaver_attempt', attemptColumns);
export const insertDecisions = insert('weaver_decision', decisionColumns);
export const insertDependencies = insert('weaver_dependency', ['task_id', 'ordinal', 'on_task_id', 'until']);
export const updateJobs = update('weaver_job', jobUpdateColumns);
export const endAttempts = update('weaver_attempt', endColumns);

/** Fails when a task is not in `expected_state` and `expected_epoch`: see {@link unexpectedTask}. */
export const replaceTaskStates = replace(changedColumns);
/** The same with what the tasks were given. */
export const replaceTasks = replace([...changedColumns, ...givenColumns]);

/** Streams whose first event is about to be written. */
export const beginStreams = statement<GivenRows>((db, p) =>
  compilable(db, sql`insert into weaver_stream (name) select name from ${rowsOf('weaver_stream', p.rows)} on conflict (name) do nothing`),
);

/** Events with the names of their streams and the ids of their tasks. Positions rise in the order of the list. */
export const appendEvents = statement<GivenRows>((db, p) =>
  compilable(
    db,
    sql`insert into weaver_event (stream, seq, type, version, at, task, data)
      select stream.number, given.seq, given.type, given.version, given.at, task.number, given.data
      from rows from (json_to_recordset(cast(${p.rows} as json)) as
        (stream text, seq bigint, type text, version bigint, at bigint, task text, data text)) with ordinality
        as given (stream, seq, type, version, at, task, data, place)
      left join weaver_stream as stream on stream.name = given.stream
      left join weaver_task as task on task.id = given.task
      order by given.place`,
  ),
);

function insert(table: keyof WeaverSchema, columns: readonly string[]) {
  return statement<GivenRows>((db, p) => {
    const list = sql.join(columns.map((column) => sql.ref(column)));
    return compilable(db, sql`insert into ${sql.table(table)} (${list}) select ${list} from ${rowsOf(table, p.rows)}`);
  });
}

function update(table: keyof WeaverSchema, columns: readonly string[]) {
  return statement<GivenRows>((db, p) =>
    compilable(
      db,
      sql`update ${sql.table(table)} as changed set ${assignments(columns)} from ${rowsOf(table, p.rows)} where changed.id = given.id`,
    ),
  );
}

/** The types of the columns are those of the table. */
function rowsOf(table: keyof WeaverSchema, rows: string): RawBuilder<unknown> {
  return sql`json_populate_recordset(cast(null as ${sql.table(table)}), cast(${rows} as json)) as given`;
}

function assignments(columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql`${sql.ref(column)} = given.${sql.ref(column)}`));
}

function replace(columns: readonly string[]) {
  const typed = ['id', 'expected_state', 'expected_epoch', ...columns].map((column) => {
    const isText = texts.has(column) || column === 'id' || column === 'expected_state';
    return sql`${sql.ref(column)} ${sql.raw(isText ? 'text' : 'double precision')}`;
  });
  return statement<GivenRows>((db, p) =>
    compilable(
      db,
      // An id is no number: the statement fails by itself where a task is left, without anybody waiting for its answer.
      sql`with given as materialized (select * from json_to_recordset(cast(${p.rows} as json)) as given (${sql.join(typed)})),
      changed as (
        update weaver_task as task set ${assignments(columns)} from given
        where task.id = given.id and task.state = given.expected_state and task.epoch = given.expected_epoch
        returning task.id)
      select cast(given.id as bigint) from given
      where (select count(*) from changed) < (select count(*) from given)
        and not exists (select 1 from changed where changed.id = given.id)`,
    ),
  );
}

const invalidText = '22P02';

/** @returns which of these tasks the error says was not as it was expected; nothing when it says something else. */
export function unexpectedTask<Task extends { readonly id: string }>(error: unknown, tasks: readonly Task[]): Task | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== invalidText) return undefined;
  return tasks.find(({ id }) => error.message.includes(id));
}

function compilable(db: Kysely<WeaverSchema>, query: RawBuilder<unknown>): Compilable {
  return { compile: () => query.compile(db) };
}
