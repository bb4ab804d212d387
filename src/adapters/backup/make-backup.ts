import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { BackedUpFile, BackedUpLink, BackedUpMirror, BackupManifest } from '../../domain/backup.ts';
import { Failure } from '../../domain/failure.ts';
import type { StateFolder } from '../../domain/state-folder.ts';
import type { MadeBackup } from '../../ports/backups.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Locks } from '../../ports/lock.ts';
import type { MirrorBundles } from '../git/bundle.ts';
import { copyDatabase } from './copy-database.ts';
import { copyFile, copyLink, digestOf, entriesBelow } from './copy-files.ts';
import { syncFolder, writeDurably } from './durable.ts';
import { backupLock, copiedFolders, inBackup, makingOf } from './layout.ts';
import { lookThrough } from './look-through.ts';
import { ensureOwnId } from './own-id.ts';

export interface BackupContext {
  readonly state: StateFolder;
  readonly bundles: MirrorBundles;
  readonly locks: Locks;
  readonly clock: Clock;
  /** Of this program. */
  readonly version: string;
}

/** See {@link Backups.make}. One at a time: what another was doing when it was killed is removed first. */
export async function makeBackup(context: BackupContext, wanted: string): Promise<MadeBackup> {
  const to = resolve(wanted);
  const since = context.clock.monotonic();
  const held = await context.locks.acquire(backupLock);
  try {
    refuseWhatIsThere(to);
    const of = await ensureOwnId(context.state.root);
    const making = makingOf(to, of);
    await refuseWhatIsNotOurs(making);
    try {
      await rm(making, { recursive: true, force: true });
      const manifest = await fill(context, making, of);
      await syncTree(making);
      await rename(making, to).catch(unlessThere(to));
      await syncFolder(dirname(to));
      const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
      return { path: to, manifest, bytes, durationMs: context.clock.monotonic() - since };
    } catch (error) {
      if (existsSync(making)) await rm(making, { recursive: true, force: true });
      throw explained(to, error);
    }
  } finally {
    await held.release();
  }
}

/** One by one: with `recursive`, Node tries for ever where the system says that there can be none, as below /proc. */
async function makeParents(path: string): Promise<void> {
  const parent = dirname(path);
  if (parent === path || existsSync(parent)) return;
  await makeParents(parent);
  await mkdir(parent, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    // Somebody else was faster.
    if (error.code !== 'EEXIST') throw error;
  });
}

/** The records first: whatever they name is there by then, and is copied after them. */
async function fill({ state, bundles, clock, version }: BackupContext, making: string, of: string): Promise<BackupManifest> {
  await makeParents(making);
  await mkdir(making, { mode: 0o700 });
  const madeAt = clock.now();
  const database = join(making, inBackup.database);
  await copyDatabase(state.database, database);
  const looked = lookThrough(database);
  looked.catch(() => undefined);
  const mirrors = await bundleMirrors(state, bundles, making);
  const copied = await copyFolders(state, making);
  const files = [...copied.files, ...(await digestsOf(making, mirrors))];
  const { integrity, tables, schemas, bytes, sha256 } = await looked;
  if (integrity !== 'ok') throw unsound(state.database, integrity);
  const manifest: BackupManifest = {
    format: 'miyabi-backup',
    formatVersion: 1,
    madeAt,
    version,
    of,
    schemas,
    tables: [...tables],
    files: [{ path: inBackup.database, bytes, sha256 }, ...files],
    links: copied.links,
    mirrors: [...mirrors],
  };
  await writeDurably(join(making, inBackup.manifest), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
}

interface Copied {
  readonly files: BackedUpFile[];
  readonly links: BackedUpLink[];
}

/** What has expired meanwhile is gone, and nobody needs it. */
async function copyFolders(state: StateFolder, making: string): Promise<Copied> {
  const copied: Copied = { files: [], links: [] };
  for (const folder of copiedFolders) {
    const from = join(state.root, folder);
    for (const { path, isLink } of await entriesBelow(from)) {
      const [name, place] = [`${folder}/${path}`, join(from, path)];
      if (name.startsWith('artifacts/incoming/')) continue;
      if (isLink) copied.links.push(...listOf(await copyLink(place, join(making, name), name)));
      else copied.files.push(...listOf(await copyFile(place, join(making, name), name)));
    }
  }
  return copied;
}

function listOf<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

async function bundleMirrors(state: StateFolder, bundles: MirrorBundles, making: string): Promise<readonly BackedUpMirror[]> {
  const names = existsSync(join(state.root, 'mirrors')) ? await readdir(join(state.root, 'mirrors')) : [];
  const mirrors: BackedUpMirror[] = [];
  // One that is being made has another ending.
  for (const name of names.filter((each) => each.endsWith('.git')).toSorted()) {
    const repository = basename(name, '.git');
    const file = `${inBackup.mirrors}/${repository}.bundle`;
    await mkdir(join(making, inBackup.mirrors), { recursive: true, mode: 0o700 });
    const bundled = await bundles.bundle(join(state.root, 'mirrors', name), join(making, file));
    if (bundled !== undefined) mirrors.push({ repository, file, refs: { ...bundled.refs }, shallow: [...bundled.shallow] });
  }
  return mirrors;
}

async function digestsOf(making: string, mirrors: readonly BackedUpMirror[]): Promise<readonly BackedUpFile[]> {
  return await Promise.all(mirrors.map(async ({ file }) => ({ path: file, ...(await digestOf(join(making, file))) })));
}

/** Every name in it is there after a power cut; the files themselves were written so. */
async function syncTree(folder: string): Promise<void> {
  const inner = await readdir(folder, { withFileTypes: true, recursive: true });
  for (const entry of inner) if (entry.isDirectory()) await syncFolder(join(entry.parentPath, entry.name));
  await syncFolder(folder);
}

function refuseWhatIsThere(to: string): void {
  if (existsSync(to)) throw isThere(to);
}

/** Another process was faster under the same name. */
function unlessThere(to: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    throw error.code === 'ENOTEMPTY' || error.code === 'EEXIST' ? isThere(to) : error;
  };
}

function isThere(to: string): Failure {
  return new Failure(
    'configuration',
    {
      what: `${to} is there already.`,
      why: 'A backup never replaces anything.',
      fix: 'Choose another name, or leave it out and try again.',
    },
    { facts: { path: to } },
  );
}

/** One that was killed left nothing yet, or the records that it began with. */
async function refuseWhatIsNotOurs(making: string): Promise<void> {
  const names = existsSync(making) ? await readdir(making) : [];
  if (names.length === 0 || names.includes(inBackup.database)) return;
  throw new Failure(
    'configuration',
    {
      what: `${making} is there already, and holds something else than a backup.`,
      why: 'A backup is made under this name until it is whole.',
      fix: 'Choose another name, or put that folder elsewhere.',
    },
    { facts: { path: making } },
  );
}

function unsound(database: string, found: string): Failure {
  return new Failure(
    'configuration',
    {
      what: 'No backup was made: the copy of the records is not sound.',
      why: `SQLite finds in it: ${found}.`,
      fix: `See with \`miyabi db check\` whether ${database} itself is damaged; if it is not, the disk that the backup was written to is.`,
    },
    { facts: { database, found } },
  );
}

function explained(to: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string' || !('syscall' in error)) return error;
  return new Failure(
    'configuration',
    {
      what: `The backup ${to} could not be written.`,
      why: `The system says: ${error.message}.`,
      fix: 'Choose a place with room that you may write to.',
    },
    { facts: { path: to }, cause: error },
  );
}
