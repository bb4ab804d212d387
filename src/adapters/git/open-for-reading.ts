import type { Dirent } from 'node:fs';
import { chmod, lstat, readdir, rm } from 'node:fs/promises';

interface Options {
  /** The paths of the base; only asked for where a repository lies in the folder. */
  tracked(): Promise<readonly string[]>;
  /** Names that are not looked into. */
  readonly skip: ReadonlySet<string>;
}

/** How many folders are looked at side by side. */
const width = 16;

/**
 * Makes a folder that a stranger leaves behind readable for git: folders without permissions get those of their owner; an
 * inner `.git` on top of files of the base is removed, and so are pipes, sockets and devices.
 *
 * Names need not be text: inside they are bytes, a character each.
 *
 * @returns relative paths to leave out: repositories of their own that hold nothing of the base, and names that git refuses.
 */
export async function openForReading(directory: string, options: Options): Promise<readonly string[]> {
  const left: string[] = [];
  let tracked: Promise<readonly string[]> | undefined;

  async function isForeign(relative: string, entries: readonly Dirent[]): Promise<boolean> {
    const inner = entries.find((entry) => entry.name.toLowerCase() === '.git');
    if (inner === undefined || relative === '') return false;
    if (!(await (tracked ??= options.tracked())).some((path) => path.startsWith(`${asText(relative)}/`))) return true;
    await rm(placeOf(directory, below(relative, inner.name)), { recursive: true, force: true });
    return false;
  }

  await eachFolder(directory, async (relative, entries) => {
    if (await isForeign(relative, entries)) {
      left.push(asText(relative));
      return [];
    }
    const folders: string[] = [];
    for (const entry of entries) {
      const name = asText(entry.name);
      if (name === '.git' || options.skip.has(name)) continue;
      const path = below(relative, entry.name);
      if (isReserved(name)) left.push(asText(path));
      else if (entry.isDirectory()) folders.push(path);
      else if (!entry.isFile() && !entry.isSymbolicLink()) await rm(placeOf(directory, path));
    }
    return folders;
  });
  return left;
}

/** Gives every file that its owner may not read the permission for it; each is looked at, which takes its time. */
export async function openFiles(directory: string, skip: ReadonlySet<string>): Promise<void> {
  await eachFolder(directory, async (relative, entries) => {
    const kept = entries.filter(({ name }) => name !== '.git' && !skip.has(asText(name)));
    for (const entry of kept) if (entry.isFile()) await allow(placeOf(directory, below(relative, entry.name)), 0o400);
    return kept.filter((entry) => entry.isDirectory()).map(({ name }) => below(relative, name));
  });
}

/** Visits a folder and those below it that `visit` names, several at a time. */
async function eachFolder(
  directory: string,
  visit: (relative: string, entries: readonly Dirent[]) => Promise<readonly string[]>,
): Promise<void> {
  for (let level = ['']; level.length > 0;) {
    const next: string[] = [];
    for (let at = 0; at < level.length; at += width) {
      const some = level.slice(at, at + width);
      const found = await Promise.all(some.map(async (relative) => visit(relative, await entriesOf(placeOf(directory, relative)))));
      next.push(...found.flat());
    }
    level = next;
  }
}

function below(relative: string, name: string): string {
  return relative === '' ? name : `${relative}/${name}`;
}

function placeOf(directory: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(path, 'latin1')]);
}

/** As everybody else reads the name; what is no text in it becomes U+FFFD. */
function asText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** What some disk takes for `.git`, by its case, its short name, its ending, or characters it does not see. */
function isReserved(name: string): boolean {
  return /^(?:\.git|git~\d+)[ .]*(?::.*)?$/i.test(name.replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, ''));
}

async function entriesOf(folder: Buffer): Promise<readonly Dirent[]> {
  await allow(folder, 0o700);
  return readdir(folder, { withFileTypes: true, encoding: 'latin1' });
}

/** Adds permissions for the owner where they are missing. */
async function allow(path: Buffer, wanted: number): Promise<void> {
  const { mode } = await lstat(path);
  if ((mode & wanted) !== wanted) await chmod(path, (mode & 0o7777) | wanted);
}
