import { describe, expect, it } from 'vitest';
import { aJob, read, write } from '../../../../test/conformance/store-support.ts';
import { freshPostgres, noPostgres, ownPostgresServer } from '../../../../test/support/postgres.ts';
import { noPostgresServer } from '../../../../test/support/postgres-server.ts';
import { tcpProxy } from '../../../../test/support/tcp-proxy.ts';
import type { TcpProxy } from '../../../../test/support/tcp-proxy.ts';
import { openPostgres } from './open.ts';
import type { PostgresDatabase, PostgresOptions } from './open.ts';

const reason = noPostgres();

/** A database behind a proxy that can do what networks do. */
async function stand(
  options: PostgresOptions = {},
): Promise<AsyncDisposable & { readonly database: PostgresDatabase; readonly proxy: TcpProxy }> {
  await using stack = new AsyncDisposableStack();
  const fresh = stack.use(await freshPostgres());
  const { hostname, port } = new URL(fresh.url);
  const proxy = stack.use(await tcpProxy({ host: hostname, port: Number(port) }));
  const database = await openPostgres(proxy.through(fresh.url), { answerLimitMs: 2_000, ...options });
  stack.defer(() => database.close());
  const all = stack.move();
  return { database, proxy, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

describe.skipIf(reason !== undefined)(`writing over a network${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  it.each([
    { told: 'has got', delivered: true, runs: 1 },
    { told: 'has not got', delivered: false, runs: 2 },
  ])('finds out whether a commit took place that the server $told when the connection was lost', async ({ delivered, runs }) => {
    await using here = await stand();
    const { store } = here.database;
    const job = aJob();
    let run = 0;
    const cut = here.proxy.cutAt('COMMIT', { delivered });
    const stored = await store.write(async (transaction) => {
      run += 1;
      await transaction.save({ newJobs: [job] });
      return transaction.job(job.id);
    });
    await cut;
    expect(stored).toEqual(job);
    expect(run).toBe(runs);
    expect(await read(store, (records) => records.job(job.id))).toEqual(job);
  });

  it('waits to see what becomes of a commit that is still under way', async () => {
    await using here = await stand();
    const { store, executor } = here.database;
    const job = aJob();
    // As long as another transaction is in its way, the commit of the first one goes on at the server without its client.
    await executor.executeSql('CREATE TABLE gate (open int)');
    await executor.executeSql(
      `CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$`,
    );
    await executor.executeSql(
      'CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON weaver_job DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_gate()',
    );
    let run = 0;
    const writing = write(store, async (transaction) => {
      run += 1;
      await transaction.save({ newJobs: [job] });
      await transaction.job(job.id);
      // After this the COMMIT is sent, and waits at the server.
      setTimeout(() => here.proxy.cut(), 300);
    });
    await writing;
    expect(run).toBe(1);
    expect(await read(store, (records) => records.job(job.id))).toEqual(job);
  });

  it('runs a change again whose connection was lost in the middle, also when nobody was told', async () => {
    await using here = await stand();
    const { store } = here.database;
    for (const lose of ['cut', 'drop'] as const) {
      const job = aJob();
      let run = 0;
      await write(store, async (transaction) => {
        run += 1;
        await transaction.save({ newJobs: [job] });
        if (run > 1) return;
        here.proxy[lose]();
        if (lose === 'drop') setTimeout(() => void here.proxy.heal(), 500);
        await transaction.job(job.id);
      });
      expect(run).toBe(2);
      expect(await read(store, (records) => records.job(job.id))).toEqual(job);
    }
  });

  it('says that the database is out of reach when it stays so', async () => {
    await using here = await stand({ busyLimitMs: 300 });
    const { store } = here.database;
    await here.proxy.refuse();
    here.proxy.cut();
    await expect(write(store, (transaction) => transaction.save({ newJobs: [aJob()] }))).rejects.toThrow(/cannot be reached for 0\.\d s/);
    await expect(read(store, (records) => records.jobs({}))).rejects.toThrow('Start the server');
    await here.proxy.heal();
    const job = aJob();
    await write(store, (transaction) => transaction.save({ newJobs: [job] }));
    expect(await read(store, (records) => records.job(job.id))).toEqual(job);
  });

  it('runs one of two changes again that wait for each other', async () => {
    await using here = await stand({ answerLimitMs: 10_000 });
    const { store } = here.database;
    const [one, other] = [aJob(), aJob()];
    await write(store, (transaction) => transaction.save({ newJobs: [one, other] }));
    const [oneHas, otherHas] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let runs = 0;
    const both = (first: typeof one, second: typeof one, has: () => void, wait: Promise<void>): Promise<void> =>
      write(store, async (transaction) => {
        runs += 1;
        const seen = await transaction.job(first.id);
        has();
        await wait;
        const next = await transaction.job(second.id);
        for (const job of [seen, next]) if (job !== undefined) await transaction.save({ jobs: [{ ...job, lastSeq: job.lastSeq + 1 }] });
      });
    await Promise.all([both(one, other, oneHas.resolve, otherHas.promise), both(other, one, otherHas.resolve, oneHas.promise)]);
    expect(runs).toBe(3);
    const jobs = await read(store, (records) => records.jobsById([one.id, other.id]));
    expect(jobs.map(({ lastSeq }) => lastSeq)).toEqual([2, 2]);
  });

  it('keeps a job from others that it has read to change it', async () => {
    await using here = await stand();
    const { store } = here.database;
    const job = aJob();
    await write(store, (transaction) => transaction.save({ newJobs: [job] }));
    const count = (): Promise<void> =>
      write(store, async (transaction) => {
        const found = await transaction.job(job.id);
        if (found !== undefined) await transaction.save({ jobs: [{ ...found, lastSeq: found.lastSeq + 1 }] });
      });
    await Promise.all(Array.from({ length: 30 }, count));
    expect((await read(store, (records) => records.job(job.id)))?.lastSeq).toBe(30);
  });

  it('stores text that PostgreSQL has no characters for', async () => {
    await using here = await stand();
    const { store } = here.database;
    const job = aJob({ title: 'a\0b', groupKey: 'half \uD83D', attributes: { text: 'a\0b\uD83D' } });
    await write(store, (transaction) => transaction.save({ newJobs: [job] }));
    expect(await read(store, (records) => records.job(job.id))).toEqual({ ...job, title: 'a\uFFFDb', groupKey: 'half \uFFFD' });
  });
});

const noServer = noPostgresServer();

describe.skipIf(noServer !== undefined)(`a server that dies${noServer === undefined ? '' : ` (left out: ${noServer})`}`, () => {
  it('loses nothing that was stored and stores nothing twice, however often it is killed', async () => {
    await using server = await ownPostgresServer();
    const database = await openPostgres(server.url());
    await using _closing = { [Symbol.asyncDispose]: () => database.close() };
    const { store } = database;
    const jobs = Array.from({ length: 4 }, () => aJob());
    await write(store, (transaction) => transaction.save({ newJobs: jobs }));
    let counted = 0;
    let isOver = false;
    const counting = jobs.flatMap((job) =>
      Array.from({ length: 3 }, async () => {
        while (!isOver) {
          await write(store, async (transaction) => {
            const found = await transaction.job(job.id);
            if (found !== undefined) await transaction.save({ jobs: [{ ...found, lastSeq: found.lastSeq + 1 }] });
          });
          counted += 1;
        }
      }),
    );
    for (let kill = 0; kill < 3; kill += 1) {
      const before = counted;
      await expect.poll(() => counted, { timeout: 20_000, interval: 5 }).toBeGreaterThan(before + 50);
      await server.kill();
      await server.start();
    }
    const before = counted;
    await expect.poll(() => counted, { timeout: 20_000, interval: 5 }).toBeGreaterThan(before + 50);
    isOver = true;
    await Promise.all(counting);
    const found = await read(store, (records) => records.jobsById(jobs.map(({ id }) => id)));
    expect(found.reduce((sum, { lastSeq }) => sum + lastSeq, 0)).toBe(counted);
  });
});
