import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { miyabiMigrations } from '../../src/adapters/store/miyabi/migrations.ts';
import { openPostgres } from '../../src/adapters/store/postgres/open.ts';
import { weaverMigrations } from '../../src/adapters/store/weaver/migrations.ts';
import { noPostgresServer, startPostgresServer } from './postgres-server.ts';
import type { PostgresServer } from './postgres-server.ts';

/** Where a run of the tests answers who asks for its server; see `postgres-setup.ts`. */
export const sharedServerVariable = 'MIYABI_TEST_POSTGRES';

/** A database of one's own, gone when it is disposed. */
export interface FreshPostgres extends AsyncDisposable {
  readonly url: string;
}

/** Why no test on this machine can have a PostgreSQL, in one line; undefined when it can. */
export function noPostgres(): string | undefined {
  return process.env['DATABASE_URL'] === undefined ? noPostgresServer() : undefined;
}

/** A server that a test may kill and start again. Needs no `DATABASE_URL`, and does not look at it. */
export function ownPostgresServer(settings?: Readonly<Record<string, string>>): Promise<PostgresServer> {
  return startPostgresServer(settings);
}

/**
 * A database on the server of `DATABASE_URL`, else on the one that all tests of a run share.
 *
 * @param options.empty without the tables of this version.
 */
export async function freshPostgres(options: { readonly empty?: boolean } = {}): Promise<FreshPostgres> {
  const server = await sharedServer();
  const known = options.empty === true ? undefined : cleared.pop();
  const name = known ?? `miyabi_test_${randomBytes(8).toString('hex')}`;
  if (known === undefined) {
    await asAdministrator(server, async (client) => {
      const template = options.empty === true ? 'template0' : await migratedTemplate(client, server);
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    });
  }
  return {
    url: inDatabase(server, name),
    [Symbol.asyncDispose]: async () => {
      if (options.empty !== true && (await isCleared(inDatabase(server, name)))) cleared.push(name);
      else await asAdministrator(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** Databases of this process that are as good as new, which is had much faster than a new one. They go with the server. */
const cleared: string[] = [];

/** Deletes all rows, where nobody uses the database any more and nothing was made in it that is not ours. */
async function isCleared(url: string): Promise<boolean> {
  if (process.env['DATABASE_URL'] !== undefined) return false;
  let isGood = false;
  await asAdministrator(url, async (client) => {
    const { rows } = await client.query<{ name: string; ours: boolean }>(
      `SELECT relname AS name, relnamespace = 'public'::regnamespace AND starts_with(relname, 'weaver_') OR starts_with(relname, 'miyabi_') AS ours
         FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
         AND NOT relname LIKE '%_migration'`,
    );
    const { rowCount: others } = await client.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
    );
    if (others !== 0 || rows.some(({ ours }) => !ours)) return;
    // What refers to what does not matter when all of it goes.
    const deletes = rows.map(({ name }) => `DELETE FROM ${name}`);
    await client.query(['SET session_replication_role = replica', ...deletes].join('; '));
    isGood = true;
  });
  return isGood;
}

/** The address of another database on the same server. */
export function inDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

let server: Promise<string> | undefined;

/** The address of its administrator. */
function sharedServer(): Promise<string> {
  const given = process.env['DATABASE_URL'];
  server ??= given === undefined ? runningServer() : Promise.resolve(given);
  return server;
}

/** The one of this run of the tests; outside of one, a server of this program alone. */
async function runningServer(): Promise<string> {
  const path = process.env[sharedServerVariable];
  if (path === undefined) return (await startPostgresServer()).url();
  const socket = connect({ path });
  await once(socket, 'connect');
  const answer = await text(socket);
  if (!answer.startsWith('postgres:')) throw new Error(answer);
  return answer;
}

async function asAdministrator(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** A copy of a database with tables is made much faster than the tables. Whoever needs it first makes it. */
async function migratedTemplate(client: pg.Client, url: string): Promise<string> {
  const schema = createHash('sha256')
    .update(JSON.stringify([weaverMigrations, miyabiMigrations]))
    .digest('hex');
  const name = `miyabi_template_${schema.slice(0, 16)}`;
  await client.query("SELECT pg_advisory_lock(hashtext('miyabi_template'))");
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate', [name]);
    if (rowCount === 1) return name;
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0`);
    await (await openPostgres(inDatabase(url, name), {}, [miyabiMigrations])).close();
    await client.query(`ALTER DATABASE ${name} IS_TEMPLATE true`);
    return name;
  } finally {
    await client.query("SELECT pg_advisory_unlock(hashtext('miyabi_template'))");
  }
}
