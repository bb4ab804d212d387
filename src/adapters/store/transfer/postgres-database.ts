import pg from 'pg';
import type { ProcessId } from '../../../domain/ids.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { MovableDatabase } from '../../../ports/transfer.ts';
import { miyabiMigrations } from '../miyabi/migrations.ts';
import { shownAddress } from '../postgres/address.ts';
import { clientConfig } from '../postgres/connections.ts';
import { asPostgresFailure, isMissingTable } from '../postgres/failures.ts';
import { openPostgres } from '../postgres/open.ts';
import type { Header } from './format.ts';
import { exportRecords, importRecords, newestSchemas, schemaName, streams } from './move.ts';
import { postgresSource, postgresTarget } from './postgres-sides.ts';
import { leftTables } from './tables.ts';

/** A database on a server, and who holds its locks. */
export interface MovablePostgres extends MovableDatabase {
  /** Whether a lock that lies in the database is held. */
  isHeld(lock: string): Promise<boolean>;
}

const connectLimitMs = 10_000;
/** One statement counts all rows of a table at most. */
const answerLimitMs = 600_000;

/** The records on a PostgreSQL; `migrate` and `importFrom` make the tables where there are none. */
export function movablePostgres(url: string, clock: Clock): MovablePostgres {
  const name = shownAddress(url);
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client(clientConfig({ url, connectLimitMs, answerLimitMs }));
    // Told to whoever waits for an answer as well; without a listener it would end the program.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  async function explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asPostgresFailure(error, name);
    }
  }
  async function asked<T>(ask: (client: pg.Client) => Promise<T>): Promise<T> {
    return await explained(async () => {
      const client = await connect();
      try {
        return await ask(client);
      } finally {
        await client.end();
      }
    });
  }
  const migrate = async (): Promise<void> => await (await openPostgres(url, {}, [miyabiMigrations])).close();
  return {
    name,
    left: leftTables,
    migrate: async () => {
      const before = await asked(schemasOf);
      await migrate();
      return Object.entries(newestSchemas()).map(([schema, after]) => ({ schema, before: before[schema] ?? 0, after }));
    },
    processes: () =>
      asked(async (client) => {
        if (((await schemasOf(client))['weaver'] ?? 0) === 0) return [];
        const text = 'SELECT id, pid FROM weaver_process WHERE ended_at IS NULL ORDER BY started_at';
        const { rows } = await client.query<{ readonly id: string; readonly pid: number }>(text);
        return rows.map(({ id, pid }) => ({ id: id as ProcessId, pid }));
      }),
    isHeld: (lock) =>
      asked(async (client) => {
        const now = '(extract(epoch from clock_timestamp()) * 1000)';
        const { rowCount } = await client.query(`SELECT 1 FROM weaver_lock WHERE name = $1 AND until > ${now}`, [lock]);
        return rowCount === 1;
      }),
    exportTo: async (file, more = {}) => {
      const schemas = await asked(schemasOf);
      const open = async () => await postgresSource(await connect());
      return await explained(async () => await exportRecords({ database: name, open }, file, schemas, { ...more, clock }));
    },
    importFrom: async (file, more = {}) => {
      await migrate();
      const open = async () => await postgresTarget(await connect());
      return await explained(async () => await importRecords({ database: name, open }, file, more));
    },
  };
}

async function schemasOf(client: pg.Client): Promise<Header['schemas']> {
  const schemas: Record<string, number> = {};
  for (const stream of streams) {
    try {
      const { rows } = await client.query<{ readonly number: number | null }>(`SELECT max(number) AS number FROM ${stream.table}`);
      schemas[schemaName(stream)] = rows[0]?.number ?? 0;
    } catch (error) {
      if (!isMissingTable(error)) throw error;
      schemas[schemaName(stream)] = 0;
    }
  }
  return schemas;
}
