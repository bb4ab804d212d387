import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Git } from '../../ports/git.ts';
import type { Workspaces } from '../../ports/workspace.ts';
import type { ProcessRunner } from '../../ports/process.ts';
import { removeFolder } from '../git/remove-folder.ts';

/** Folders as worktrees of the mirror: the rung of the ladder that works everywhere. */
export function worktreeWorkspaces(options: { readonly git: Git; readonly process: ProcessRunner; readonly path: string }): Workspaces {
  return {
    ladder: async () => await Promise.resolve([{ method: 'checkout', usable: true, detail: 'All files are written for each world.' }]),
    prepareBase: async () => await Promise.resolve(),
    async create({ mirrorPath, directory, commit }) {
      const mirror = await options.git.open(mirrorPath);
      await mirror.addWorktree(directory, commit);
      return { directory, method: 'checkout', index: join(directory, '.git', 'index') };
    },
    reopen: async () => await Promise.resolve(undefined),
    unmountBelow: async () => await Promise.resolve([]),
    async remove({ mirrorPath, directory }) {
      if (!existsSync(mirrorPath)) return removeFolder(options, directory);
      const mirror = await options.git.open(mirrorPath);
      await mirror.removeWorktree(directory);
    },
    clear: (directory) => removeFolder(options, directory),
  };
}
