import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BackupManifest } from '../../domain/backup.ts';
import { backupName } from '../../domain/backup.ts';
import { Failure } from '../../domain/failure.ts';
import type { RestoreRequest, RestoredBackup } from '../../ports/backups.ts';
import { copyFile, makeLink } from './copy-files.ts';
import { inBackup, replacedNames, restoreLock } from './layout.ts';
import { lookThrough } from './look-through.ts';
import type { BackupContext } from './make-backup.ts';
import { damagedBackup, readManifest } from './read-backup.ts';
import { beginSwitch, finishSwitch } from './switch-folders.ts';

const restoring = 'restoring';

/** See {@link Backups.restore}. Everything is copied and looked at beside its place; then it takes that place. */
export async function restoreBackup(context: BackupContext, { from: wanted, force, mustBeIdle }: RestoreRequest): Promise<RestoredBackup> {
  const { state, clock } = context;
  const from = resolve(wanted);
  const held = await context.locks.tryAcquire(restoreLock);
  if (held === undefined) throw underway(state.root);
  try {
    await mustBeIdle?.();
    await finishSwitch(state.root);
    const manifest = await readManifest(from);
    if (!force) refuseRecords(state.database);
    const beside = join(state.root, restoring);
    await rm(beside, { recursive: true, force: true });
    try {
      await bring(context, { from, beside, manifest });
      // Whoever began just before the lock was taken has said so by now.
      await mustBeIdle?.();
    } catch (error) {
      await rm(beside, { recursive: true, force: true });
      throw error;
    }
    const aside = asideOf(state.root, clock.now());
    await beginSwitch(state.root, { from: restoring, aside, replaced: [...replacedNames] });
    await finishSwitch(state.root);
    const isKept = (await readdir(join(state.root, aside))).length > 0;
    if (!isKept) await rm(join(state.root, aside), { recursive: true });
    return { manifest, aside: isKept ? join(state.root, aside) : undefined };
  } finally {
    await held.release({ remove: true });
  }
}

/** A name that nothing has yet, within the state folder: a second restore may follow at once. */
function asideOf(root: string, now: number): string {
  const name = `before-restore-${backupName(now)}`;
  for (let number = 1; ; number += 1) {
    const numbered = number === 1 ? name : `${name}-${number}`;
    if (!existsSync(join(root, numbered))) return numbered;
  }
}

interface Bringing {
  readonly from: string;
  readonly beside: string;
  readonly manifest: BackupManifest;
}

async function bring({ bundles }: BackupContext, { from, beside, manifest }: Bringing): Promise<void> {
  await mkdir(join(beside, inBackup.mirrors), { recursive: true, mode: 0o700 });
  for (const file of manifest.files) {
    const copied = await copyFile(join(from, file.path), join(beside, file.path), file.path);
    if (copied === undefined) throw damagedBackup(from, `${file.path} is missing`);
    if (copied.sha256 !== file.sha256) throw damagedBackup(from, `${file.path} has changed since`);
  }
  for (const { path, target } of manifest.links) await makeLink({ path: join(beside, path), target });
  await mustBeSound(from, join(beside, inBackup.database), manifest);
  for (const { repository, file, refs, shallow } of manifest.mirrors) {
    await bundles.unbundle(join(beside, inBackup.mirrors, `${repository}.git`), join(beside, file), { refs, shallow });
    await rm(join(beside, file));
  }
  forgetFolders(join(beside, inBackup.database));
}

async function mustBeSound(from: string, database: string, { tables }: BackupManifest): Promise<void> {
  const found = await lookThrough(database);
  if (found.integrity !== 'ok') throw damagedBackup(from, `SQLite finds in its records: ${found.integrity}`);
  const rows = new Map(found.tables.map((table) => [table.name, table.rows]));
  const other = tables.find(({ name, rows: wanted }) => rows.get(name) !== wanted);
  if (other !== undefined)
    throw damagedBackup(from, `Its table ${other.name} has ${rows.get(other.name) ?? 'no'} rows, and had ${other.rows}`);
}

/** Folders of worlds are in no backup; who finds them recorded would look for them. */
function forgetFolders(database: string): void {
  using opened = new DatabaseSync(database);
  const has = opened.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
  for (const table of ['miyabi_slot', 'miyabi_folder']) if (has.get(table) !== undefined) opened.exec(`DELETE FROM ${table}`);
}

function refuseRecords(database: string): void {
  const found = existsSync(database) ? recordsIn(database) : 'none';
  if (found === 'none') return;
  throw new Failure(
    'configuration',
    {
      what:
        found === 'some' ? 'Nothing was restored: there are records already.' : 'Nothing was restored: there is a file of records already.',
      why: `${database} ${found === 'some' ? 'is not empty' : 'cannot be read'}, and a restore takes the place of all that it holds.`,
      fix: 'Restore into another state folder (--state), or say --force: what is there now is then kept beside it.',
    },
    { facts: { database } },
  );
}

function recordsIn(database: string): 'none' | 'some' | 'unreadable' {
  using opened = new DatabaseSync(database, { readOnly: true });
  try {
    const has = opened.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
    const tables = ['weaver_job', 'miyabi_repository'].filter((table) => has.get(table) !== undefined);
    return tables.every((table) => opened.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() === undefined) ? 'none' : 'some';
  } catch (error) {
    if (error instanceof Error && 'errcode' in error) return 'unreadable';
    throw error;
  }
}

function underway(root: string): Failure {
  return new Failure(
    'notFoundOrLocked',
    {
      what: `A backup is being restored in ${root}.`,
      why: 'Another process is at it.',
      fix: 'Wait until it is done.',
    },
    { facts: { root } },
  );
}
