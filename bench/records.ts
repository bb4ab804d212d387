/**
 * The records of Miyabi: writing the result of a world, finding the latest run, its timeline, statistics, bytes a world.
 *
 * One real run of an example in five worlds is recorded; its tasks are then stored a thousand times, on as many bases, by the
 * engine and the ledger as they are, and what people and programs ask for is measured over all of it.
 *
 *     npm run bench -- records [--runs 1000] [--json] [--folder <on the disk to measure>]
 */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import type { JobId, RepositoryId } from '../src/domain/ids.ts';
import { timeline } from '../src/operations/timeline.ts';
import type { OperationTools } from '../src/operations/tools.ts';
import type { Stored, StoreOptions, WorldTimes } from './records/stored.ts';
import { databaseFile, openStored, storeRuns } from './records/stored.ts';
import { recordRun } from './records/template.ts';
import type { Figure } from './support/figures.ts';
import { atMost, figure, report } from './support/figures.ts';
import { median, percentile } from './support/statistics.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
    folder: { type: 'string', default: tmpdir() },
  },
});
const worldsOfRun = 5;
/** Runs that are under way at the same time while the database is filled. */
const wave = 25;

interface Filled {
  readonly repositories: readonly RepositoryId[];
  readonly jobs: readonly JobId[];
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(values.folder, 'miyabi-records-'));
  try {
    const template = await recordRun(folder);
    const options = { folder, template } as const;
    const begun = performance.now();
    const filled = await fill(options);
    const seconds = (performance.now() - begun) / 1000;
    const size = sizeFigures(folder, filled.jobs.length * worldsOfRun);
    const asked = await askedFor(options, filled);
    const figures = [
      ...(await writing({ ...options, synchronous: 'NORMAL' }, filled)),
      ...(await writing({ ...options, synchronous: 'FULL' }, filled)),
      fsyncFigure(folder),
      ...asked,
      ...size,
      figure('filling', seconds, 's', {
        detail: `${filled.jobs.length} runs of ${worldsOfRun} worlds through the engine, ${wave} at a time`,
      }),
    ];
    report('records', figures, { json: values.json });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(options: Omit<StoreOptions, 'synchronous'>): Promise<Filled> {
  await using stored = await openStored({ ...options, synchronous: 'NORMAL' });
  const roots = ['/home/ada/shop', '/home/ada/billing', '/home/ada/website', '/home/ada/tools'];
  const repositories = await Promise.all(roots.map(async (root) => (await stored.ledger.repository(root)).id));
  const jobs: JobId[] = [];
  while (jobs.length < Number(values.runs)) {
    const count = Math.min(wave, Number(values.runs) - jobs.length);
    jobs.push(...(await storeRuns(stored, options.template, { count, repositories, concurrency: wave })));
  }
  return { repositories, jobs };
}

/**
 * One run after the other and one world after the other: what a write takes, not how many fit into one commit. Where the worker has a
 * place for it, the transaction that ends a task also begins the next one; that is measured beside, since it is no part of the result.
 */
async function writing(options: StoreOptions, filled: Filled): Promise<readonly Figure[]> {
  const alone = await written(options, filled, true);
  const withNext = await written(options, filled, false);
  // At FULL the disk decides: its figure stands beside.
  const goal = options.synchronous === 'NORMAL' ? { goal: atMost(0.3) } : {};
  const name = `world-result ${options.synchronous}`;
  const both = wholes(alone);
  const andNext = wholes(withNext);
  return [
    figure(`${name} row`, median(alone.row), 'ms', { ...goal, detail: `${tail(alone.row)}; its row in the ledger` }),
    figure(`${name} whole`, median(both), 'ms', {
      ...goal,
      detail: `${tail(both)}; with the end of its task, which makes ready what waited for it: two commits`,
    }),
    figure(`${name} and next`, median(andNext), 'ms', {
      detail: `${tail(andNext)}; the same where the worker claims the next task in the transaction that ends this one`,
    }),
  ];
}

async function written(options: StoreOptions, { repositories }: Filled, resting: boolean): Promise<WorldTimes> {
  await using stored = await openStored(options);
  for (let run = 0; run < 40; run += 1) await storeRuns(stored, options.template, { count: 1, repositories, concurrency: 1, resting });
  return stored.written;
}

function wholes({ row, settle }: WorldTimes): readonly number[] {
  return row.map((ms, index) => ms + (settle[index] ?? Number.NaN));
}

async function askedFor(options: Omit<StoreOptions, 'synchronous'>, { repositories, jobs }: Filled): Promise<readonly Figure[]> {
  await using stored = await openStored({ ...options, synchronous: 'NORMAL' });
  const { engine, ledger } = stored;
  const latest = await timed(500, async (turn) => await engine.jobs({ groupKey: repositories[turn % repositories.length]!, limit: 1 }));
  const tools = { engine, ledger } as OperationTools;
  const told = await timed(300, async (turn) => await timeline(tools, jobs[(turn * 389) % jobs.length]!));
  const events = await timed(300, async (turn) => await eventsOf(stored, jobs[(turn * 389) % jobs.length]!));
  const statistics = await timed(100, async () => await ledger.worlds.statistics());
  const ofOne = await timed(
    100,
    async (turn) => await ledger.worlds.statistics({ repositoryId: repositories[turn % repositories.length]! }),
  );
  const worlds = jobs.length * worldsOfRun;
  return [
    figure('latest-run', median(latest), 'ms', {
      goal: atMost(0.3),
      detail: `${tail(latest)}; of one of ${repositories.length} repositories`,
    }),
    figure('timeline', median(told), 'ms', { goal: atMost(1), detail: `${tail(told)}; a run of ${worldsOfRun} worlds, in words` }),
    figure('events', median(events), 'ms', {
      detail: `${tail(events)}; the same run's ${await eventsOf(stored, jobs[0]!)} events as they are`,
    }),
    figure('statistics', median(statistics), 'ms', { goal: atMost(5), detail: `${tail(statistics)}; over ${worlds} worlds` }),
    figure('statistics-of-one', median(ofOne), 'ms', { detail: `${tail(ofOne)}; of one repository` }),
  ];
}

async function eventsOf({ engine }: Stored, job: JobId): Promise<number> {
  let count = 0;
  for await (const _ of engine.events(job)) count += 1;
  return count;
}

/** How long each of so many calls took, in ms; the first tenth again, since it warms up. */
async function timed(calls: number, call: (turn: number) => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let turn = -Math.ceil(calls / 10); turn < calls; turn += 1) {
    const begun = performance.now();
    await call(Math.abs(turn));
    if (turn >= 0) times.push(performance.now() - begun);
  }
  return times;
}

