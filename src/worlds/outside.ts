import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RepositoryId } from '../domain/ids.ts';
import type { StateFolder } from '../domain/state-folder.ts';
import type { Git } from '../ports/git.ts';

/** What a world must not touch. */
export interface OutsidePlace {
  readonly state: StateFolder;
  readonly repositoryId: RepositoryId;
  /** The user's repository; absent where that is a remote and lies on no disk of this machine. */
  readonly root: string | undefined;
  readonly git: Pick<Git, 'glance'>;
}

/** Something that is not as it was. */
export interface OutsideChange {
  /** `ours`: nobody but Miyabi writes there. `users`: the user may have been at work. */
  readonly whose: 'ours' | 'users';
  readonly path: string;
  /** Completes "... changed". */
  readonly what: string;
}

/** Path to what it looked like; only comparable, and only with another one of the same place. */
export interface OutsideFingerprint {
  readonly ours: ReadonlyMap<string, string>;
  readonly users: ReadonlyMap<string, string>;
}

/**
 * Looks at everything near a world that its agent has no business with: the mirror's configuration, hooks and administration,
 * the dependency layers, the database file, and the user's repository. What Miyabi itself adds meanwhile (objects, worlds'
 * refs, new layers) does not count, so that worlds may run side by side.
 */
export async function fingerprintOutside(place: OutsidePlace): Promise<OutsideFingerprint> {
  const mirror = place.state.mirror(place.repositoryId);
  const [parts, users] = await Promise.all([
    Promise.all([mirrorParts(mirror), refsOf(mirror), layersOf(place.state.layers), databaseOf(place.state.database)]),
    usersParts(place),
  ]);
  return { ours: new Map(parts.flatMap((part) => [...part])), users };
}

/** Compares with now. What is new under a path that did not exist before is seen where that path was looked at before. */
export async function changesOutside(place: OutsidePlace, before: OutsideFingerprint): Promise<readonly OutsideChange[]> {
  const now = await fingerprintOutside(place);
  const mirror = place.state.mirror(place.repositoryId);
  return [
    ...oncePerPath(
      (await lasting(place, before, differing(before.ours, now.ours))).map((path) => ({
        whose: 'ours' as const,
        path: path.startsWith(place.state.database) ? place.state.database : path.replace(/\0.*/, ''),
        what: nameOf(path, place, mirror),
      })),
    ),
    ...differingOrNew(before.users, now.users).map((path) => ({ whose: 'users' as const, path, what: path })),
  ];
}

function oncePerPath(changes: readonly OutsideChange[]): readonly OutsideChange[] {
  return [...new Map(changes.map((change) => [change.path, change])).values()];
}

function differing(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): readonly string[] {
  return [...before].filter(([path, looks]) => isOther(path, looks, now.get(path))).map(([path]) => path);
}

/** Looks a second time: what Miyabi itself was just taking away may have been seen half gone. */
async function lasting(place: OutsidePlace, before: OutsideFingerprint, paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const again = new Set(differing(before.ours, (await fingerprintOutside(place)).ours));
  return paths.filter((path) => again.has(path));
}

function isOther(path: string, before: string, now: string | undefined): boolean {
  if (path.endsWith(sizeMark)) return Number(now) < Number(before);
  return now !== before && !(now === undefined && mayVanish(path));
}

/** The user's files that are not committed have an entry each, so what is new tells as much as what is other. */
function differingOrNew(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): readonly string[] {
  // That the rest is not known follows from the one thing that stands in the way.
  if (now.size === 1) return [...now.keys()].filter((path) => now.get(path) !== before.get(path));
  return [...new Set([...before.keys(), ...now.keys()])].filter((path) => now.get(path) !== before.get(path));
}

/** Layers come and go with other worlds and with `gc`. */
function mayVanish(path: string): boolean {
  return path.includes('/layers/');
}

function nameOf(path: string, place: OutsidePlace, mirror: string): string {
  if (path.startsWith(place.state.database)) return `the database file ${place.state.database} (its records may be lost)`;
  if (path.startsWith(place.state.layers)) return 'a layer of installed dependencies';
  return `the mirror's ${path.slice(mirror.length + 1).replace(/\0.*/, '')}`;
}

type Looks = ReadonlyMap<string, string>;

async function mirrorParts(mirror: string): Promise<Looks> {
  const contents = ['config.worktree', 'commondir', 'miyabi/trust.config', 'objects/info/alternates'];
  const listings = ['hooks', 'info'];
  const looks = new Map<string, string>();
  // What was put back after a change is another file with the old text.
  for (const name of ['config', 'HEAD']) {
    looks.set(join(mirror, name), `${await statOf(join(mirror, name))}\n${await contentOf(join(mirror, name))}`);
  }
  for (const name of contents) looks.set(join(mirror, name), await contentOf(join(mirror, name)));
  for (const name of listings) looks.set(join(mirror, name), await listingOf(join(mirror, name)));
  return looks;
}

