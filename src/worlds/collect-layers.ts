import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StateFolder } from '../domain/state-folder.ts';
import type { BaseCollectTools } from './collect-bases.ts';
import { usedFolders } from './collect-bases.ts';
import type { CollectedFolder } from './collected.ts';
import { entriesOfOurs, sizeOf, whyUnused } from './collected.ts';
import { discardLayer } from './discard-layer.ts';

interface Request {
  readonly state: StateFolder;
  /** Epoch ms. */
  readonly now: number;
  /** Layers that nobody has used for so long go, in ms. */
  readonly keptMs: number;
  readonly dryRun: boolean;
}

/**
 * Removes layers that no world rests on and nobody has used for a while, those that were thrown away, and those whose making was
 * interrupted. While a world is in the making it cannot be told what it will rest on: then only the last of them go.
 */
export async function collectLayers(
  tools: Pick<BaseCollectTools, 'ledger' | 'workspaces' | 'locks'>,
  request: Request,
): Promise<readonly CollectedFolder[]> {
  const { layers } = request.state;
  const entries = (await entriesOfOurs(layers)).filter((entry) => entry.isDirectory());
  const used = await usedFolders(tools);
  const collected: CollectedFolder[] = [];
  for (const { name } of entries) {
    const [, key, state] = /^([0-9a-f]{64})(?:\.[0-9a-f-]{36}\.(making|discarded))?$/.exec(name) ?? [];
    if (key === undefined) continue;
    // A layer that was thrown away is known to those who rest on it by the name that it had.
    const inUse = used === undefined || used.some((folder) => folder.startsWith(`${join(layers, key)}/`));
    if (inUse && state !== 'making') continue;
    const held = await tools.locks.tryAcquire(`layer-${key}`);
    if (held === undefined) continue;
    try {
      const path = join(layers, name);
      const why = await whyGone(path, state, request);
      if (why === undefined) continue;
      collected.push({ path, bytes: await sizeOf(path), why });
      if (request.dryRun) continue;
      // Whole or not there at all, also where its removal is interrupted.
      const gone = state === undefined ? await discardLayer(path) : path;
      if (gone !== undefined) await tools.workspaces.clear(gone);
    } finally {
      await held.release();
    }
  }
  return collected;
}

/** The time of a layer is that of its last use. */
async function whyGone(path: string, state: string | undefined, { now, keptMs }: Request): Promise<string | undefined> {
  if (state === 'making') return 'its making was interrupted';
  if (state === 'discarded') return 'it was thrown away';
  const found = await lstat(path).catch(() => undefined);
  return found === undefined ? undefined : whyUnused(found.mtimeMs, now, keptMs);
}
