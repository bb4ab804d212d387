import { describe, expect, it } from 'vitest';
import { aJob, aTask, newProcessId, read, running, stored, write } from '../../../../test/conformance/store-support.ts';
import { noPgBouncer, startPgBouncer } from '../../../../test/support/pgbouncer.ts';
import { freshPostgres, noPostgres } from '../../../../test/support/postgres.ts';
import type { EventCursor } from '../../../domain/events.ts';
import type { Job } from '../../../domain/job.ts';
import type { StoreTransaction } from '../../../ports/store.ts';
import { openPostgres } from './open.ts';

const reason = noPostgres();

function sealing({ id }: Job, transaction: StoreTransaction, seq = 1): Promise<void> {
  return transaction.save({ events: [{ stream: `job:${id}`, seq, at: seq, event: { type: 'job.sealed', data: { jobId: id } } }] });
}

describe.skipIf(reason !== undefined)(`who reads beside those who write${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  it('is told of an event when no other can appear before it any more', async () => {
    await using fresh = await freshPostgres();
    const database = await openPostgres(fresh.url);
    const { store } = database;
    try {
      const [slow, quick] = [aJob(), aJob()];
      await write(store, (transaction) => transaction.save({ newJobs: [slow, quick] }));
      const after = async (position: EventCursor | undefined) => read(store, (records) => records.eventsAfter(position, 10));
      const [hasWritten, mayGoOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const slowly = write(store, async (transaction) => {
        await sealing(slow, transaction);
        expect(await transaction.events(`job:${slow.id}`, 0, 10)).toHaveLength(1);
        hasWritten.resolve();
        await mayGoOn.promise;
      });
      await hasWritten.promise;
      await write(store, (transaction) => sealing(quick, transaction));
      // The reader of one stream sees it at once; whoever reads all would later find another one behind itself.
      expect(await read(store, (records) => records.events(`job:${quick.id}`, 0, 10))).toHaveLength(1);
      const newest = async () => await read(store, (records) => records.newestEvent());
      expect([await after(undefined), await newest()]).toEqual([[], undefined]);
      mayGoOn.resolve();
      await slowly;
      await expect.poll(async () => (await after(undefined)).map(({ stream }) => stream)).toEqual([`job:${slow.id}`, `job:${quick.id}`]);
      const [first, second] = await after(undefined);
      expect(await after(first?.position)).toEqual([second]);
      expect(await after(second?.position)).toEqual([]);
      expect(await newest()).toBe(second?.position);
    } finally {
      await database.close();
    }
  });

  it('is told of events that were written on another server, from where they were restored', async () => {
    await using fresh = await freshPostgres();
    const before = await openPostgres(fresh.url);
    const job = aJob();
    await write(before.store, (transaction) => transaction.save({ newJobs: [job] }));
    await write(before.store, (transaction) => sealing(job, transaction));
    await before.executor.executeSql("UPDATE weaver_event SET written_in = '999999999'");
    expect(await read(before.store, (records) => records.eventsAfter(undefined, 10))).toEqual([]);
    await before.close();
    const after = await openPostgres(fresh.url);
    try {
      await write(after.store, (transaction) => sealing(job, transaction, 2));
      const told = async () => (await read(after.store, (records) => records.eventsAfter(undefined, 10))).map(({ seq }) => seq);
      await expect.poll(told).toEqual([1, 2]);
    } finally {
      await after.close();
    }
  });

  it('can read and write and keep leases behind a pooler that changes connections', async (context) => {
    const noPooler = noPgBouncer();
    if (noPooler !== undefined) return context.skip(noPooler);
    await using fresh = await freshPostgres();
    await using pooler = await startPgBouncer(fresh.url, 'transaction');
    const [pooled, direct] = [await openPostgres(pooler.url, { lockMs: 300 }), await openPostgres(fresh.url)];
    try {
      expect([pooled.isPooled, direct.isPooled]).toEqual([true, false]);
      const jobs = Array.from({ length: 20 }, () => aJob());
      await Promise.all(jobs.map((job) => write(pooled.store, (transaction) => transaction.save({ newJobs: [job] }))));
      expect(await read(direct.store, (records) => records.jobs({}))).toHaveLength(20);
      const owner = newProcessId();
      const { tasks } = await stored(pooled.store, { tasks: (job, by) => [aTask(job, {}, running(by, 1))] });
      const task = tasks[0];
      const held = await pooled.locks.acquire('a lock');
      const beating = await pooled.heartbeat.start({
        process: task?.state === 'running' ? task.lease.owner : owner,
        leaseMs: 60_000,
        everyMs: 10,
        failed: (error) => {
          throw error;
        },
      });
      const until = performance.now() + 600;
      while (performance.now() < until) expect(await direct.locks.tryAcquire('a lock')).toBeUndefined();
      expect(held.isIntact?.()).toBe(true);
      await beating.stop();
      await held.release();
    } finally {
      await pooled.close();
      await direct.close();
    }
  });
});
