import pg from 'pg';
import { afterAll } from 'vitest';
import { openPgBoss } from '../../src/adapters/dispatch/pg-boss/open.ts';
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
