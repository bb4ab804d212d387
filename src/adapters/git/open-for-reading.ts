import type { Dirent } from 'node:fs';
import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes a folder that a stranger leaves behind readable for git: files and folders without permissions get those of
 * their owner; an inner `.git` on top of files of the base is removed, and so are pipes, sockets and devices.
 *
 * @returns relative paths to leave out: repositories of their own that hold nothing of the base, and names that git refuses.
 */
export async function openForReading(
  directory: string,
  options: { readonly tracked: readonly string[]; /** Names that are not looked into. */ readonly skip: ReadonlySet<string> },
): Promise<readonly string[]> {
  const left: string[] = [];

  async function visit(relative: string): Promise<void> {
    const folder = join(directory, relative);
    const entries = await entriesOf(folder);
    const inner = entries.find((entry) => entry.name.toLowerCase() === '.git');
    if (inner !== undefined && relative !== '') {
      if (!options.tracked.some((path) => path.startsWith(`${relative}/`))) {
        left.push(relative);
        return;
      }
      await rm(join(folder, inner.name), { recursive: true, force: true });
    }
    for (const entry of entries) {
      if (entry.name === '.git' || options.skip.has(entry.name)) continue;
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (isReserved(entry.name)) left.push(path);
      else if (entry.isDirectory()) await visit(path);
      else if (entry.isFile()) await allow(join(directory, path), 0o400);
      else if (!entry.isSymbolicLink()) await rm(join(directory, path));
    }
  }

  await visit('');
  return left;
}

/** What some disk takes for `.git`, by its case, its short name, its ending, or characters it does not see. */
function isReserved(name: string): boolean {
  return /^(?:\.git|git~\d+)[ .]*(?::.*)?$/i.test(name.replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, ''));
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  await allow(folder, 0o700);
  return readdir(folder, { withFileTypes: true });
}

/** Adds permissions for the owner where they are missing. */
async function allow(path: string, wanted: number): Promise<void> {
  const { mode } = await lstat(path);
  if ((mode & wanted) !== wanted) await chmod(path, (mode & 0o7777) | wanted);
}
