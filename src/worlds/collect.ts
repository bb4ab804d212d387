import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { StateFolder } from '../domain/state-folder.ts';
import type { Ledger, RecordedFolder } from '../ports/ledger.ts';
import type { Workspaces } from '../ports/workspace.ts';
import { removeEmptyAbove } from './remove-empty.ts';

export interface CollectTools {
  readonly ledger: Pick<Ledger, 'folders' | 'forgetFolder'>;
  readonly workspaces: Workspaces;
}

export interface CollectRequest {
  readonly state: StateFolder;
  /** Whether a run may still need its folders. */
  readonly isOpen: (job: JobId) => Promise<boolean>;
  /** Runs that are open, so that a folder no row knows can be told from one that is about to get its row. */
  readonly openRuns: readonly JobId[];
  /** Says what would be removed and removes nothing. */
  readonly dryRun: boolean;
  /** Limits it to one run. */
  readonly only?: JobId;
}

/** One folder that was removed, or would be. */
export interface CollectedFolder {
  readonly path: string;
  readonly bytes: number;
  /** In a few words. */
  readonly why: string;
}

/**
 * Removes folders of runs that are no longer open, and folders under the state folder's `worlds` that belong to nobody,
 * with git's knowledge of them. Nothing outside of the state folder is ever touched, whatever a row says.
 */
export async function collectWorlds(tools: CollectTools, request: CollectRequest): Promise<readonly CollectedFolder[]> {
  const collected: CollectedFolder[] = [];
  const rows = await tools.ledger.folders(request.only === undefined ? {} : { jobId: request.only });
  for (const row of rows) {
    if (await request.isOpen(row.jobId)) continue;
    collected.push(await collectRow(tools, request, row));
  }
  const known = (await tools.ledger.folders()).map((row) => row.directory);
  for (const path of await ownerless(request, known)) {
    const bytes = await sizeOf(path);
    if (!request.dryRun) await tools.workspaces.clear(path);
    collected.push({ path, bytes, why: 'no record knows it' });
  }
  return collected;
}

async function collectRow(tools: CollectTools, request: CollectRequest, row: RecordedFolder): Promise<CollectedFolder> {
  if (!(await liesIn(join(request.state.root, 'worlds'), row.directory))) {
    return { path: row.directory, bytes: 0, why: 'left alone: it lies outside of the state folder' };
  }
  const bytes = await sizeOf(row.directory);
  if (!request.dryRun) await removeRow(tools, request.state, row);
  return { path: row.directory, bytes, why: 'its run has ended' };
}

async function removeRow(tools: CollectTools, state: StateFolder, row: RecordedFolder): Promise<void> {
  await tools.workspaces.clear(row.directory);
  await tools.workspaces.remove({ mirrorPath: state.mirror(row.repositoryId), directory: join(row.directory, 'tree') });
  await removeEmptyAbove(row.directory, join(state.root, 'worlds'));
  await tools.ledger.forgetFolder(row.directory);
}

/** Folders `worlds/<run>` of runs that are not open and that no row lies in. */
async function ownerless(request: CollectRequest, known: readonly string[]): Promise<readonly string[]> {
  const worlds = join(request.state.root, 'worlds');
  const open = new Set(request.openRuns.map((run) => displayId('run', run)));
  const entries: readonly Dirent[] = await readdir(worlds, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => request.only === undefined || entry.name === displayId('run', request.only))
    .filter((entry) => !open.has(entry.name))
    .map((entry) => join(worlds, entry.name))
    .filter((path) => !known.some((directory) => directory === path || directory.startsWith(`${path}/`)));
}

/** Links on the way are followed: a folder that only seems to lie within does not. A folder whose parent is gone is gone itself. */
async function liesIn(parent: string, path: string): Promise<boolean> {
  const holder = await realpath(dirname(path)).catch(() => undefined);
  const real = await realpath(parent).catch(() => parent);
  if (holder === undefined) return path.startsWith(`${parent}/`) && !path.includes('/../');
  return holder === real || holder.startsWith(`${real}/`);
}

/** Bytes that a folder takes up on the disk. */
async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return 0;
  const own = found.blocks * 512;
  if (!found.isDirectory()) return own;
  const names = await readdir(path).catch(() => []);
  let sum = own;
  for (const name of names) sum += await sizeOf(join(path, name));
  return sum;
}
