import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { CommitId } from '../../domain/ids.ts';
import { removeFolder } from '../git/remove-folder.ts';
import type { RungTools } from './rung.ts';

/** An immutable checkout, and the index that tells what its files look like. */
export interface Base {
  readonly path: string;
  readonly tree: string;
  readonly index: string;
}

/** @param bases the folder of all bases. */
function baseOf(bases: string, mirrorPath: string, commit: CommitId): Base {
  const path = join(bases, basename(mirrorPath, '.git'), commit);
  return { path, tree: join(path, 'tree'), index: join(path, 'index') };
}

interface BaseRequest {
  readonly mirrorPath: string;
  readonly commit: CommitId;
}

export interface Bases {
  /**
   * The base of a commit, made where there is none, and marked as used now, which keeps `gc` away from it. Looked through the first
   * time: one that somebody has written into is taken out of use and made anew; who has it mounted keeps it until it is collected.
   */
  ensure(request: BaseRequest): Promise<Base>;
  /** From now on each is looked through again when it is next used. */
  doubt(): void;
}

export function createBases(tools: RungTools): Bases {
  const lookedThrough = new Map<string, Promise<void>>();
  return {
    async ensure(request) {
      const base = await ensureBase(tools, request);
      const looking = lookedThrough.get(base.path) ?? replaceSpoiled(tools, request, base);
      lookedThrough.set(base.path, looking);
      try {
        await looking;
      } catch (error) {
        lookedThrough.delete(base.path);
        throw error;
      }
      return base;
    },
    doubt: () => lookedThrough.clear(),
  };
}

async function replaceSpoiled(tools: RungTools, request: BaseRequest, { path, tree, index }: Base): Promise<void> {
  const mirror = await tools.git.open(request.mirrorPath);
  const isSound = (): Promise<boolean> => mirror.isAsHandedOver({ directory: tree, index });
  if (await isSound()) return;
  const held = await tools.locks.acquire(lockOf(request.mirrorPath));
  try {
    // Another process may have replaced it meanwhile.
    if (!(await isSound())) await setAside(path);
  } finally {
    await held.release();
  }
  await ensureBase(tools, request);
}

/** Under it bases of one repository are made and replaced. */
function lockOf(mirrorPath: string): string {
  return `bases-${basename(mirrorPath, '.git')}`;
}

async function ensureBase(tools: RungTools, { mirrorPath, commit }: BaseRequest): Promise<Base> {
  const base = baseOf(tools.state.bases, mirrorPath, commit);
  if (await isUsable(base, mirrorPath)) return base;
  const held = await tools.locks.acquire(lockOf(mirrorPath));
  try {
    if (await isUsable(base, mirrorPath)) return base;
    await clearAbandoned(tools, base);
    const making = { ...base, path: `${base.path}.${randomUUID()}.making` };
    await mkdir(making.path, { recursive: true, mode: 0o700 });
    try {
      const mirror = await tools.git.open(mirrorPath);
      const started = performance.now();
      await mirror.checkOut({ directory: join(making.path, 'tree'), commit, index: join(making.path, 'index') });
      if (performance.now() - started > quickMs) await settle(making.path);
      await rename(making.path, base.path);
    } catch (error) {
      await removeFolder(tools, making.path);
      throw error;
    }
    return base;
  } finally {
    await held.release();
  }
}

/** Its objects are found by an absolute path: a base does not outlive a move of the state folder. */
async function isUsable(base: Base, mirrorPath: string): Promise<boolean> {
  try {
    const now = new Date();
    const alternates = await readFile(join(base.tree, '.git', 'objects', 'info', 'alternates'), 'utf8');
    if (alternates !== `${join(mirrorPath, 'objects')}\n`) return false;
    await utimes(base.path, now, now);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

async function setAside(path: string): Promise<void> {
  await rename(path, `${path}.${randomUUID()}.spoiled`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Only under the lock: what was being made there belongs to a process that was killed. */
async function clearAbandoned(tools: RungTools, base: Base): Promise<void> {
  await setAside(base.path);
  const folder = dirname(base.path);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
  for (const name of names) if (name.endsWith('.making')) await removeFolder(tools, join(folder, name));
}

/** A base that was made in this time, in ms, has so few files that git may as well read them all. */
const quickMs = 500;

/**
 * git compares times by the second, and reads a file whose time is that of the index or later. So a base with many files is handed
 * over in the next second, with indexes of that time: what is then unchanged needs no reading, and what changes has another time.
 */
async function settle(path: string): Promise<void> {
  const index = join(path, 'index');
  const written = Math.floor((await stat(index)).mtimeMs / 1000);
  const rest = (written + 1) * 1000 - Date.now();
  if (rest > 0) await wait(rest + 5);
  const now = new Date(Math.max(Date.now(), (written + 1) * 1000));
  for (const file of [index, join(path, 'tree', '.git', 'index')]) await utimes(file, now, now);
}
