import type { StateFolder } from '../domain/state-folder.ts';
import { worldFolderAt } from '../domain/state-folder.ts';
import type { Ledger, RecordedFolder } from '../ports/ledger.ts';
import type { Locks } from '../ports/lock.ts';
import type { Owner } from '../ports/owner.ts';
import type { Sandboxes } from '../ports/sandbox.ts';
import type { Workspaces } from '../ports/workspace.ts';
import { discardWorld } from './discard.ts';
import type { RescueTools } from './rescue.ts';
import { rescueWorld } from './rescue.ts';

export interface RecoverTools extends RescueTools {
  readonly ledger: Pick<Ledger, 'folders' | 'recordFolder' | 'forgetFolder'>;
  readonly workspaces: Workspaces;
  readonly sandboxes: Pick<Sandboxes, 'sweep'>;
  readonly owner: Pick<Owner, 'isAlive'>;
  readonly locks: Locks;
  readonly state: StateFolder;
}

/**
 * Cleans what killed processes left: what still runs in their sandboxes, their worlds' mounts and folders. What an agent had done in
 * such a world is kept first. Worlds of processes that live are not touched. One process at a time does so: another one could go on
 * with a run by then, in the very folders that this one is about to remove.
 *
 * @param at epoch ms.
 * @returns what was done, a sentence each; nothing where there was nothing to do.
 */
export async function recoverWorlds(tools: RecoverTools, at: number): Promise<readonly string[]> {
  const held = await tools.locks.acquire('recover');
  try {
    return await recoverAll(tools, at);
  } finally {
    await held.release();
  }
}

async function recoverAll(tools: RecoverTools, at: number): Promise<readonly string[]> {
  // Programs that outlived their process must be gone before anything is read or removed.
  const told = [...(await tools.sandboxes.sweep()), ...(await tools.workspaces.sweep())];
  const recovered = await Promise.all((await leftWorlds(tools)).map(async (row) => await recoverWorld(tools, row, at)));
  return [...told, ...recovered.flat()];
}

async function leftWorlds({ ledger, owner }: Pick<RecoverTools, 'ledger' | 'owner'>): Promise<readonly RecordedFolder[]> {
  const rows = await ledger.folders();
  const isLeft = await Promise.all(rows.map(async (row) => row.owner !== undefined && !(await owner.isAlive(row.owner))));
  return rows.filter((_, index) => isLeft[index]);
}

async function recoverWorld(tools: RecoverTools, row: RecordedFolder, at: number): Promise<readonly string[]> {
  try {
    const rescued = await rescueWorld(tools, row, at);
    await discardWorld(tools, { folder: worldFolderAt(row.directory), mirrorPath: tools.state.mirror(row.repositoryId) });
    const kept = rescued === undefined ? '' : `; what its agent had done is kept as ${rescued.ref} in Miyabi's mirror`;
    return [`Removed ${row.directory}, whose process had died${kept}.`];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [`Left ${row.directory} as it is, whose process has died: ${reason}`];
  }
}
