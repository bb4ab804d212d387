import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { access, chmod, constants, readFile, readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StateFolder } from '../domain/state-folder.ts';
import type { HostChecks, RecordsFile, SqliteAbilities } from '../ports/host-checks.ts';
import type { Locks } from '../ports/lock.ts';
import { entriesBelow } from './backup/copy-files.ts';
import { asStoreFailure, isFull } from './store/sqlite/failures.ts';

export interface HostChecksRequest {
  readonly state: StateFolder;
  readonly locks: Locks;
  /** Where the built pages of the dashboard lie. */
  readonly dashboard: string;
}

/** How long a server may take to tell its time, in ms. */
const askMs = 10_000;

/** Asks the system of this machine, and what lies in the state folder. */
export function systemChecks({ state, locks, dashboard }: HostChecksRequest): HostChecks {
  return {
    now: () => Date.now(),
    sqlite: async () => await sqliteAbilities(),
    recordsFile: async () => (existsSync(state.database) ? await recordsFile(state.database) : undefined),
    openFiles: async () => numberIn(await textOf('/proc/self/limits'), /^Max open files\s+(\d+)/m),
    watches: async () => {
      const [watches, instances] = [await textOf(`${inotify}/max_user_watches`), await textOf(`${inotify}/max_user_instances`)];
      return watches === undefined || instances === undefined ? undefined : { watches: Number(watches), instances: Number(instances) };
    },
    isFree,
    timeOf,
    folderMode: async () => (await stat(state.root)).mode & 0o777,
    hindrance,
    staleLocks: async () => await staleLocks(state, locks),
    hasDashboard: async () => existsSync(join(dashboard, 'index.html')),
    bytesOf,
    closeFolder: async () => {
      await chmod(state.root, 0o700);
      if (existsSync(state.database)) await chmod(state.database, 0o600);
    },
    removeStaleLocks: async () => {
      const stale = await staleLocks(state, locks);
      for (const name of stale) await (await locks.tryAcquire(name))?.release({ remove: true });
      return stale.length;
    },
    compact: async () => {
      const before = (await stat(state.database)).size;
      try {
        using database = new DatabaseSync(state.database, { timeout: 10_000 });
        database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
      } catch (error) {
        if (isFull(error)) return 0;
        throw asStoreFailure(error, state.database);
      }
      return before - (await stat(state.database)).size;
    },
    emptyLog: async () => {
      using database = new DatabaseSync(state.database);
      return database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0;
    },
  };
}

const inotify = '/proc/sys/fs/inotify';

async function sqliteAbilities(): Promise<SqliteAbilities> {
  using database = new DatabaseSync(':memory:', { allowExtension: true });
  const version = String(database.prepare('SELECT sqlite_version() AS version').get()?.['version']);
  const hasFullText = database.prepare("SELECT sqlite_compileoption_used('ENABLE_FTS5') AS used").get()?.['used'] === 1;
  try {
    const { load } = await import('sqlite-vec');
    load(database);
    return { version, hasFullText, vectors: { version: String(database.prepare('SELECT vec_version() AS version').get()?.['version']) } };
  } catch (error) {
    return { version, hasFullText, vectors: { missing: error instanceof Error ? error.message : String(error) } };
  }
}

async function recordsFile(path: string): Promise<RecordsFile> {
  using database = new DatabaseSync(path, { readOnly: true });
  const one = (sql: string): string => String(Object.values(database.prepare(sql).get() ?? {})[0]);
  const migrations = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%!_migration' ESCAPE '!'").all();
  const { size, mode } = await stat(path);
  return {
    bytes: size,
    logBytes: existsSync(`${path}-wal`) ? (await stat(`${path}-wal`)).size : 0,
    freeBytes: Number(one('PRAGMA freelist_count')) * Number(one('PRAGMA page_size')),
    journal: one('PRAGMA journal_mode'),
    schemas: Object.fromEntries(
      migrations.map(({ name }) => [String(name).replace(/_migration$/, ''), Number(one(`SELECT max(number) FROM ${String(name)}`))]),
    ),
    mode: mode & 0o777,
  };
}

async function isFree({ host, port }: { readonly host: string; readonly port: number }): Promise<boolean> {
  const server = createServer();
  server.listen({ host, port, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** A server that cannot be asked tells no time, and that is all there is to know of it here. */
async function timeOf(url: string): Promise<number | undefined> {
  const answer = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(askMs) }).catch(() => undefined);
  const time = Date.parse(answer?.headers.get('date') ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** Nothing is made, and hence only what is there already is asked whether it may be written. */
async function hindrance(path: string, what: 'file' | 'folder'): Promise<string | undefined> {
  try {
    const there = await stat(path);
    if (there.isDirectory() === (what === 'file')) return what === 'file' ? `${path} is a folder` : `${path} is no folder`;
    await access(path, what === 'file' ? constants.W_OK : constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return await hindrance(dirname(path), 'folder');
    return error instanceof Error ? error.message : String(error);
  }
}

/** Locks that bear the name of one process, which nobody asks for again once that is dead. */
async function staleLocks(state: StateFolder, locks: Locks): Promise<readonly string[]> {
  const names = (await readdir(state.locks)).flatMap((file) => /^((?:process|owner)-.+)\.lock$/.exec(file)?.[1] ?? []);
  const stale: string[] = [];
  for (const name of names.map(decodeURIComponent)) {
    const held = await locks.tryAcquire(name);
    if (held === undefined) continue;
    await held.release();
    stale.push(name);
  }
  return stale;
}

async function bytesOf(folder: string): Promise<number> {
  const entries = await entriesBelow(folder);
  let bytes = 0;
  // Installed dependencies are made again, and are no part of a world's own size.
  for (const { path } of entries.filter(({ path: each }) => !/(^|\/)node_modules\//.test(each)))
    bytes += (await stat(join(folder, path)).catch(unlessAbsent))?.size ?? 0;
  return bytes;
}

async function textOf(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch(unlessAbsent);
}

function numberIn(text: string | undefined, pattern: RegExp): number | undefined {
  const found = pattern.exec(text ?? '')?.[1];
  return found === undefined ? undefined : Number(found);
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ELOOP' && error.code !== 'ENOTDIR') throw error;
}
