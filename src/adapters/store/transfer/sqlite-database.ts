import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { ProcessId } from '../../../domain/ids.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { MovableDatabase } from '../../../ports/transfer.ts';
import { miyabiMigrations } from '../miyabi/migrations.ts';
import { openWeaverDatabase } from '../open-weaver-database.ts';
import { asStoreFailure } from '../sqlite/failures.ts';
import type { Header } from './format.ts';
import { exportRecords, importRecords, newestSchemas, schemaName, streams } from './move.ts';
import { sqliteSource, sqliteTarget } from './sqlite-sides.ts';
import { leftTables } from './tables.ts';

/** The records in a SQLite file; `migrate` and `importFrom` make it where there is none. */
export function movableSqlite(path: string, clock: Clock): MovableDatabase {
  const migrate = async (): Promise<void> => {
    const opened = await openWeaverDatabase(path, { clock }, [miyabiMigrations]);
    await opened.close();
  };
  return {
    name: path,
    left: leftTables.filter(({ only }) => only === undefined),
    migrate: async () => {
      const before = schemasOf(path);
      await migrate();
      return Object.entries(newestSchemas()).map(([schema, after]) => ({ schema, before: before[schema] ?? 0, after }));
    },
    processes: async () => {
      if ((schemasOf(path)['weaver'] ?? 0) === 0) return [];
      using database = new DatabaseSync(path, { readOnly: true });
      const rows = database.prepare('SELECT id, pid FROM weaver_process WHERE ended_at IS NULL ORDER BY started_at').all();
      return rows.map(({ id, pid }) => ({ id: String(id) as ProcessId, pid: Number(pid) }));
    },
    exportTo: async (file, options = {}) =>
      await exportRecords({ database: path, open: async () => sqliteSource(path) }, file, schemasOf(path), { ...options, clock }),
    importFrom: async (file, options = {}) => {
      await migrate();
      return await importRecords({ database: path, open: async () => sqliteTarget(path) }, file, options);
    },
  };
}

/** Reads only. A file that is not there has no schema yet. @throws Failure (configuration) for one that is damaged. */
function schemasOf(path: string): Header['schemas'] {
  if (!existsSync(path)) return {};
  try {
    return schemasIn(path);
  } catch (error) {
    throw asStoreFailure(error, path);
  }
}

function schemasIn(path: string): Header['schemas'] {
  using database = new DatabaseSync(path, { readOnly: true });
  const exists = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
  return Object.fromEntries(
    streams.map((stream) => {
      const known = exists.get(stream.table) !== undefined;
      const number = known ? database.prepare(`SELECT max(number) AS number FROM ${stream.table}`).get()?.['number'] : 0;
      return [schemaName(stream), Number(number ?? 0)];
    }),
  );
}
