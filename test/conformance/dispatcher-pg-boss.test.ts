import pg from 'pg';
import type { Db } from 'pg-boss';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { openPgBoss } from '../../src/adapters/dispatch/pg-boss/open.ts';
import { postgresChanges } from '../../src/adapters/dispatch/postgres-changes.ts';
import { openPostgres } from '../../src/adapters/store/postgres/open.ts';
import type { TaskId } from '../../src/domain/ids.ts';
import { freshPostgres, noPostgres } from '../support/postgres.ts';
import type { FreshPostgres } from '../support/postgres.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { dispatcherConformance } from './dispatcher-conformance.ts';
import type { MakeDispatcher } from './dispatcher-conformance.ts';
import { openDispatcher, ownNamespace } from './dispatcher-stand.ts';

let database: Promise<FreshPostgres> | undefined;
afterAll(async () => (await database)?.[Symbol.asyncDispose]());

/** pg-boss reaches the database over a way of its own, which can be cut. */
const make: MakeDispatcher = async (options = {}) => {
  const { url } = await (database ??= freshPostgres());
  return openDispatcher(url, ownNamespace(options), async ({ pool, changes, clock, namespace }) => {
    const { hostname, port } = new URL(url);
    const proxy = await tcpProxy({ host: hostname, port: Number(port) });
    const own = new pg.Pool({ connectionString: proxy.through(url), max: 2 });
    own.on('error', () => undefined);
    return {
      dispatcher: await openPgBoss({ database: { executeSql: (text, values) => own.query(text, values) }, changes, clock, namespace }),
      empty: async () => void (await pool.query('truncate pgboss_miyabi.job')),
      away: async () => {
        await proxy.refuse();
        proxy.cut();
        return () => proxy.heal();
      },
      end: async () => {
        await own.end();
        await proxy[Symbol.asyncDispose]();
      },
    };
  });
};

dispatcherConformance('pg-boss', make, noPostgres());

describe.skipIf(noPostgres() !== undefined)('pg-boss', () => {
  it('is set up once by several processes that begin at the same time', async () => {
    await using fresh = await freshPostgres();
    const opened = await Promise.all(
      Array.from({ length: 4 }, async (_, number) => {
        const postgres = await openPostgres(fresh.url);
        const changes = postgresChanges({
          connection: { connectionString: fresh.url },
          executeSql: (text, values) => postgres.executor.executeSql(text, values),
        });
        const boss = await openPgBoss({ database: postgres.executor, changes, clock: postgres.clock });
        const ref = { taskId: `task-${number}` as TaskId, epoch: 1 };
        await postgres.store.write((transaction) => boss.send(transaction, [{ ref, priority: 0, route: 'a:b', carriedBy: undefined }]));
        return { postgres, changes, boss };
      }),
    );
    const [one] = opened;
    const { rows } = (await one?.postgres.executor.executeSql('select name, count(*) as count from pgboss_miyabi.job group by name')) ?? {};
    expect(rows).toEqual([{ name: 'default_a/3ab', count: 4 }]);
    for (const { postgres, changes, boss } of opened) {
      await boss.close();
      await changes.close();
      await postgres.close();
    }
  });

  it('says what is missing when the user may not make its schema', async () => {
    await using fresh = await freshPostgres();
    const client = new pg.Client({ connectionString: fresh.url });
    await client.connect();
    const role = `poor_${new URL(fresh.url).pathname.slice(-8)}`;
    await client.query(`create role ${role} login password 'x'`);
    const poor = new URL(fresh.url);
    poor.username = role;
    poor.password = 'x';
    const pool = new pg.Pool({ connectionString: poor.href, max: 1 });
    const poorly: Db = { executeSql: (text, values) => pool.query(text, values) };
    const changes = { announce: () => undefined, subscribe: () => () => undefined };
    await expect(openPgBoss({ database: poorly, changes, clock: systemClock })).rejects.toMatchObject({
      reason: 'configuration',
      message: expect.stringContaining('grant create on database'),
    });
    await pool.end();
    await client.query(`drop role ${role}`);
    await client.end();
  });
});