/** Refs that no world and no run of ours has: there are none, unless somebody made them. */
async function refsOf(mirror: string): Promise<Looks> {
  const packed = (await contentOf(join(mirror, 'packed-refs')))
    .split('\n')
    .filter((line) => line !== '' && !/^#| refs\/miyabi\//.test(line));
  const loose = await listingOf(join(mirror, 'refs'), new Set(['miyabi']));
  return new Map([[join(mirror, 'refs'), `${packed.join('\n')}\n${loose}`]]);
}

async function layersOf(layers: string): Promise<Looks> {
  const looks = new Map<string, string>();
  for (const name of await namesIn(layers)) {
    if (!name.endsWith('.making')) looks.set(join(layers, name), await listingOf(join(layers, name)));
  }
  return looks;
}

/** Ends the name of an entry that may grow and not shrink. */
const sizeMark = '\0size';

/**
 * The contents change with every record; that these are the same files, and that nobody cut the first, is what can be said.
 * They are not opened: to close a file of SQLite's frees the locks that this process holds on it.
 */
async function databaseOf(database: string): Promise<Looks> {
  const looks = new Map<string, string>();
  for (const path of [database, `${database}-wal`, `${database}-shm`]) {
    const found = await lstat(path, { bigint: true }).catch(() => undefined);
    looks.set(path, found === undefined ? 'none' : `${found.dev}:${found.ino}:${found.mode}:${found.birthtimeNs}`);
    if (path === database) looks.set(`${path}${sizeMark}`, String(found?.size ?? 0));
  }
  return looks;
}

/** What git reads whatever it is asked, and waits for where it is a fifo. */
const readByGit = ['.git/config', '.git/HEAD', '.git/index', '.git/packed-refs', '.git/commondir', '.git/info/exclude', '.gitignore'];

/** @returns one entry where the repository cannot be looked at: what stands in the way. */
async function usersParts({ git, root }: OutsidePlace): Promise<Looks> {
  const looks = new Map<string, string>();
  if (root === undefined) return looks;
  for (const path of readByGit) {
    const found = await stat(join(root, path)).catch(() => undefined);
    if (found !== undefined && !found.isFile() && !found.isDirectory()) return looks.set(path, `no file: ${found.mode} ${found.ino}`);
  }
  const seen = await git.glance(root);
  if (seen === undefined) return looks.set('the repository', 'gone');
  looks.set('the commit that is checked out', seen.head ?? 'none');
  looks.set('the branch that is checked out', seen.branch ?? 'detached');
  for (const path of seen.dirty) looks.set(path, await statOf(join(root, path)));
  looks.set('.git/config', await contentOf(join(root, '.git', 'config')));
  looks.set('.git/hooks', await listingOf(join(root, '.git', 'hooks')));
  return looks;
}

/** Larger files are told by what they look like. */
const mostBytes = 64 * 1024 * 1024;

/** @returns the text, or why there is none. Nothing is waited for, such as who would write into a fifo. */
async function contentOf(path: string): Promise<string> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await file.stat();
    if (found.isFile() && found.size <= mostBytes) return await file.readFile('utf8');
    return `(${found.mode} ${found.size} ${found.mtimeMs} ${found.ino})`;
  } catch (error) {
    return error instanceof Error && 'code' in error ? `(${String(error.code)})` : '(unreadable)';
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  return names.toSorted((one, other) => (one < other ? -1 : 1));
}

/** A digest over everything below a folder: names, kinds, sizes, times and identities, not contents. */
async function listingOf(directory: string, without: ReadonlySet<string> = new Set()): Promise<string> {
  const digest = createHash('sha256');
  async function visit(folder: string): Promise<void> {
    const names = (await namesIn(folder)).filter((name) => folder !== directory || !without.has(name));
    const looks = await Promise.all(names.map((name) => statOf(join(folder, name))));
    for (const [index, name] of names.entries()) {
      digest.update(`${join(folder, name)}\0${looks[index] ?? ''}\n`);
      if (looks[index]?.startsWith('folder') === true) await visit(join(folder, name));
    }
  }
  await visit(directory);
  return digest.digest('hex');
}

async function statOf(path: string): Promise<string> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return 'none';
  // A folder's own times change when something in it does, which its entries tell better.
  if (found.isDirectory()) return `folder ${found.mode} ${found.ino}`;
  return `${found.mode} ${found.size} ${found.mtimeMs} ${found.ctimeMs} ${found.ino}`;
}
