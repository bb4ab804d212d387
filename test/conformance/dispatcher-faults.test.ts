import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import type { JobId } from '../../src/domain/ids.ts';
import type { TaskSpec } from '../../src/domain/job.ts';
import type { Engine } from '../../src/weaver/engine.ts';
import type { Registration } from '../../src/weaver/handler.ts';
import { startQueue } from '../support/http-queue.ts';
import { noPgBouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { freshPostgres, noPostgres, ownPostgresServer } from '../support/postgres.ts';
import { noPostgresServer } from '../support/postgres-server.ts';
import type { FreshPostgres } from '../support/postgres.ts';
import { openPostgresEngine } from '../support/postgres-engine.ts';
import type { Delivering, PostgresEngine } from '../support/postgres-engine.ts';
import { after, happened, spec, steps, submitted } from './engine/support.ts';

const unable = noPostgres();
let database: Promise<FreshPostgres> | undefined;
afterAll(async () => (await database)?.[Symbol.asyncDispose]());

/** Engines of one environment, each as a process of its own would have it. */
async function engines(namespace: string, delivering: Delivering, count: number, at?: string): Promise<readonly PostgresEngine[]> {
  const url = at ?? (await (database ??= freshPostgres())).url;
  const registrations: readonly Registration[] = [steps()];
  const one = () => openPostgresEngine(registrations, { url, namespace, delivering, sharing: true, lostAfterMs: 1_000 });
  return Promise.all(Array.from({ length: count }, one));
}

/** Chains side by side, so that much becomes ready at many times. */
function chains(count: number, length: number): TaskSpec[] {
  return Array.from({ length: count }, (_, chain) =>
    Array.from({ length }, (__, step) => spec(`${chain}.${step}`, step === 0 ? {} : after(`${chain}.${step - 1}`))),
  ).flat();
}

async function ended(engine: Engine, jobId: JobId): Promise<void> {
  for await (const event of engine.events(jobId, { follow: true })) void event;
}

/** Every task has been executed once and has succeeded. */
async function expectOnce(engine: Engine, jobId: JobId): Promise<void> {
  const tasks = await engine.tasks(jobId);
  expect(tasks.filter(({ state, executions }) => state !== 'succeeded' || executions !== 1)).toEqual([]);
}

function succeededTimes(times: number): Parameters<typeof happened>[2] {
  let left = times;
  return (event) => event.type === 'task.state' && event.data.state === 'succeeded' && (left -= 1) === 0;
}

/** What the engine writes at the same time may be in its way: a deadlock, or a row that refers to what is to go. Then it is said again. */
async function untilDone(client: pg.Client, statement: string): Promise<void> {
  const inTheWay = ['40P01', '23503', '23001'];
  for (;;) {
    try {
      await client.query(statement);
      return;
    } catch (error) {
      if (!inTheWay.includes((error as { readonly code?: string }).code ?? '')) throw error;
    }
  }
}

describe.skipIf(unable !== undefined)(`faults of delivery${unable === undefined ? '' : ` (${unable})`}`, () => {
  it('executes everything once when every id is delivered twice', { tags: ['campaign'] }, async () => {
    await using server = await startQueue();
    await server.twice(true);
    const [submitter, ...workers] = await engines('twice', { by: 'queue', queue: server.queueOf('twice') }, 3);
    const { engine } = submitter as PostgresEngine;
    const jobId = await submitted(engine, { tasks: chains(20, 2) });
    for (const worker of workers) await worker.engine.work({ jobs: 'shared', concurrency: 4 });
    await ended(engine, jobId);
    await expectOnce(engine, jobId);
    await Promise.all([submitter, ...workers].map(async (each) => each?.[Symbol.asyncDispose]()));
  });

  it.each([
    'truncate pgboss_miyabi.job',
    'delete from pgboss_miyabi.job; delete from pgboss_miyabi.queue',
    'drop schema pgboss_miyabi cascade',
  ])('loses nothing when its queue is emptied under load: %s', async (loss) => {
    const [submitter, ...workers] = await engines(`loss ${loss.length}`, { by: 'pg-boss' }, 3);
    const { engine } = submitter as PostgresEngine;
    const jobId = await submitted(engine, { tasks: chains(20, 2) });
    const client = new pg.Client({ connectionString: (await (database as Promise<FreshPostgres>)).url });
    await client.connect();
    for (const worker of workers) await worker.engine.work({ jobs: 'shared', concurrency: 2 });
    for (const times of [5, 20]) {
      await happened(engine, jobId, succeededTimes(times));
      await untilDone(client, loss);
    }
    await client.end();
    await ended(engine, jobId);
    await expectOnce(engine, jobId);
    await Promise.all([submitter, ...workers].map(async (each) => each?.[Symbol.asyncDispose]()));
  });

  it('loses nothing when a queue elsewhere is killed under load and comes back empty', { tags: ['campaign'] }, async () => {
    await using server = await startQueue();
    const [submitter, ...workers] = await engines('killed', { by: 'queue', queue: server.queueOf('killed') }, 3);
    const { engine } = submitter as PostgresEngine;
    const jobId = await submitted(engine, { tasks: chains(20, 2) });
    for (const worker of workers) await worker.engine.work({ jobs: 'shared', concurrency: 2 });
    await happened(engine, jobId, succeededTimes(5));
    await server.kill();
    const during = await submitted(engine, { tasks: chains(3, 1) });
    await server.start();
    await Promise.all([ended(engine, jobId), ended(engine, during)]);
    await expectOnce(engine, jobId);
    await expectOnce(engine, during);
    await Promise.all([submitter, ...workers].map(async (each) => each?.[Symbol.asyncDispose]()));
  });

  it('loses nothing of what a worker has fetched that is killed before it claims', { tags: ['campaign'] }, async () => {
    const [submitter] = await engines('fetched', { by: 'pg-boss' }, 1);
    const { engine } = submitter as PostgresEngine;
    const jobId = await submitted(engine, { tasks: chains(5, 2) });
    const { url } = await (database as Promise<FreshPostgres>);
    const program = fileURLToPath(new URL('../support/fetch-and-hang.ts', import.meta.url));
    const victim = spawn(process.execPath, [program, url, 'fetched'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const gone = once(victim, 'exit');
    const [fetched] = (await once(victim.stdout, 'data')) as [Buffer];
    expect(Number(fetched.toString())).toBe(5);
    victim.kill('SIGKILL');
    await gone;
    await engine.work({ jobs: 'shared', concurrency: 2 });
    await ended(engine, jobId);
    await expectOnce(engine, jobId);
    await submitter?.[Symbol.asyncDispose]();
  });

  it.skipIf(noPostgresServer() !== undefined)(
    'goes on where it was when the server of the database is killed under load and started again',
    { tags: ['campaign'] },
    async () => {
      await using server = await ownPostgresServer();
      const [submitter, ...workers] = await engines('server', { by: 'pg-boss' }, 3, server.url());
      const { engine } = submitter as PostgresEngine;
      const jobId = await submitted(engine, { tasks: chains(20, 2) });
      for (const worker of workers) await worker.engine.work({ jobs: 'shared', concurrency: 2 });
      await happened(engine, jobId, succeededTimes(5));
      await server.kill();
      const during = submitted(engine, { tasks: chains(2, 2) });
      await server.start();
      await Promise.all([ended(engine, jobId), during.then((id) => ended(engine, id))]);
      await expectOnce(engine, jobId);
      await Promise.all([submitter, ...workers].map(async (each) => each?.[Symbol.asyncDispose]()));
    },
  );

  it.skipIf(noPgBouncer() !== undefined)('brings everything through a pooler that gives each transaction another connection', async () => {
    const { url } = await (database ??= freshPostgres());
    await using pooler = await startPgBouncer(url, 'transaction');
    const [submitter, ...workers] = await engines('pooled', { by: 'pg-boss' }, 2, pooler.url);
    const { engine } = submitter as PostgresEngine;
    for (const worker of workers) await worker.engine.work({ jobs: 'shared', concurrency: 4 });
    const jobId = await submitted(engine, { tasks: chains(10, 2) });
    await ended(engine, jobId);
    await expectOnce(engine, jobId);
    await Promise.all([submitter, ...workers].map(async (each) => each?.[Symbol.asyncDispose]()));
  });
});
