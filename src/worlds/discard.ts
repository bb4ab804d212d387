import { dirname } from 'node:path';
import type { WorldFolder } from '../domain/state-folder.ts';
import { removeLinksOnTheWay } from './own-path.ts';
import type { WorldTools } from './prepare.ts';
import { removeEmptyAbove } from './remove-empty.ts';

/** Removes all folders of a world, those of its task and run when they are empty, git's knowledge of it and, last, its row in the ledger. The same twice is one. */
export async function discardWorld(
  tools: WorldTools,
  request: { readonly folder: WorldFolder; readonly mirrorPath: string },
): Promise<void> {
  await removeLinksOnTheWay(request.folder.root);
  await tools.workspaces.remove({ mirrorPath: request.mirrorPath, directory: request.folder.tree, private: request.folder.private });
  await tools.workspaces.clear(request.folder.root);
  await removeEmptyAbove(request.folder.root, dirname(dirname(dirname(request.folder.root))));
  await tools.ledger.forgetFolder(request.folder.root);
}
