import { lstat, rename } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { StateFolder } from '../domain/state-folder.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Locks } from '../ports/lock.ts';
import type { Workspaces } from '../ports/workspace.ts';
import type { CollectedFolder } from './collected.ts';
import { entriesOfOurs, halfMadeMs, sizeOf, whyUnused } from './collected.ts';

export interface BaseCollectTools {
  readonly ledger: Pick<Ledger, 'folders'>;
  readonly locks: Locks;
  readonly workspaces: Pick<Workspaces, 'clear' | 'restsOn'>;
}

interface Request {
  readonly state: StateFolder;
  /** Epoch ms. */
  readonly now: number;
  /** Checkouts that nobody has used for so long go, in ms. */
  readonly keptMs: number;
  readonly dryRun: boolean;
}

/**
 * Removes immutable checkouts that no world rests on and nobody has used for a while, checkouts that have waited in the pool for as
 * long, and those whose making was interrupted. While a world is in the making it cannot be told what it will rest on: then the
 * immutable ones are left alone.
 */
export async function collectBases(tools: BaseCollectTools, request: Request): Promise<readonly CollectedFolder[]> {
  const bases = await checkoutsIn(request.state.bases);
  const pooled = await checkoutsIn(request.state.pool);
  const used = await usedFolders(tools);
  const collected: CollectedFolder[] = [];
  for (const { repository, path } of bases) {
    // One that was spoiled is known to those who rest on it by the name that it had.
    const known = path.replace(/\.[0-9a-f-]{36}\.spoiled$/, '');
    if (used === undefined || used.some((folder) => folder === known || folder.startsWith(`${known}/`))) continue;
    const held = await tools.locks.tryAcquire(`bases-${repository}`);
    if (held === undefined) continue;
    try {
      // Under the lock nobody is making one.
      collected.push(...(await collectOne(tools, request, { path, makingMs: 0 })));
    } finally {
      await held.release();
    }
  }
  for (const { path } of pooled) collected.push(...(await collectOne(tools, request, { path, makingMs: halfMadeMs })));
  return collected;
}

async function collectOne(
  tools: BaseCollectTools,
  request: Request,
  { path, makingMs }: { readonly path: string; readonly makingMs: number },
): Promise<readonly CollectedFolder[]> {
  const why = await whyGone(path, { whole: request.keptMs, making: makingMs }, request.now);
  if (why === undefined) return [];
  const collected = { path, bytes: await sizeOf(path), why };
  if (request.dryRun) return [collected];
  // It is there as a whole or not at all, also where its removal is interrupted.
  const aside = `${path}.${randomUUID()}.making`;
  const renamed = await rename(path, aside).then(
    () => true,
    // Taken from the pool, or removed, at this moment.
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? false : Promise.reject(error)),
  );
  if (!renamed) return [];
  await tools.workspaces.clear(aside);
  return [collected];
}

interface CheckoutFolder {
  readonly repository: string;
  readonly path: string;
}

async function checkoutsIn(folder: string): Promise<readonly CheckoutFolder[]> {
  const found: CheckoutFolder[] = [];
  for (const repository of await entriesOfOurs(folder)) {
    if (!repository.isDirectory()) continue;
    const inside = join(folder, repository.name);
    for (const entry of await entriesOfOurs(inside)) {
      if (entry.isDirectory()) found.push({ repository: repository.name, path: join(inside, entry.name) });
    }
  }
  return found;
}

/** Checkouts and layers that worlds rest on. @returns undefined where a world is in the making. */
export async function usedFolders(tools: Pick<BaseCollectTools, 'ledger' | 'workspaces'>): Promise<readonly string[] | undefined> {
  const used: string[] = [];
  for (const { directory } of await tools.ledger.folders()) {
    const rests = await tools.workspaces.restsOn({ private: join(directory, 'private') });
    if (rests === undefined) return undefined;
    used.push(...rests);
  }
  return used;
}

/** Its time is that of its last use; of one that is being made, that of its beginning. */
async function whyGone(
  path: string,
  keptMs: { readonly whole: number; readonly making: number },
  now: number,
): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!path.endsWith('.making')) return whyUnused(found.mtimeMs, now, keptMs.whole);
  // Where nobody can be making one its time says nothing, and a clock that was set back must not keep it.
  const isInterrupted = keptMs.making === 0 || now - found.mtimeMs >= keptMs.making;
  return isInterrupted ? 'its making was interrupted' : undefined;
}
