import { join } from 'node:path';
import { copyLayers } from './copy-layers.ts';
import { ownFolder, remember } from './remembered.ts';
import type { Rung, RungTools } from './rung.ts';

/** Every file is written for every world: slow where there are many, and possible everywhere. */
export function checkoutRung(tools: RungTools): Rung {
  return {
    method: 'checkout',
    probe: async () => ({ usable: true, detail: 'All files are written for each world.' }),
    prepareBase: async () => undefined,
    async create(request) {
      const index = join(ownFolder(request.private), 'index');
      const mirror = await tools.git.open(request.mirrorPath);
      await mirror.checkOut({ directory: request.directory, commit: request.commit, index });
      await copyLayers(tools, request);
      const remembered = { method: 'checkout', commit: request.commit, index } as const;
      await remember(request.private, remembered);
      return remembered;
    },
  };
}
