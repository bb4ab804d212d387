import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, cp, lstat, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeployableRelease } from '../../../ports/deployer.ts';
import { DeployRefused } from '../../../ports/deployer.ts';
import { folderDigest } from '../folder-digest.ts';

/** Where the releases of an environment are placed. */
export function placedFolder(folder: string): string {
  return join(folder, 'releases');
}

/**
 * Copies a release to `<into>/r<number>`, by reference where the file system can, and takes everybody's right to write to it. It
 * appears whole or not at all.
 *
 * @returns false where it was there already.
 * @throws DeployRefused when its files are not those that were built.
 */
export async function placeRelease({ number, folder, digest }: DeployableRelease, into: string, signal: AbortSignal): Promise<boolean> {
  const place = join(into, `r${number}`);
  await mkdir(into, { recursive: true, mode: 0o755 });
  if (await isThere(place)) {
    await mustBe(place, digest, `what was placed as r${number}`);
    return false;
  }
  const making = join(into, `.making-${randomUUID()}`);
  try {
    await cp(folder, making, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
    signal.throwIfAborted();
    await mustBe(making, digest, `the build of r${number}`);
    await eachFolder(making, 0o555, 0o444);
    // A folder that may not be written to cannot be moved everywhere: its entry for its parent is in it.
    await chmod(making, 0o755);
    await rename(making, place);
    await chmod(place, 0o555);
    return true;
  } catch (error) {
    await removeReadOnly(making);
    if (await isThere(place)) return false;
    throw error;
  }
}

/** Makes `<folder>/current` a link to the release, for people; in one step. */
export async function pointAt(folder: string, release: number): Promise<void> {
  const making = join(folder, `.current-${randomUUID()}`);
  await symlink(join('releases', `r${release}`), making);
  await rename(making, join(folder, 'current'));
}

/** Removes all placed releases of an environment but those that are kept, with their logs, and what a death has left half made. */
export async function removePlaced(folder: string, isKept: (release: number) => boolean): Promise<void> {
  const into = placedFolder(folder);
  const isGone = (name: string): boolean => {
    const release = Number(/^r(\d+)(?:\.log(?:\.1)?)?$/.exec(name)?.[1] ?? 0);
    return release > 0 ? !isKept(release) : name.startsWith('.making-');
  };
  for (const name of await namesIn(into)) if (isGone(name)) await removeReadOnly(join(into, name));
  const logs = join(folder, 'logs');
  for (const name of await namesIn(logs)) if (isGone(name)) await rm(join(logs, name), { force: true });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

async function mustBe(folder: string, digest: string, what: string): Promise<void> {
  const found = await folderDigest(folder);
  if (found !== digest)
    throw new DeployRefused(`${what} has changed since it was built: its files have the digest ${found}, not ${digest}`);
}

async function removeReadOnly(folder: string): Promise<void> {
  if (!(await isThere(folder))) return;
  await eachFolder(folder, 0o755, undefined);
  await rm(folder, { recursive: true, force: true });
}

/** Gives folders these permissions and files theirs; what is a program stays one. Folders first where they are opened, last where they are closed. */
async function eachFolder(folder: string, mode: number, fileMode: number | undefined): Promise<void> {
  if ((mode & 0o200) !== 0) await chmod(folder, mode);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await eachFolder(path, mode, fileMode);
    else if (fileMode !== undefined && entry.isFile()) await chmod(path, fileMode | ((await lstat(path)).mode & 0o111 ? 0o111 : 0));
  }
  if ((mode & 0o200) === 0) await chmod(folder, mode);
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
