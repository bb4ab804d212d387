import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { appendFile, chmod, cp, mkdir, open, readFile, readdir, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { userGit } from '../../../test/support/repository.ts';
import { prepareStateFolder } from '../state-folder.ts';
import { entriesBelow } from './copy-files.ts';
import { addRepository, backupsOf, filledState, repositoriesIn } from './testing/backup-stand.ts';

it('holds records, large values, daily logs, releases and commits, and nothing that can be made again', async () => {
  await using filled = await filledState();
  await symlink('app', join(filled.state.root, 'releases/one/1/current'));
  const { manifest, bytes } = await filled.backups.make(join(filled.path, 'backup'));
  expect(manifest).toMatchObject({ format: 'miyabi-backup', version: '1.2.3', links: [{ path: 'releases/one/1/current', target: 'app' }] });
  expect(manifest.files.map(({ path }) => path)).toEqual([
    'miyabi.db',
    'artifacts/ab/cdef/17',
    'daily/2026-11-01.md',
    'releases/one/1/app/bin/start',
    'mirrors/one.bundle',
  ]);
  expect(manifest.tables).toContainEqual({ name: 'miyabi_repository', rows: 1 });
  expect(bytes).toBe(manifest.files.reduce((sum, file) => sum + file.bytes, 0));
  expect(readdirSync(join(filled.path, 'backup')).toSorted()).toEqual([
    'artifacts',
    'daily',
    'manifest.json',
    'mirrors',
    'miyabi.db',
    'releases',
  ]);
  // As whoever has no Miyabi would open it, where nothing may be written.
  await chmod(join(filled.path, 'backup/miyabi.db'), 0o400);
  expect(repositoriesIn(join(filled.path, 'backup/miyabi.db'))).toEqual(['one']);
});

it('holds everything that stays while something else of its folder goes', async () => {
  await using filled = await filledState();
  const artifacts = join(filled.state.root, 'artifacts');
  const going = Array.from({ length: 100 }, (_, index) => join(artifacts, 'cd', `${index}`));
  for (let index = 0; index < 10; index += 1) {
    for (const folder of going) mkdirSync(folder, { recursive: true });
    const listed = entriesBelow(artifacts);
    await delay(index);
    for (const folder of going) rmSync(folder, { recursive: true });
    expect((await listed).map(({ path }) => path)).toContain('ab/cdef/17');
  }
});

it('is one state of records that are being written to, by transactions that are whole', async () => {
  await using filled = await filledState();
  using writer = new DatabaseSync(filled.state.database);
  writer.exec('PRAGMA journal_mode = WAL');
  const insert = writer.prepare('INSERT INTO miyabi_repository (id, root, created_at) VALUES (?, ?, 1)');
  let pairs = 0;
  const write = setInterval(() => {
    writer.exec('BEGIN IMMEDIATE');
    for (const half of ['left', 'right']) insert.run(`${half}-${pairs}`, `/${half}/${pairs}`);
    writer.exec('COMMIT');
    pairs += 1;
  }, 1);
  for (let index = 0; index < 3; index += 1) {
    const to = join(filled.path, `backup-${index}`);
    await filled.backups.make(to);
    const ids = repositoriesIn(join(to, 'miyabi.db'));
    const [left, right] = ['left', 'right'].map((half) => ids.filter((id) => id.startsWith(half)).length);
    expect(left).toBe(right);
  }
  clearInterval(write);
  expect(pairs).toBeGreaterThan(3);
});

it('is restored as it was, without the folders of worlds that it knows of', async () => {
  await using filled = await filledState();
  const { state, path, git } = filled;
  {
    using database = new DatabaseSync(state.database);
    database.exec("INSERT INTO miyabi_folder (directory, repository_id, job_id, created_at) VALUES ('/w', 'one', 'job', 1)");
    database.exec("INSERT INTO miyabi_slot (slot, directory, taken_at) VALUES (0, '/w', 1)");
  }
  await symlink('app', join(state.root, 'releases/one/1/current'));
  await filled.backups.make(join(path, 'backup'));
  await using other = backupsOf(join(path, 'other'));
  expect(await other.backups.restore({ from: join(path, 'backup'), force: false })).toMatchObject({ aside: undefined });
  expect(repositoriesIn(other.state.database)).toEqual(['one']);
  using database = new DatabaseSync(other.state.database, { readOnly: true });
  expect(database.prepare('SELECT (SELECT count(*) FROM miyabi_folder) + (SELECT count(*) FROM miyabi_slot) AS rows').get()).toEqual({
    rows: 0,
  });
  expect(await readFile(join(other.state.root, 'artifacts/ab/cdef/17'), 'utf8')).toBe('large');
  expect(await readlink(join(other.state.root, 'releases/one/1/current'))).toBe('app');
  expect(existsSync(join(other.state.root, 'worlds'))).toBe(false);
  const mirror = await git.git.open(other.state.mirror('one' as never));
  expect(await mirror.readRef('refs/miyabi/runs/a/branch')).toBe(git.repository.head);
  expect(await mirror.readFile(git.repository.head, 'src/a.js')).toBe('export const a = 1;\n');
  expect(readdirSync(other.state.root).toSorted()).toEqual(['artifacts', 'daily', 'locks', 'mirrors', 'miyabi.db', 'releases']);
  // What is fetched into it afterwards finds a mirror like any other.
  const next = git.repository.commit({ 'b.txt': 'b' });
  expect(await (await git.git.mirror(mirror.path, git.repository.root, next)).readFile(next, 'b.txt')).toBe('b');
});

it('keeps a shallow mirror shallow', async () => {
  await using filled = await filledState();
  const { state, path, git } = filled;
  git.repository.commit({ 'b.txt': 'b' });
  userGit(path, 'clone', '-q', '--depth=1', `file://${git.repository.root}`, 'shallow');
  const head = userGit(join(path, 'shallow'), 'rev-parse', 'HEAD') as typeof git.repository.head;
  await git.git.mirror(state.mirror('two' as never), join(path, 'shallow'), head);
  const { manifest } = await filled.backups.make(join(path, 'backup'));
  expect(manifest.mirrors.find(({ repository }) => repository === 'two')?.shallow).toEqual([head]);
  await using other = backupsOf(join(path, 'other'));
  await other.backups.restore({ from: join(path, 'backup'), force: false });
  expect(await (await git.git.open(other.state.mirror('two' as never))).readFile(head, 'b.txt')).toBe('b');
});

it('takes the place of other records only where that is said, and keeps them beside it', async () => {
  await using filled = await filledState();
  const { backups, state, path } = filled;
  const from = join(path, 'backup');
  await backups.make(from);
  addRepository(state.database, 'two');
  await writeFile(join(state.root, 'knowledge.db'), 'an index');
  await expect(backups.restore({ from, force: false })).rejects.toMatchObject({
    reason: 'configuration',
    text: { fix: expect.stringContaining('--force') },
  });
  expect(repositoriesIn(state.database)).toEqual(['one', 'two']);
  const { aside } = await backups.restore({ from, force: true });
  expect(repositoriesIn(state.database)).toEqual(['one']);
  expect(repositoriesIn(join(aside ?? '', 'miyabi.db'))).toEqual(['one', 'two']);
  expect(readdirSync(aside ?? '')).toEqual(expect.arrayContaining(['knowledge.db', 'mirrors', 'worlds']));
  expect(existsSync(join(state.root, 'knowledge.db'))).toBe(false);
});

it('is refused where anything of it is not as it was made, and what is there stays', async () => {
  await using filled = await filledState();
  const { backups, state, path } = filled;
  const from = join(path, 'backup');
  await backups.make(from);
  addRepository(state.database, 'two');
  const refused = async (spoil: (copy: string) => Promise<unknown>): Promise<string> => {
    const copy = join(path, 'copy');
    await rm(copy, { recursive: true, force: true });
    await cp(from, copy, { recursive: true });
    await spoil(copy);
    const failure = await backups.restore({ from: copy, force: true }).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(repositoriesIn(state.database)).toEqual(['one', 'two']);
    expect(readdirSync(state.root)).not.toContain('restoring');
    return failure?.message ?? '';
  };
  expect(await refused(async (copy) => await appendFile(join(copy, 'daily/2026-11-01.md'), 'more'))).toMatch(
    /daily\/2026-11-01\.md has changed since/,
  );
  expect(await refused(async (copy) => await rm(join(copy, 'artifacts/ab/cdef/17')))).toMatch(/artifacts\/ab\/cdef\/17 is missing/);
  expect(await refused(async (copy) => await rm(join(copy, 'manifest.json')))).toMatch(/has no manifest\.json/);
  expect(await refused(async (copy) => await rm(copy, { recursive: true }))).toMatch(/There is no such folder/);
  const told =
    (change: (manifest: Record<string, unknown>) => void) =>
    async (copy: string): Promise<void> => {
      const manifest = JSON.parse(await readFile(join(copy, 'manifest.json'), 'utf8')) as Record<string, unknown>;
      change(manifest);
      await writeFile(join(copy, 'manifest.json'), JSON.stringify(manifest));
    };
  expect(await refused(told((manifest) => (manifest['schemas'] = { weaver: 999 })))).toMatch(/made by a newer version, 1\.2\.3/);
  expect(await refused(told((manifest) => (manifest['formatVersion'] = 2)))).toMatch(/written by a newer version, or changed/);
  expect(await refused(told((manifest) => (manifest['tables'] = [{ name: 'miyabi_repository', rows: 7 }])))).toMatch(
    /has 1 rows, and had 7/,
  );
  for (const name of ['../../outside', 'daily/\n/../../../outside', 'restore.json', 'locks/owner-1.lock']) {
    const foreign = { path: name, bytes: 1, sha256: 'a'.repeat(64) };
    expect(await refused(told((manifest) => (manifest['files'] = [foreign]))), name).toMatch(/no backup that can be restored|changed/);
  }
  for (const paths of [['releases/one', 'releases/one/link'], ['mirrors/one.git'], ['worlds']]) {
    const links = paths.map((name) => ({ path: name, target: path }));
    expect(await refused(told((manifest) => (manifest['links'] = links)))).toMatch(/no backup that can be restored/);
  }
});

it('never replaces anything, and leaves nothing of one that could not be made', async () => {
  await using filled = await filledState();
  await mkdir(join(filled.path, 'there'));
  await expect(filled.backups.make(join(filled.path, 'there'))).rejects.toMatchObject({ reason: 'configuration' });
  await writeFile(join(filled.path, 'file'), '');
  await expect(filled.backups.make(join(filled.path, 'file/backup'))).rejects.toMatchObject({
    text: { why: expect.stringContaining('ENOTDIR') },
  });
  // As a disk would leave it that loses a part of what was written.
  const { size } = await stat(filled.state.database);
  {
    await using file = await open(filled.state.database, 'r+');
    for (let at = 4_096 * 40; at < size; at += 4_096) await file.write(Buffer.alloc(64, 0xff), 0, 64, at);
  }
  await expect(filled.backups.make(join(filled.path, 'torn'))).rejects.toThrow(/is not sound/);
  expect((await readdir(filled.path)).filter((name) => /^(torn|file\/)/.test(name))).toEqual([]);
});

it.skipIf(process.platform !== 'linux')('is refused where no folder can be made', async () => {
  await using filled = await filledState();
  for (const path of ['/proc/backup', '/proc/backups/one']) await expect(filled.backups.make(path)).rejects.toThrow(/\/proc\/backup/);
});

it('leaves a folder alone that only bears the name under which it would be made', async () => {
  await using filled = await filledState();
  const { manifest } = await filled.backups.make(join(filled.path, 'first'));
  const making = join(filled.path, `film.${manifest.of}.making`);
  await mkdir(making);
  await writeFile(join(making, 'scene-1.mov'), 'a film');
  await expect(filled.backups.make(join(filled.path, 'film'))).rejects.toThrow(/film\.[\w-]+\.making is there already/);
  expect(readdirSync(making)).toEqual(['scene-1.mov']);
  await filled.backups.make(join(filled.path, 'another'));
});

it('goes by its time, and the oldest go; nothing that has a name of its own is touched', async () => {
  await using filled = await filledState();
  const folder = join(filled.path, 'backups');
  const names = ['2026-11-01T00-00-00Z', '2026-11-02T00-00-00Z', '2026-11-03T00-00-00Z', 'before-the-move'];
  const made = await Promise.all(names.map(async (name) => await filled.backups.make(join(folder, name))));
  await mkdir(join(folder, '2026-10-01T00-00-00Z'));
  // As a process leaves it that was killed.
  const unfinished = `2026-11-04T00-00-00Z.${made[0]?.manifest.of}.making`;
  await mkdir(join(folder, unfinished));
  expect((await filled.backups.known(folder)).map(({ path }) => path)).toEqual([2, 1, 0].map((index) => join(folder, names[index] ?? '')));
  expect(await filled.backups.prune(folder, 2)).toEqual([join(folder, '2026-11-01T00-00-00Z')]);
  expect(await filled.backups.prune(folder, 2)).toEqual([]);
  expect(readdirSync(folder)).not.toContain(unfinished);
  expect(readdirSync(folder)).toContain('before-the-move');
});

it('leaves what others keep in the same folder alone, and what they are making there', async () => {
  await using filled = await filledState();
  await using other = await filledState();
  const folder = join(filled.path, 'backups');
  const [own, newer] = [join(folder, '2026-11-01T00-00-00Z'), join(folder, '2026-11-02T00-00-00Z')];
  await filled.backups.make(own);
  const { manifest } = await other.backups.make(newer);
  await mkdir(join(folder, `2026-11-03T00-00-00Z.${manifest.of}.making`));
  // Another may be of a newer version already.
  await mkdir(join(folder, '2026-11-05T00-00-00Z'));
  await writeFile(join(folder, '2026-11-05T00-00-00Z/manifest.json'), JSON.stringify({ ...manifest, formatVersion: 2 }));
  expect((await filled.backups.known(folder)).map(({ path }) => path)).toEqual([own]);
  expect(await filled.backups.prune(folder, 1)).toEqual([]);
  expect(readdirSync(folder)).toHaveLength(4);

  // Whoever restores one elsewhere is another from then on.
  await using restored = backupsOf(join(filled.path, 'restored'));
  await restored.backups.restore({ from: own, force: false });
  expect(await restored.backups.known(folder)).toEqual([]);
  await restored.backups.make(join(folder, '2026-11-04T00-00-00Z'));
  expect(await restored.backups.known(folder)).toHaveLength(1);
  expect(await filled.backups.known(folder)).toHaveLength(1);
});

it('is refused in words where another process was faster under its name, and leaves nothing', async () => {
  await using filled = await filledState();
  await using other = await filledState();
  const to = join(filled.path, 'backups/2026-11-01T00-00-00Z');
  const ended = await Promise.allSettled([filled.backups.make(to), other.backups.make(to)]);
  expect(ended.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(ended.find((each) => each.status === 'rejected')?.reason).toMatchObject({ message: expect.stringContaining('is there already') });
  expect(readdirSync(join(to, '..'))).toEqual(['2026-11-01T00-00-00Z']);
});

it('says which file of the state folder cannot be read, and makes it anew where it says nothing', async () => {
  await using filled = await filledState();
  const file = join(filled.state.root, 'backup-id');
  await mkdir(file);
  await expect(filled.backups.make(join(filled.path, 'one'))).rejects.toThrow(/backup-id, which says whose a backup is, cannot be read/);
  await rm(file, { recursive: true });
  await writeFile(file, '');
  expect((await filled.backups.make(join(filled.path, 'one'))).manifest.of).toMatch(/^[\w-]{36}$/);
});

it('counts one that does not say whose it is as its own, and does not remove what it cannot read', async () => {
  await using filled = await filledState();
  const folder = join(filled.path, 'backups');
  const names = ['2026-11-01T00-00-00Z', '2026-11-02T00-00-00Z', '2026-11-03T00-00-00Z'];
  for (const name of names) await filled.backups.make(join(folder, name));
  const tell = async (name: string, change: object): Promise<void> => {
    const manifest = join(folder, name, 'manifest.json');
    await writeFile(manifest, JSON.stringify({ ...(JSON.parse(await readFile(manifest, 'utf8')) as object), ...change }));
  };
  await tell(names[0]!, { of: undefined });
  await tell(names[1]!, { formatVersion: 2 });
  expect(await filled.backups.prune(folder, 1)).toEqual([join(folder, names[0]!)]);
  expect(readdirSync(folder)).toEqual(names.slice(1));
});

it('is finished by the next process where a restore was killed while it switched, whatever was moved by then', async () => {
  await using filled = await filledState();
  const { backups, state, path } = filled;
  await backups.make(join(path, 'backup'));
  addRepository(state.database, 'two');
  const replaced = ['miyabi.db', 'artifacts', 'daily'];
  for (const [step, moved] of [
    ['clear', 0],
    ['clear', 2],
    ['clear', 3],
    ['bring', 0],
    ['bring', 1],
    ['bring', 3],
  ] as const) {
    const root = join(path, `root-${step}-${moved}`);
    await cp(state.root, root, { recursive: true });
    const [restoring, aside] = [join(root, 'restoring'), join(root, 'aside')];
    for (const folder of [restoring, aside]) await mkdir(folder);
    for (const name of replaced) await cp(join(path, 'backup', name), join(restoring, name), { recursive: true });
    for (const name of replaced.slice(0, step === 'clear' ? moved : undefined)) await rename(join(root, name), join(aside, name));
    for (const name of step === 'bring' ? replaced.slice(0, moved) : []) await rename(join(restoring, name), join(root, name));
    await writeFile(join(root, 'restore.json'), JSON.stringify({ step, from: 'restoring', aside: 'aside', replaced }));
    await using other = backupsOf(root);
    await prepareStateFolder(other.state);
    expect(repositoriesIn(other.state.database)).toEqual(['one']);
    expect(repositoriesIn(join(aside, 'miyabi.db'))).toEqual(['one', 'two']);
    expect(readdirSync(root)).not.toEqual(expect.arrayContaining(['restoring']));
    expect(existsSync(join(root, 'restore.json'))).toBe(false);
  }
});

it('takes the place of records that cannot be read any more, and of nothing where somebody has begun to work meanwhile', async () => {
  await using filled = await filledState();
  const { backups, state, path } = filled;
  const from = join(path, 'backup');
  await backups.make(from);
  await writeFile(state.database, 'what was left of it');
  await expect(backups.restore({ from, force: false })).rejects.toThrow(/cannot be read/);
  let asked = 0;
  const mustBeIdle = async (): Promise<void> => {
    asked += 1;
    if (asked === 2) throw new Error('somebody works there');
  };
  await expect(backups.restore({ from, force: true, mustBeIdle })).rejects.toThrow('somebody works there');
  expect(await readFile(state.database, 'utf8')).toBe('what was left of it');
  expect(readdirSync(state.root)).not.toContain('restoring');
  await backups.restore({ from, force: true, mustBeIdle });
  expect(repositoriesIn(state.database)).toEqual(['one']);
});

it('lets nobody in while somebody restores', async () => {
  await using filled = await filledState();
  const { sqliteLocks } = await import('../lock/sqlite-locks.ts');
  const held = await sqliteLocks(filled.state.locks).acquire('restore');
  await expect(prepareStateFolder(filled.state)).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
  await expect(filled.backups.restore({ from: filled.path, force: true })).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
  await held.release();
  await prepareStateFolder(filled.state);
});
