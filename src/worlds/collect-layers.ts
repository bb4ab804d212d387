import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StateFolder } from '../domain/state-folder.ts';
import type { Locks } from '../ports/lock.ts';
import type { Workspaces } from '../ports/workspace.ts';
import type { CollectedFolder } from './collected.ts';
import { entriesOfOurs, sizeOf, unusedLayerMs } from './collected.ts';
import { discardLayer } from './seed.ts';

interface Request {
  readonly state: StateFolder;
  /** Epoch ms. */
  readonly now: number;
  readonly dryRun: boolean;
}

/** Removes layers that nobody has used for a while, and those whose making or removal was interrupted. What somebody makes now is left. */
export async function collectLayers(
  tools: { readonly locks: Locks; readonly workspaces: Pick<Workspaces, 'clear'> },
  request: Request,
): Promise<readonly CollectedFolder[]> {
  const collected: CollectedFolder[] = [];
  for (const entry of await entriesOfOurs(request.state.layers)) {
    const [, key, making] = /^([0-9a-f]{64})(\.[0-9a-f-]{36}\.making)?$/.exec(entry.name) ?? [];
    if (!entry.isDirectory() || key === undefined) continue;
    const held = await tools.locks.tryAcquire(`layer-${key}`);
    if (held === undefined) continue;
    try {
      const path = join(request.state.layers, entry.name);
      const why = making === undefined ? await whyUnused(path, request.now) : 'its making was interrupted';
      if (why === undefined) continue;
      collected.push({ path, bytes: await sizeOf(path), why });
      if (request.dryRun) continue;
      await (making === undefined ? discardLayer(tools.workspaces, path) : tools.workspaces.clear(path));
    } finally {
      await held.release();
    }
  }
  return collected;
}

/** Its time is that of its last use. */
async function whyUnused(path: string, now: number): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && now - found.mtimeMs > unusedLayerMs ? 'not used for 14 days' : undefined;
}
