import type { ClientBase } from 'pg';
import { Failure } from '../../../domain/failure.ts';
import { newerDatabase, statementsFor } from '../migrate.ts';
import type { MigrationStream } from '../migrate.ts';
import { codeOf, isConnectionLoss, isPassing } from './failures.ts';

/** The first version with what is needed: 64-bit transaction ids that statements can see. */
const oldestVersion = 130_000;
/** Whoever changes the schema holds it to the end of the transaction. `miyabi` in ASCII. */
const migrationLock = '120262345188969';

export interface Schema {
  readonly streams: readonly MigrationStream[];
  /** The database as people may see it. */
  readonly database: string;
}

/**
 * Brings the tables to the newest known schema in one transaction, one process after the other.
 *
 * @throws Failure (configuration) when the server is too old or read-only, the database is newer than this version, belongs to somebody
 * else, or may not be changed.
 */
export async function bringUpToDate(client: ClientBase, schema: Schema): Promise<void> {
  await refuseServer(client, schema.database);
  if (await isCurrent(client, schema)) return;
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    await refuseForeign(client, schema);
    for (const stream of schema.streams) await migrate(client, stream, schema.database);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch((lost: unknown) => {
      if (!isConnectionLoss(lost)) throw lost;
    });
    throw explained(error, schema.database);
  }
}

async function refuseServer(client: ClientBase, database: string): Promise<void> {
  const { rows } = await client.query<{ version: number; only: string }>(
    "SELECT current_setting('server_version_num')::int AS version, current_setting('transaction_read_only') AS only",
  );
  const { version = 0, only } = rows[0] ?? {};
  if (version < oldestVersion) {
    throw new Failure('configuration', {
      what: `The server of the database ${database} is too old.`,
      why: `It is PostgreSQL ${Math.floor(version / 10_000)}, and 13 is the oldest that can be used.`,
      fix: 'Bring the server to a newer version, or give the address of another one.',
    });
  }
  if (only !== 'on') return;
  throw new Failure('configuration', {
    what: `The database ${database} cannot be written.`,
    why: 'It is read-only: a standby, or set so.',
    fix: 'Give the address of the primary server.',
  });
}

async function isCurrent(client: ClientBase, { streams, database }: Schema): Promise<boolean> {
  for (const stream of streams) {
    if ((await appliedNumber(client, stream, database)) !== newestOf(stream)) return false;
  }
  return true;
}

async function appliedNumber(client: ClientBase, stream: MigrationStream, database: string): Promise<number> {
  const { rows: tables } = await client.query('SELECT 1 WHERE to_regclass($1) IS NOT NULL', [stream.table]);
  if (tables.length === 0) return 0;
  const { rows } = await client.query<{ number: number }>(`SELECT coalesce(max(number), 0)::int AS number FROM ${stream.table}`);
  const applied = rows[0]?.number ?? 0;
  if (applied > newestOf(stream)) throw newerDatabase(database, applied, newestOf(stream));
  return applied;
}

function newestOf(stream: MigrationStream): number {
  return stream.migrations.at(-1)?.number ?? 0;
}

/** Tables with our names that nothing says we have made. */
async function refuseForeign(client: ClientBase, { streams, database }: Schema): Promise<void> {
  for (const { table } of streams) {
    const prefix = `${table.split('_', 1)[0] ?? table}_`;
    const { rows } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'v', 'p')
         AND starts_with(relname, $1) AND to_regclass($2) IS NULL ORDER BY relname LIMIT 3`,
      [prefix, table],
    );
    if (rows.length === 0) continue;
    const names = rows.map(({ name }) => name);
    throw new Failure(
      'configuration',
      {
        what: `The database ${database} has tables of another program.`,
        why: `It holds ${names.join(', ')}, but no ${table}, which says which version of this program made them.`,
        fix: 'Use a database of its own (`createdb miyabi`), or bring back the missing table from a backup. Nothing was changed.',
      },
      { facts: { database, tables: names } },
    );
  }
}

async function migrate(client: ClientBase, stream: MigrationStream, database: string): Promise<void> {
  const applied = await appliedNumber(client, stream, database);
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${stream.table} (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)`,
  );
  const views = new Map<string, string>();
  for (const migration of stream.migrations.filter(({ number }) => number > applied)) {
    for (const statement of statementsFor(migration, 'postgres')) {
      const view = /^CREATE VIEW (\w+)/.exec(statement)?.[1];
      if (view === undefined) await client.query(statement);
      else views.set(view, statement);
    }
    await client.query(
      `INSERT INTO ${stream.table} (number, name, applied_at)
         VALUES ($1, $2, floor(extract(epoch FROM clock_timestamp()) * 1000))`,
      [migration.number, migration.name],
    );
  }
  // Where SQLite looks at what a view names when somebody reads it, PostgreSQL looks at once: it is there when all tables are.
  for (const statement of views.values()) await client.query(statement);
}

/** What is told in words of its own: a right is missing, or there is no schema to make tables in. */
const toldElsewhere: ReadonlySet<string> = new Set(['42501', '3F000']);

function explained(error: unknown, database: string): unknown {
  const code = codeOf(error);
  if (error instanceof Failure || isPassing(error) || !(error instanceof Error) || code === undefined) return error;
  if (toldElsewhere.has(code)) return error;
  return new Failure(
    'configuration',
    {
      what: `The database ${database} could not be brought to the schema of this version.`,
      why: `A step was refused (${error.message}); all of it was undone, the database is as it was.`,
      fix: 'Use the version that wrote it, or a database of its own, and report this message.',
    },
    { facts: { database }, cause: error },
  );
}
