/** @module-tag campaign */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noPostgresServer } from '../support/postgres-server.ts';
import type { PostgresServer } from '../support/postgres-server.ts';
import { ownPostgresServer } from '../support/postgres.ts';
import { backoffMs } from './distributed-program.ts';
import { distributedStand } from './distributed-stand.ts';
import type { DistributedStand } from './distributed-stand.ts';
import type { WorkerProcess } from './distributed-worker.ts';

const lacking = noPostgresServer();
const why = lacking === undefined ? '' : ` (${lacking})`;
const faketime = fakeTime();
const noClocks = lacking ?? (faketime === undefined ? 'libfaketime is not installed' : undefined);

/** The library that turns the clock of a process, the monotonic one left alone. */
function fakeTime(): string | undefined {
  const libraries = ['/usr/lib', '/usr/lib64', '/usr/local/lib'].filter((root) => existsSync(root));
  const folders = libraries.flatMap((root) => [root, ...readdirSync(root).map((name) => join(root, name))]);
  return folders.map((each) => join(each, 'faketime', 'libfaketimeMT.so.1')).find((path) => existsSync(path));
}

/** As of a process whose clock goes wrong by so many seconds. */
function clockOff(seconds: number): NodeJS.ProcessEnv {
  return { LD_PRELOAD: faketime, FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}`, DONT_FAKE_MONOTONIC: '1' };
}

const keys = (count: number, prefix = 'task') => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

describe.skipIf(lacking !== undefined)(`two workers on a database${why}`, () => {
  let server: PostgresServer;
  let stand: DistributedStand;
  let workers: readonly WorkerProcess[];

  beforeAll(async () => {
    server = await ownPostgresServer();
    stand = await distributedStand(server.url());
    workers = await Promise.all([stand.start({ concurrency: 4 }), stand.start({ concurrency: 4 })]);
  });

  afterAll(async () => {
    await stand?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  /** When so many things have been done outside in all. */
  async function doneAre(count: number): Promise<void> {
    while (stand.done().length < count) await Promise.race(workers.map((worker) => worker.next()));
  }

  /** That neither has ended, nor said anything. */
  function expectUnmoved(): void {
    for (const worker of workers) {
      expect(worker.child.exitCode).toBeNull();
      expect(worker.messages.filter(({ type }) => type === 'ended')).toEqual([]);
      expect(worker.stderr).toBe('');
    }
  }

  async function asAdministrator(statement: string): Promise<number> {
    const client = new pg.Client({ connectionString: server.url() });
    await client.connect();
    try {
      return (await client.query(statement)).rowCount ?? 0;
    } finally {
      await client.end();
    }
  }

  it('go on by themselves when it is killed under load and comes back: nothing is lost and nothing doubled', async () => {
    const jobId = await stand.submit(keys(150));
    const before = stand.done().length;
    for (const share of [30, 90]) {
      await doneAre(before + share);
      await server.kill();
      await server.start();
    }
    expect(stand.done().length).toBeLessThan(before + 150);
    await stand.ended(jobId);
    await stand.expectWhole(jobId);
    expectUnmoved();
  });

  it('go on when the queue is emptied under load', { tags: ['campaign'] }, async () => {
    const before = stand.done().length;
    const jobId = await stand.submit(keys(150));
    await doneAre(before + 20);
    expect(await asAdministrator('DELETE FROM pgboss_miyabi.job')).toBeGreaterThan(0);
    await stand.ended(jobId);
    await stand.expectWhole(jobId);
    expectUnmoved();
  });

  it('do once what is delivered three times', { tags: ['campaign'] }, async () => {
    // Nothing is taken before it lies there three times.
    for (const worker of workers) worker.freeze();
    const jobId = await stand.submit(keys(40));
    const copy = 'INSERT INTO pgboss_miyabi.job (name, data) SELECT name, data FROM pgboss_miyabi.job, generate_series(1, 2)';
    expect(await asAdministrator(copy)).toBe(80);
    for (const worker of workers) worker.thaw();
    await stand.ended(jobId);
    await stand.expectWhole(jobId);
    for (const { task } of (await stand.engine.result(jobId)).tasks) expect(task.executions).toBe(1);
    expectUnmoved();
  });
});

describe.skipIf(noClocks !== undefined)(
  `workers whose clocks are ten minutes apart${noClocks === undefined ? '' : ` (${noClocks})`}`,
  () => {
    it('take no lease early, and wait before a task is tried again for as long as it asks', { tags: ['campaign'] }, async () => {
      await using server = await ownPostgresServer();
      await using stand = await distributedStand(server.url());
      const [early, late] = await Promise.all([stand.start({}, clockOff(-300)), stand.start({}, clockOff(300))]);
      const labels = ['hang-one', 'hang-two', 'retried-one', 'retried-two'];
      const jobId = await stand.submit(labels);
      const held = [early, late].flatMap((worker) => ['hang-one', 'hang-two'].map((key) => worker.until('started', key)));
      await Promise.any(held);
      await stand.outlast(3);
      for (const worker of [early, late]) worker.send('go on');
      await stand.ended(jobId);
      await stand.expectWhole(jobId);
      const now = stand.database.clock.now();
      const { tasks } = await stand.engine.result(jobId);
      for (const { task, attempts } of tasks) {
        expect(task).toMatchObject({ leasesLost: 0, crashes: 0, executions: task.key.startsWith('retried') ? 2 : 1 });
        for (const { startedAt } of attempts) expect(Math.abs(now - startedAt)).toBeLessThan(120_000);
      }
      for (const { attempts } of tasks.filter(({ task }) => task.key.startsWith('retried')))
        expect((attempts[1]?.startedAt ?? 0) - (attempts[0]?.endedAt ?? 0)).toBeGreaterThanOrEqual(backoffMs);
    });
  },
);
