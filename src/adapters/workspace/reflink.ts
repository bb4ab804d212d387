import { constants } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyIndex } from '../git/check-out.ts';
import type { Bases } from './bases.ts';
import { copyFolder, copyLayers } from './copy-layers.ts';
import { ownFolder, remember } from './remembered.ts';
import type { Rung, RungTools } from './rung.ts';

/**
 * A copy of the base that shares its blocks until one of the two writes. The base's index goes with it: no file of the copy looks
 * the same in it, as each is a new one, so that nothing changed is ever taken for unchanged.
 */
export function reflinkRung(tools: RungTools, bases: Bases): Rung {
  return {
    method: 'reflink',
    async probe(scratch) {
      try {
        await mkdir(join(scratch, 'from'), { recursive: true });
        await writeFile(join(scratch, 'from', 'file'), 'content');
        // The `cp` of macOS copies without a word where it cannot share.
        await copyFile(join(scratch, 'from', 'file'), join(scratch, 'shared'), constants.COPYFILE_FICLONE_FORCE);
        await copyFolder(tools, join(scratch, 'from'), join(scratch, 'to'), 'must');
        return { usable: true, detail: 'A copy of one checkout for each base commit, with shared blocks.' };
      } catch (error) {
        const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
        return { usable: false, detail: `The disk of the state folder does not share blocks between copies: ${reason}.` };
      }
    },
    prepareBase: async (request) => void (await bases.ensure(request)),
    async create(request) {
      const { commit, near = commit, mirrorPath, directory } = request;
      const base = await bases.ensure({ mirrorPath, commit: near });
      const index = join(ownFolder(request.private), 'index');
      await copyFolder(tools, base.tree, directory, 'must');
      await copyIndex(base.index, index);
      if (near !== commit) {
        const mirror = await tools.git.open(mirrorPath);
        await mirror.advance({ directory, index, from: near, to: commit });
      }
      await copyLayers(tools, request);
      const remembered = { method: 'reflink', commit, index } as const;
      await remember(request.private, remembered);
      return remembered;
    },
  };
}
