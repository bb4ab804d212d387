import { chmod, lstat, readFile, readlink, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorldFolder } from '../domain/state-folder.ts';
import type { LayerRecord } from './layer-record.ts';
import { leadsThere } from './walk.ts';

/** Files that are written at the same time. */
const atATime = 16;

/**
 * Lets what a layer brought into a fresh checkout name this folder in the place of the one in which it was installed: start
 * scripts, notes of package managers, settings of virtual environments. Only the checkout's own copy is written.
 */
export async function moveNames(folder: WorldFolder, record: Extract<LayerRecord, { kind: 'shared' }>): Promise<void> {
  const to = folder[record.to];
  const from = record.from.toSorted((one, other) => other.length - one.length);
  for (let start = 0; start < record.files.length; start += atATime) {
    const some = record.files.slice(start, start + atATime);
    await Promise.all(
      some.map(async (path) => {
        if (await leadsThere(folder.tree, path)) await rewriteFile(join(folder.tree, path), from, to);
      }),
    );
  }
  for (const path of record.links) {
    if (!(await leadsThere(folder.tree, path))) continue;
    const target = await readlink(join(folder.tree, path));
    await rm(join(folder.tree, path));
    await symlink(replaced(target, from, to), join(folder.tree, path));
  }
}

function replaced(text: string, from: readonly string[], to: string): string {
  // Each place is replaced once, whatever the new name holds.
  const pattern = new RegExp(from.map((path) => path.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|'), 'g');
  return text.replace(pattern, () => to);
}

/** Bytes that are no UTF-8 stay as they are, and so do times and permissions; the file may be one that nobody may write. */
async function rewriteFile(path: string, from: readonly string[], to: string): Promise<void> {
  const before = await lstat(path);
  if (!before.isFile()) return;
  const content = await readFile(path, 'latin1');
  const moved = `${path}.${process.pid}.moved`;
  const text = replaced(content, from.map(bytes), bytes(to));
  await writeFile(moved, text, { encoding: 'latin1', flag: 'wx', mode: 0o600 });
  await chmod(moved, before.mode & 0o7777);
  await utimes(moved, before.atime, before.mtime);
  await rename(moved, path);
}

/** Text whose characters are the bytes of the path. */
function bytes(path: string): string {
  return Buffer.from(path).toString('latin1');
}
