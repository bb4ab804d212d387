import type { WorldFolder } from '../domain/state-folder.ts';
import type { WorldTools } from './prepare.ts';

/** Removes all folders of a world, git's knowledge of it and, last, its row in the ledger. The same twice is one. */
export async function discardWorld(
  tools: WorldTools,
  request: { readonly folder: WorldFolder; readonly mirrorPath: string },
): Promise<void> {
  await tools.workspaces.remove({ mirrorPath: request.mirrorPath, directory: request.folder.tree });
  await tools.workspaces.clear(request.folder.root);
  await tools.ledger.forgetFolder(request.folder.root);
}
