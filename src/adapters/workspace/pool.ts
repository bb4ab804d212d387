import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CreateWorkspace } from '../../ports/workspace.ts';
import { removeFolder } from '../git/remove-folder.ts';
import { copyLayers } from './copy-layers.ts';
import { ownFolder, remember } from './remembered.ts';
import type { Rung, RungTools } from './rung.ts';

/** How many checkouts of one repository wait for their next world at most. */
const capacity = 10;

/**
 * Checkouts that are used again: one that is given back in order loses everything its world did, waits in the pool, and is taken
 * from there by a rename, of which there is one winner. Its index lies beside it, where no world comes.
 */
export function poolRung(tools: RungTools): Rung {
  const poolOf = (mirrorPath: string): string => join(tools.state.pool, basename(mirrorPath, '.git'));
  /** Folders that this process made, by what tells them from another one in their place. */
  const made = new Map<string, string>();

  async function take(request: CreateWorkspace): Promise<boolean> {
    const own = ownFolder(request.private);
    for (const name of await namesIn(poolOf(request.mirrorPath))) {
      if (name.endsWith('.making')) continue;
      const taken = join(own, 'taken');
      if (!(await renamed(join(poolOf(request.mirrorPath), name), taken))) continue;
      const index = join(own, 'index');
      await rename(join(taken, 'index'), index);
      await rename(join(taken, 'tree'), request.directory);
      await removeFolder(tools, taken);
      const mirror = await tools.git.open(request.mirrorPath);
      await mirror.restore({ directory: request.directory, index, commit: request.commit });
      return true;
    }
    return false;
  }

  return {
    method: 'pool',
    probe: async () => ({ usable: true, detail: 'Checkouts are used again, with what their last world did taken away.' }),
    prepareBase: async () => undefined,
    async create(request) {
      const { directory, commit } = request;
      const index = join(ownFolder(request.private), 'index');
      if (!(await take(request))) {
        const mirror = await tools.git.open(request.mirrorPath);
        await mirror.checkOut({ directory, commit, index });
      }
      await copyLayers(tools, request);
      made.set(directory, await identityOf(directory));
      const remembered = { method: 'pool', commit, index } as const;
      await remember(request.private, remembered);
      return remembered;
    },
    async keep({ commit, index }, { directory, mirrorPath }) {
      const identity = made.get(directory);
      made.delete(directory);
      if (identity === undefined || identity !== (await identityOf(directory))) return;
      const pool = poolOf(mirrorPath);
      if ((await namesIn(pool)).length >= capacity) return;
      const mirror = await tools.git.open(mirrorPath);
      // What cannot be brought back is removed like any other folder.
      const restored = await mirror.restore({ directory, index, commit }).then(
        () => true,
        () => false,
      );
      if (!restored) return;
      const place = join(pool, randomUUID());
      await mkdir(`${place}.making`, { recursive: true, mode: 0o700 });
      await rename(index, join(`${place}.making`, 'index'));
      await rename(directory, join(`${place}.making`, 'tree'));
      await rename(`${place}.making`, place);
    },
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
}

/** @returns whether it was there to be renamed. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

async function identityOf(path: string): Promise<string> {
  const found = await lstat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  return found?.isDirectory() === true ? `${found.dev}:${found.ino}` : 'none';
}
