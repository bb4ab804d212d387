import { query } from './server.ts';

/** Tables whose rows are those of a job, with the columns that name something. */
const tables = {
  weaver_job: { id: 'job', short_id: 'unique' },
  weaver_task: { id: 'task', job_id: 'job' },
  weaver_attempt: { id: 'unique', task_id: 'task', job_id: 'job' },
  weaver_dependency: { task_id: 'task', on_task_id: 'task' },
} as const;

/** Copies the finished jobs of a database until so many tasks are in it, with attempts, dependencies and events. */
export async function fillWithFinished(url: string, tasks: number): Promise<void> {
  const [there] = await query(url, "SELECT count(*) AS tasks FROM weaver_task WHERE state = 'succeeded'");
  const copies = Math.ceil(tasks / Number(there?.['tasks']));
  const copiesOf = (table: string, columns: Readonly<Record<string, string>>): string => {
    const named = Object.entries(columns).map(
      ([column, of]) => `'${column}', ${of === 'unique' ? 'gen_random_uuid()' : copied(`old.${column}`)}`,
    );
    return `INSERT INTO ${table} SELECT (jsonb_populate_record(old, jsonb_build_object(${named.join(', ')}))).*
      FROM ${table} AS old, generate_series(1, ${copies}) AS copy`;
  };
  const streams = `INSERT INTO weaver_stream (name) SELECT 'job:' || ${copied('substr(old.name, 5)')}
    FROM weaver_stream AS old, generate_series(1, ${copies}) AS copy WHERE old.name LIKE 'job:%'`;
  const events = `INSERT INTO weaver_event (stream, seq, type, version, at, task, data)
    SELECT made.number, old.seq, old.type, old.version, old.at, old.task, old.data
    FROM weaver_event AS old JOIN weaver_stream AS stream ON stream.number = old.stream, generate_series(1, ${copies}) AS copy,
    LATERAL (SELECT number FROM weaver_stream WHERE name = 'job:' || ${copied('substr(stream.name, 5)')}) AS made`;
  for (const text of [...Object.entries(tables).map(([table, columns]) => copiesOf(table, columns)), streams, events, 'VACUUM ANALYZE'])
    await query(url, text);
  const [filled] = await query(url, "SELECT count(*) AS tasks FROM weaver_task WHERE state = 'succeeded'");
  if (Number(filled?.['tasks']) < tasks) throw new Error(`Only ${String(filled?.['tasks'])} tasks of ${tasks} are there.`);
}

/** The id of a copy, the same wherever the id of its original is named. */
function copied(id: string): string {
  return `md5(${id} || copy)::uuid::text`;
}
