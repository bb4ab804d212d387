import { copyFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestEngine } from '../../../../test/support/engine.ts';
import { freshPostgres, noPostgres } from '../../../../test/support/postgres.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { TemporaryFolder } from '../../../../test/support/temporary.ts';
import type { RecordCheck } from '../../../ports/record-checks.ts';
import { systemClock } from '../../clock.ts';
import { movablePostgres } from '../transfer/postgres-database.ts';
import { movableSqlite } from '../transfer/sqlite-database.ts';
import { fillEngine, filling, fillLedger } from '../transfer/testing/fill-records.ts';
import { postgresUnderCheck } from './postgres-check.ts';
import { sqliteUnderCheck } from './sqlite-check.ts';

let folder: TemporaryFolder;
/** With a row in every table, and a job that waits. */
let sound: string;
let files = 0;

beforeAll(async () => {
  folder = await temporaryFolder();
  const made = await openTestEngine(filling, { folder: folder.path });
  await fillLedger(made.database.ledger, await fillEngine(made.engine));
  await made[Symbol.asyncDispose]();
  sound = join(folder.path, 'weaver.db');
});
afterAll(async () => await folder[Symbol.asyncDispose]());

/** A copy that somebody has changed by hand, with every check of the tables put aside. */
async function broken(sql: string): Promise<string> {
  const path = join(folder.path, `${(files += 1)}.db`);
  await copyFile(sound, path);
  using database = new DatabaseSync(path);
  database.exec(`PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; ${sql}`);
  return path;
}

it('finds nothing in what an engine and a ledger have written', async () => {
  expect(await sqliteUnderCheck(sound).faults()).toEqual([]);
});

it('refuses a file that is not there', async () => {
  await expect(sqliteUnderCheck(join(folder.path, 'none.db')).faults()).rejects.toMatchObject({ reason: 'configuration' });
});

const ways: ReadonlyArray<readonly [check: RecordCheck, what: string, sql: string, detail: RegExp]> = [
  ['references', 'a row that is gone', "DELETE FROM miyabi_repository WHERE root = '/project'", /refers to a row of miyabi_repository/],
  ['schema', 'a table that is gone', 'DROP TABLE miyabi_sweep', /no table or view miyabi_sweep/],
  ['schema', 'a column that is gone', 'ALTER TABLE weaver_lock DROP COLUMN until', /weaver_lock has no column until/],
  ['schema', 'an index that is gone', 'DROP INDEX weaver_task_due', /no index weaver_task_due/],
  [
    'counts',
    'a count that is wrong',
    `UPDATE weaver_job SET counts = '{"ready":7}' WHERE title = 'waiting'`,
    /counts 7 ready, and its tasks are 1 person/,
  ],
  [
    'states',
    'a state that does not follow',
    "UPDATE weaver_job SET state = 'running' WHERE title = 'waiting'",
    /is running; by its 1 tasks it is waiting/,
  ],
  [
    'leases',
    'a task that runs without a lease',
    "UPDATE weaver_task SET state = 'running' WHERE key = 'asks'",
    /\(asks\) runs without a lease/,
  ],
  [
    'leases',
    'an attempt of nobody',
    'UPDATE weaver_attempt SET ended_at = NULL, outcome = NULL WHERE id = (SELECT max(id) FROM weaver_attempt)',
    /is open, and its task/,
  ],
  ['events', 'an event that is gone', 'DELETE FROM weaver_event WHERE seq = 3', /have gaps/],
  [
    'events',
    'a job that has forgotten its last event',
    "UPDATE weaver_job SET last_seq = 1 WHERE title = 'waiting'",
    /last event is number 1/,
  ],
];

it.each(ways)('finds, under %s, %s', async (check, _, sql, detail) => {
  const faults = await sqliteUnderCheck(await broken(sql)).faults();
  expect(faults).toContainEqual({ check, detail: expect.stringMatching(detail) });
});

it('finds that a task runs under the lease of a process that has ended', async () => {
  const running = `UPDATE weaver_task SET state = 'running', lease_until = 1, lease_owner = (SELECT id FROM weaver_process),
    attempt_id = (SELECT id FROM weaver_attempt a WHERE a.task_id = weaver_task.id) WHERE key = 'asks'`;
  const faults = await sqliteUnderCheck(await broken(`UPDATE weaver_process SET ended_at = 1; ${running}`)).faults();
  expect(faults).toContainEqual({ check: 'leases', detail: expect.stringMatching(/under the lease of process \d+, which has ended/) });
});

it('tells of pages that are damaged, and asks them nothing more', async () => {
  const path = await broken('PRAGMA journal_mode = DELETE; DELETE FROM weaver_limit');
  await truncate(path, 200 * 1024);
  const faults = await sqliteUnderCheck(path)
    .faults()
    .catch((error: Error) => [{ check: 'refused', detail: error.message }]);
  expect(faults.length).toBeGreaterThan(0);
  expect(faults.every(({ check, detail }) => check === 'integrity' || /is damaged/.test(detail))).toBe(true);
});

it('tells of the first of many faults alike, and how many more there are', async () => {
  const many = Array.from({ length: 30 }, (_, index) => `('${index}', 'x', 1, 1, '[]', '[]', 0, 'none', 'none')`).join(',');
  const path = await broken(
    `INSERT INTO weaver_attempt (id, owner, epoch, started_at, artifacts, observations, cost_micro_usd, task_id, job_id) SELECT column1, column2, column3 + rowid, column4, column5, column6, column7, column8, column9 FROM (SELECT row_number() OVER () AS rowid, * FROM (VALUES ${many}))`,
  );
  const faults = (await sqliteUnderCheck(path).faults()).filter(({ check }) => check === 'references');
  expect(faults).toHaveLength(21);
  expect(faults.at(-1)?.detail).toMatch(/There are \d+ more/);
});

const reason = noPostgres();
describe.skipIf(reason !== undefined)(`on PostgreSQL${reason === undefined ? '' : ` (${reason})`}`, () => {
  it('finds nothing in what an engine has written, and what somebody changed', async () => {
    await using server = await freshPostgres({ empty: true });
    const records = join(folder.path, 'records.jsonl');
    await movableSqlite(sound, systemClock).exportTo(records);
    await movablePostgres(server.url, systemClock).importFrom(records);
    const check = postgresUnderCheck(server.url);
    expect(await check.faults()).toEqual([]);
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query(`UPDATE weaver_job SET counts = '{"ready":7}' WHERE title = 'waiting'; DELETE FROM weaver_event WHERE seq = 3`);
    await client.end();
    expect(await check.faults()).toEqual([
      { check: 'counts', detail: expect.stringContaining('counts 7 ready') },
      { check: 'events', detail: expect.stringContaining('have gaps') },
      { check: 'events', detail: expect.stringContaining('have gaps') },
    ]);
  });
});
