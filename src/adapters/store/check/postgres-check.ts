import pg from 'pg';
import type { RecordFault, RecordsUnderCheck } from '../../../ports/record-checks.ts';
import { shownAddress } from '../postgres/address.ts';
import { clientConfig } from '../postgres/connections.ts';
import { asPostgresFailure } from '../postgres/failures.ts';
import { streams } from '../transfer/move.ts';
import { foundOf, invariantFaults } from './invariants.ts';
import type { Ask } from './invariants.ts';
import { jobFaults } from './job-faults.ts';
import { namedArtifacts } from './named-artifacts.ts';
import { schemaFaults, shapeOfMigrations } from './schema-faults.ts';
import type { Shape } from './schema-faults.ts';

const connectLimitMs = 10_000;
/** One statement looks at all rows of a table at most. */
const answerLimitMs = 600_000;

/** The records on a PostgreSQL: one state of what is committed, beside whoever writes. */
export function postgresUnderCheck(url: string): RecordsUnderCheck {
  const name = shownAddress(url);
  return {
    name,
    faults: async () => await looked(url, name, faultsOf),
    artifacts: async () => await looked(url, name, namedArtifacts),
  };
}

async function looked<T>(url: string, name: string, look: (ask: Ask) => Promise<T>): Promise<T> {
  const client = new pg.Client(clientConfig({ url, connectLimitMs, answerLimitMs }));
  // Told to whoever waits for an answer as well; without a listener it would end the program.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await look(async (sql) => (await client.query<Record<string, unknown>>(sql)).rows);
  } catch (error) {
    throw asPostgresFailure(error, name);
  } finally {
    await client.end();
  }
}

async function faultsOf(ask: Ask): Promise<readonly RecordFault[]> {
  const schema = schemaFaults(await shapeOf(ask), withoutIndexes(shapeOfMigrations(streams)));
  if (schema.length > 0) return schema;
  return [...(await serverFaults(ask)), ...(await jobFaults(ask)), ...(await invariantFaults(ask))];
}

const columns = `SELECT table_name AS name, column_name AS column FROM information_schema.columns WHERE table_schema = current_schema()`;

async function shapeOf(ask: Ask): Promise<Shape> {
  const shape = new Map<string, string[]>();
  for (const { name, column } of await ask(columns)) shape.set(String(name), [...(shape.get(String(name)) ?? []), String(column)]);
  return { columns: shape, indexes: new Set() };
}

/** Indexes are made for each kind of database, and their names are not the same everywhere. */
function withoutIndexes({ columns: wanted }: Shape): Shape {
  return { columns: wanted, indexes: new Set() };
}

const broken: ReadonlyArray<{ readonly check: RecordFault['check']; readonly sql: string; readonly what: string }> = [
  {
    check: 'integrity',
    sql: `SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND NOT i.indisvalid`,
    what: 'The index NAME is not valid: make it anew with REINDEX.',
  },
  {
    check: 'references',
    sql: `SELECT c.conname AS name FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
      WHERE n.nspname = current_schema() AND c.contype = 'f' AND NOT c.convalidated`,
    what: 'The rows that the constraint NAME is about have never been checked.',
  },
  {
    check: 'integrity',
    sql: 'SELECT datname AS name FROM pg_stat_database WHERE datname = current_database() AND checksum_failures > 0',
    what: 'The server has read damaged pages of the database NAME.',
  },
];

/** What the server itself knows of its pages and of its references, which it keeps by itself. */
async function serverFaults(ask: Ask): Promise<readonly RecordFault[]> {
  const faults: RecordFault[] = [];
  for (const { check, sql, what } of broken)
    faults.push(
      ...foundOf(
        check,
        (await ask(sql)).map(({ name }) => what.replace('NAME', String(name))),
      ),
    );
  return faults;
}
