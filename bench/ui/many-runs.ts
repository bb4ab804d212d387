import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { shortId } from '../../src/domain/ids.ts';
import { analyseType } from '../../src/workflow/task-types.ts';
import { databaseFile, openStored, storeRuns } from '../records/stored.ts';
import { recordRun } from '../records/template.ts';

/** Runs that went through the engine; the others are copies of them with ids of their own. */
const carried = 100;
/** Of all: one in so many has failed, and one in so many waits for a person. */
const failedEach = 40;
const waitingEach = 200;
/** Runs that were begun and that nobody carries. */
const begun = 40;

export const repositoriesOfBench = ['/home/ada/shop', '/home/ada/billing', '/home/ada/website', '/home/ada/tools'] as const;

/** Makes a state folder with so many runs as a year may leave: nearly all have ended, some failed, a few are open. */
export async function storeManyRuns(folder: string, count: number): Promise<string> {
  const state = join(folder, 'many');
  mkdirSync(state);
  const template = await recordRun(folder);
  await using stored = await openStored({ folder: state, template, synchronous: 'NORMAL' });
  const repositories = await Promise.all(repositoriesOfBench.map(async (root) => (await stored.ledger.repository(root)).id));
  for (let done = 0; done < carried; done += 25) await storeRuns(stored, template, { count: 25, repositories, concurrency: 25 });
  copyRuns(databaseFile(state), Math.ceil(count / carried) - 1);
  for (let index = 0; index < begun; index += 1) {
    await stored.engine.submit({
      title: `Round up the rates of parcels to island ${index}`,
      groupKey: repositories[index % repositories.length]!,
      attributes: { ...template.attributes, repositoryId: repositories[index % repositories.length]! },
      tasks: [{ type: analyseType.name, key: 'analyse', payload: {} }],
    });
  }
  return state;
}

/** Every row of every run again, so many times, with other ids and further back in time. */
function copyRuns(file: string, times: number): void {
  using database = new DatabaseSync(file);
  database.function('copy_id', { deterministic: true }, (id, copy) => (id === null ? null : copyOf(String(id), Number(copy))));
  database.function('short_id', { deterministic: true }, (id) => shortId(String(id)));
  database.exec('PRAGMA foreign_keys = OFF; BEGIN');
  const sources = { weaver_job: ['id'], weaver_task: ['id', 'job_id', 'parent_task_id'], miyabi_world: ['task_id', 'job_id'] };
  for (const table of Object.keys(sources)) database.exec(`CREATE TEMP TABLE first_${table} AS SELECT * FROM ${table}`);
  for (let copy = 1; copy <= times; copy += 1) {
    for (const [table, ids] of Object.entries(sources)) copyTable(database, table, { ids, copy });
  }
  database.exec(
    `CREATE TEMP TABLE numbered AS SELECT id, row_number() OVER (ORDER BY id) AS number FROM weaver_job;
     UPDATE weaver_task SET state = 'dead', result = NULL, reason = 'the review found a fault' WHERE key = 'review' AND job_id IN
       (SELECT id FROM numbered WHERE number % ${failedEach} = 0);
     UPDATE weaver_job SET state = 'failed', counts = json_set(counts, '$.dead', 1) WHERE id IN
       (SELECT id FROM numbered WHERE number % ${failedEach} = 0);
     UPDATE weaver_task SET state = 'pending', result = NULL, ended_at = NULL, waiting_reason = 'person', wait_since = created_at, waiting =
       '{"reason":"person","since":1,"need":{"signal":"approval","from":"person","question":"Take it as it is?"}}' WHERE key = 'review' AND job_id IN
       (SELECT id FROM numbered WHERE number % ${waitingEach} = 1);
     UPDATE weaver_job SET state = 'waiting', ended_at = NULL, exclusive_key = NULL, counts = json_set(counts, '$.person', 1) WHERE id IN
       (SELECT id FROM numbered WHERE number % ${waitingEach} = 1);
     COMMIT; ANALYZE`,
  );
}

/** Of the same moment, and otherwise another one. */
function copyOf(id: string, copy: number): string {
  const digest = createHash('md5').update(`${id} ${copy}`).digest('hex');
  return `${id.slice(0, 14)}7${digest.slice(0, 3)}-${id.slice(19, 20)}${digest.slice(3, 6)}-${digest.slice(6, 18)}`;
}

function copyTable(database: DatabaseSync, table: string, { ids, copy }: { readonly ids: readonly string[]; readonly copy: number }): void {
  const columns = database
    .prepare(`SELECT name FROM pragma_table_info('${table}')`)
    .all()
    .map(({ name }) => String(name));
  const again = (column: string): string => `copy_id(${column}, ${copy})`;
  const values = columns.map((column) => {
    if (column === 'short_id') return `short_id(${again('id')})`;
    if (column === 'title') return `title || ' (${copy})'`;
    if (column === 'created_at') return `created_at - ${copy * 3_600_000}`;
    return ids.includes(column) ? again(column) : column;
  });
  database.exec(`INSERT INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM first_${table}`);
}