function sizeFigures(folder: string, worlds: number): readonly Figure[] {
  // Closing the last connection has brought everything into this one file.
  const bytes = statSync(databaseFile(folder)).size;
  using database = new DatabaseSync(databaseFile(folder), { readOnly: true });
  const tables = database.prepare('SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name ORDER BY bytes DESC LIMIT 6').all();
  const largest = tables.map((table) => `${String(table['name'])} ${(Number(table['bytes']) / worlds / 1024).toFixed(2)}`);
  return [
    figure('database-a-world', bytes / worlds / 1024, 'KiB', {
      goal: atMost(10),
      detail: `${(bytes / 1e6).toFixed(0)} MB; ${largest.join(', ')}`,
    }),
  ];
}

function fsyncFigure(folder: string): Figure {
  const page = Buffer.alloc(4_096, 1);
  const file = openSync(join(folder, 'flushed'), 'w');
  const times: number[] = [];
  for (let turn = 0; turn < 200; turn += 1) {
    const begun = performance.now();
    writeSync(file, page);
    fsyncSync(file);
    times.push(performance.now() - begun);
  }
  closeSync(file);
  return figure('fsync', median(times), 'ms', { detail: `${tail(times)}; a page appended and flushed: below it no commit at FULL can be` });
}

function tail(times: readonly number[]): string {
  return `median of ${times.length}, 99 % below ${percentile(times, 0.99).toPrecision(3)} ms`;
}

await main();
