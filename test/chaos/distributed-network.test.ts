/** @module-tag campaign */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPostgres, noPostgres } from '../support/postgres.ts';
import type { FreshPostgres } from '../support/postgres.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import { distributedStand } from './distributed-stand.ts';
import type { DistributedStand } from './distributed-stand.ts';

const lacking = noPostgres();
const why = lacking === undefined ? '' : ` (${lacking})`;

let database: FreshPostgres | undefined;

beforeAll(async () => {
  if (lacking === undefined) database = await freshPostgres();
});

afterAll(async () => await database?.[Symbol.asyncDispose]());

/** A stand whose worker reaches the database through a network that can be cut. */
async function withNetwork(
  namespace: string,
  test: (stand: DistributedStand, network: { readonly proxy: TcpProxy; readonly url: string }) => Promise<void>,
): Promise<void> {
  if (database === undefined) throw new Error('There is no database.');
  const { hostname, port } = new URL(database.url);
  await using stand = await distributedStand(database.url, namespace);
  await using proxy = await tcpProxy({ host: hostname, port: Number(port === '' ? 5432 : port) });
  await test(stand, { proxy, url: proxy.through(database.url) });
}

describe.skipIf(lacking !== undefined)(`the network between a worker and the database${why}`, () => {
  it.concurrent('may lose the answer to a commit, whichever: nothing is lost and nothing is done twice', async () => {
    await withNetwork('commits', async (stand, { proxy, url }) => {
      const worker = await stand.start({ url, concurrency: 4 });
      const keys = Array.from({ length: 24 }, (_, index) => `task-${index}`);
      const jobs: string[] = [];
      for (const delivered of [true, false, true, false, true, false]) {
        const cut = proxy.cutAt('COMMIT', { delivered });
        const jobId = await stand.submit(keys.slice(0, 4));
        await cut;
        await stand.ended(jobId);
        await stand.expectWhole(jobId);
        jobs.push(jobId);
      }
      expect(jobs).toHaveLength(6);
      expect(worker.messages.filter(({ type }) => type === 'ended')).toEqual([]);
      expect(worker.stderr).toBe('');
    });
  });

  it.concurrent('may be cut for longer than a lease: others go on, and what comes late is refused', async () => {
    await withNetwork('cut', async (stand, { proxy, url }) => {
      const lonely = await stand.start({ url, concurrency: 2, labels: ['test:lonely'] });
      const jobId = await stand.submit(['hang', 'probe']);
      await Promise.all([lonely.until('started', 'hang'), lonely.until('probed', 'probe')]);
      proxy.drop();
      await stand.work();
      await stand.ended(jobId);
      await stand.expectWhole(jobId);
      const before = await stand.recordsOf(jobId);
      // It has noticed by itself that it lives on borrowed time.
      await Promise.all([lonely.until('aborted', 'hang'), lonely.until('aborted', 'probe')]);
      lonely.send('go on');
      await proxy.heal();
      await Promise.all([lonely.until('refused', 'hang'), lonely.until('refused', 'probe')]);
      await lonely.until('working', undefined, 1);
      const later = await stand.submit(['later'], { needs: ['test:lonely'] });
      await lonely.until('returned', 'later');
      await stand.ended(later);
      await stand.expectWhole(later);
      expect(await stand.recordsOf(jobId)).toEqual(before);
      expect(stand.done()).toHaveLength(3);
      expect(lonely.stderr).toBe('');
    });
  });
});
