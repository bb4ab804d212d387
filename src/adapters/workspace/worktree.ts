import { existsSync } from 'node:fs';
import type { Git } from '../../ports/git.ts';
import type { Workspaces } from '../../ports/workspace.ts';
import type { ProcessRunner } from '../../ports/process.ts';
import { removeFolder } from '../git/remove-folder.ts';

/** Folders as worktrees of the mirror: the rung of the ladder that works everywhere. */
export function worktreeWorkspaces(options: { readonly git: Git; readonly process: ProcessRunner; readonly path: string }): Workspaces {
  return {
    async create({ mirrorPath, directory, commit }) {
      const mirror = await options.git.open(mirrorPath);
      await mirror.addWorktree(directory, commit);
      return { directory, method: 'worktree' };
    },
    async remove({ mirrorPath, directory }) {
      if (!existsSync(mirrorPath)) return removeFolder(options, directory);
      const mirror = await options.git.open(mirrorPath);
      await mirror.removeWorktree(directory);
    },
    clear: (directory) => removeFolder(options, directory),
  };
}
