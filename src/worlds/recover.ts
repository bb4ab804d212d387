import type { StateFolder } from '../domain/state-folder.ts';
import { worldFolderAt } from '../domain/state-folder.ts';
import type { Ledger, RecordedFolder } from '../ports/ledger.ts';
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
  readonly state: StateFolder;
}

/**
 * Cleans what killed processes left: what still runs in their sandboxes, their worlds' mounts and folders. What an agent had done in
 * such a world is kept first. Worlds of processes that live are not touched.
 *
 * @param at epoch ms.
 * @returns what was done, a sentence each; nothing where there was nothing to do.
 */
export async function recoverWorlds(tools: RecoverTools, at: number): Promise<readonly string[]> {
  // Programs that outlived their process must be gone before anything is read or removed.
  const told = [...(await tools.sandboxes.sweep()), ...(await tools.workspaces.sweep())];
  const rows = await tools.ledger.folders();
  const recovered = await Promise.all(
    rows.map(async (row) => {
      if (row.owner === undefined || (await tools.owner.isAlive(row.owner))) return [];
      return await recoverWorld(tools, row, at);
    }),
  );
  return [...told, ...recovered.flat()];
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
