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
  const name = `miyabi_test_${randomBytes(8).toString('hex')}`;
  await asAdministrator(server, async (client) => {
    const template = options.empty === true ? 'template0' : await migratedTemplate(client, server);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return {
    url: inDatabase(server, name),
    [Symbol.asyncDispose]: () => asAdministrator(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
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
