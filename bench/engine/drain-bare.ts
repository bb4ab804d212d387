import { DatabaseSync } from 'node:sqlite';
import { measurement, peakMiB } from '../support/child.ts';
import { BareJob, BareStatements } from './bare-rows.ts';
import type { DrainedRows, DrainRequest } from './drain-engine.ts';
import { warmUpTasks } from './drain-engine.ts';
import { rowsOf } from './drained.ts';
import { databaseFile, makeDatabase } from './open.ts';

/**
 * The least that could do the same: prepared statements written by hand, the submit in one transaction, then one transaction
 * for as many tasks as may be in flight, in which these are settled and the next ones claimed. No limits, budgets,
 * dependencies, heartbeats, cancellation or second process.
 */
export const drainBare = measurement(import.meta, async (request: DrainRequest, folder): Promise<DrainedRows> => {
  await makeDatabase(folder);
  const { submitMs, drainMs } = await timed(request, databaseFile(folder));
  const { tasks } = request;
  return { submitted: tasks, submitMs, drained: tasks, drainMs, peakMiB: peakMiB(), rows: rowsOf(databaseFile(folder)) };
});

async function timed({ tasks, inFlight, synchronous }: DrainRequest, file: string): Promise<{ submitMs: number; drainMs: number }> {
  using database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON`);
  const statements = new BareStatements(database);
  await through(database, new BareJob(statements), warmUpTasks(tasks), inFlight);
  // Before the file is closed.
  return await through(database, new BareJob(statements), tasks, inFlight);
}

async function through(
  database: DatabaseSync,
  job: BareJob,
  tasks: number,
  inFlight: number,
): Promise<{ submitMs: number; drainMs: number }> {
  const begun = performance.now();
  inTransaction(database, () => job.submit(tasks));
  const submitted = performance.now();
  for (let running = inTransaction(database, () => job.claim(inFlight)); running.length > 0;) {
    await Promise.all(running.map((task) => handler(JSON.parse(task.payload))));
    await new Promise((resolve) => setImmediate(resolve));
    const done = running;
    running = inTransaction(database, () => {
      job.settle(done);
      const next = job.claim(inFlight);
      job.store();
      return next;
    });
  }
  return { submitMs: submitted - begun, drainMs: performance.now() - submitted };
}

async function handler(payload: unknown): Promise<unknown> {
  return payload;
}

function inTransaction<Result>(database: DatabaseSync, change: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  const result = change();
  database.exec('COMMIT');
  return result;
}
