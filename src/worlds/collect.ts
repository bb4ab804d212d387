import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { StateFolder } from '../domain/state-folder.ts';
import type { Ledger, RecordedFolder } from '../ports/ledger.ts';
import type { Owner } from '../ports/owner.ts';
import type { Workspaces } from '../ports/workspace.ts';
import type { CollectedFolder, RunRecords } from './collected.ts';
import { entriesOfOurs, sizeOf } from './collected.ts';
import { removeEmptyAbove } from './remove-empty.ts';

export interface CollectTools {
  readonly ledger: Pick<Ledger, 'folders' | 'forgetFolder'>;
  readonly workspaces: Workspaces;
  readonly owner: Pick<Owner, 'name' | 'isAlive'>;
}

export interface CollectRequest {
  readonly state: StateFolder;
  readonly runs: Pick<RunRecords, 'byId' | 'byName'>;
  /** Says what would be removed and removes nothing. */
  readonly dryRun: boolean;
  /** Limits it to one run. */
  readonly only?: JobId;
}

/**
 * Removes folders of runs that are no longer open and at which no process is at work, and folders under the state folder's `worlds`
 * that belong to nobody, with git's knowledge of them. Nothing outside of the state folder is ever touched, whatever a row says. A dry
 * run also tells of worlds whose process has died, which `recoverWorlds` removes.
 */
export async function collectWorlds(tools: CollectTools, request: CollectRequest): Promise<readonly CollectedFolder[]> {
  const collected: CollectedFolder[] = [];
  const rows = await tools.ledger.folders(request.only === undefined ? {} : { jobId: request.only });
  for (const row of rows) {
    if (await isAtWork(tools, request, row)) continue;
    const isOpen = (await request.runs.byId(row.jobId)).kind === 'open';
    const isLeft = request.dryRun && row.owner !== undefined;
    if (isOpen && !isLeft) continue;
    const why = isLeft ? 'its process has died; what its agent did is kept' : 'its run has ended';
    collected.push(await collectRow(tools, request, { row, why }));
  }
  for (const path of await ownerless(tools, request)) {
    const bytes = await sizeOf(path);
    if (!request.dryRun) await tools.workspaces.clear(path);
    collected.push({ path, bytes, why: 'no record knows it' });
  }
  return collected;
}

/**
 * A process that lives ends the worlds of a run that was cancelled in its own time, and removes them itself. What this process says it
 * is done with, one run, it is done with.
 */
async function isAtWork({ owner }: CollectTools, { only }: CollectRequest, row: RecordedFolder): Promise<boolean> {
  if (row.owner === undefined || (row.owner === owner.name && only !== undefined)) return false;
  return await owner.isAlive(row.owner);
}

async function collectRow(
  tools: CollectTools,
  request: CollectRequest,
  { row, why }: { readonly row: RecordedFolder; readonly why: string },
): Promise<CollectedFolder> {
  if (!(await liesIn(join(request.state.root, 'worlds'), row.directory))) {
    return { path: row.directory, bytes: 0, why: 'left alone: it lies outside of the state folder' };
  }
  const bytes = await sizeOf(row.directory);
  if (!request.dryRun) await removeRow(tools, request.state, row);
  return { path: row.directory, bytes, why };
}

async function removeRow(tools: CollectTools, state: StateFolder, row: RecordedFolder): Promise<void> {
  await tools.workspaces.remove({
    mirrorPath: state.mirror(row.repositoryId),
    directory: join(row.directory, 'tree'),
    private: join(row.directory, 'private'),
  });
  await tools.workspaces.clear(row.directory);
  await removeEmptyAbove(row.directory, join(state.root, 'worlds'));
  await tools.ledger.forgetFolder(row.directory);
}

/** Folders `worlds/<run>` of runs that are not open and that no row lies in. The disk is looked at first: a run's row comes before its folder. */
async function ownerless(tools: CollectTools, request: CollectRequest): Promise<readonly string[]> {
  const worlds = join(request.state.root, 'worlds');
  const names = (await entriesOfOurs(worlds))
    .map(({ name }) => name)
    .filter((name) => request.only === undefined || name === displayId('run', request.only));
  const known = (await tools.ledger.folders()).map((row) => row.directory);
  const found: string[] = [];
  for (const name of names) {
    const path = join(worlds, name);
    if (known.some((directory) => directory === path || directory.startsWith(`${path}/`))) continue;
    if ((await request.runs.byName(name)).kind !== 'open') found.push(path);
  }
  return found;
}

/** Links on the way are followed: a folder that only seems to lie within does not. A folder whose parent is gone is gone itself. */
async function liesIn(parent: string, path: string): Promise<boolean> {
  const holder = await realpath(dirname(path)).catch(() => undefined);
  const real = await realpath(parent).catch(() => parent);
  if (holder === undefined) return path.startsWith(`${parent}/`) && !path.includes('/../');
  return holder === real || holder.startsWith(`${real}/`);
}
