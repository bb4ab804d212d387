import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gitStand } from '../../../test/support/git-stand.ts';
import { userGit, writeFiles } from '../../../test/support/repository.ts';
import type { CommitId } from '../../domain/ids.ts';
import type { Mirror } from '../../ports/git.ts';

const at = Date.UTC(2026, 0, 2, 3, 4, 5);
const author = { name: 'Ada User', email: 'ada@example.org' };
const commitOf = (mirror: Mirror, directory: string, base: CommitId, exclude?: readonly string[]) =>
  mirror.commitFolder({
    directory,
    base,
    message: 'Change\n\nMiyabi-Task: t1\n',
    author,
    at,
    ...(exclude === undefined ? {} : { exclude }),
  });

test('commits that are here have titles, and others are left out', async () => {
  await using stand = await gitStand();
  const { head } = stand.repository;
  const directory = join(stand.path, 'tree');
  await stand.mirror.checkOut({ directory, commit: head });
  writeFiles(directory, { 'b.txt': 'b' });
  const next = (await commitOf(stand.mirror, directory, head))!;
  expect(await stand.mirror.titles([next, 'f'.repeat(40) as CommitId])).toEqual(new Map([[next, 'Change']]));
  expect(await stand.mirror.titles([])).toEqual(new Map());
});

test('a commit is known to rest on another, or not', async () => {
  await using stand = await gitStand();
  const { head } = stand.repository;
  const directory = join(stand.path, 'tree');
  await stand.mirror.checkOut({ directory: directory, commit: head });
  writeFiles(directory, { 'b.txt': 'b' });
  const next = (await commitOf(stand.mirror, directory, head))!;
  writeFiles(directory, { 'b.txt': 'c' });
  const other = (await commitOf(stand.mirror, directory, head))!;
  expect(await stand.mirror.isAncestor(head, next)).toBe(true);
  expect(await stand.mirror.isAncestor(next, next)).toBe(true);
  expect(await stand.mirror.isAncestor(next, head)).toBe(false);
  expect(await stand.mirror.isAncestor(next, other)).toBe(false);
  await expect(stand.mirror.isAncestor('f'.repeat(40) as CommitId, head)).rejects.toThrow();
});

test('a commit is grafted with what stands in another one: content, modes, links, and nothing where there is nothing', async () => {
  await using stand = await gitStand({
    'kept.txt': 'base',
    'gone.txt': 'base',
    'test/a.js': 'base',
    run: 'base',
    file: 'base',
    'folder/inner': 'base',
  });
  const { mirror, repository } = stand;
  const { head } = repository;
  const directory = join(stand.path, 'tree');
  await mirror.checkOut({ directory, commit: head });
  rmSync(join(directory, 'gone.txt'));
  rmSync(join(directory, 'file'));
  rmSync(join(directory, 'folder'), { recursive: true });
  writeFiles(directory, { 'kept.txt': 'world', 'test/a.js': 'world', 'new.config.js': 'world', 'file/inner': 'world', folder: 'world' });
  chmodSync(join(directory, 'run'), 0o755);
  const world = (await commitOf(mirror, directory, head))!;
  const paths = ['gone.txt', 'test/a.js', 'new.config.js', 'run', 'file', 'folder/inner', 'never/was'];
  const files = paths.map((path) => ({ path, to: { kind: 'base' } as const }));
  const grafted = await mirror.graft({ commit: world, from: head, files });
  const expected = new Map(await mirror.objects(head)).set('kept.txt', (await mirror.objects(world)).get('kept.txt')!);
  expect(await mirror.objects(grafted)).toEqual(expected);
  expect(await mirror.isAncestor(world, grafted)).toBe(true);
  expect(await mirror.graft({ commit: world, from: head, files })).toBe(grafted);
  expect(await mirror.graft({ commit: world, from: world, files })).toBe(world);
  expect(await mirror.graft({ commit: world, from: head, files: [] })).toBe(world);
  const written = await mirror.graft({
    commit: world,
    from: head,
    files: [
      { path: 'kept.txt', to: { kind: 'text', text: 'neither\n' } },
      { path: 'new.config.js', to: { kind: 'removed' } },
    ],
  });
  expect(await mirror.readFile(written, 'kept.txt')).toBe('neither\n');
  expect((await mirror.objects(written)).has('new.config.js')).toBe(false);
});

test('what is left out is left out also where the project ignores it, whatever it is called', async () => {
  await using stand = await gitStand({ 'a.txt': 'a', '.gitignore': 'node_modules\n.env*\n!.env.keep\nodd*\n.-\n.é\n日本\n\\![[]x]\n' });
  const { head } = stand.repository;
  const directory = join(stand.path, 'tree');
  await stand.mirror.checkOut({ directory, commit: head });
  const odd = [
    '.-',
    '.é',
    'odd[1]/x.txt',
    'odd*/y.txt',
    'odd?.txt',
    'oddé/z.txt',
    '.env.test',
    'packages/a/node_modules/m.js',
    'node_modules/m.js',
  ];
  writeFiles(directory, Object.fromEntries(odd.map((path) => [path, 'left out'])));
  const exclude = [
    '/node_modules',
    'packages/a/node_modules',
    '/.env.test',
    '/odd[1]',
    '/odd*',
    '/odd?.txt',
    '/oddé',
    '/.-',
    '/.é',
    '/日本',
    '/![x]',
  ];
  expect(await commitOf(stand.mirror, directory, head, exclude)).toBeUndefined();
  // Nor does it become part of a change when the world stops ignoring it.
  writeFiles(directory, { '.gitignore': '', 'odd1/mine.txt': 'mine' });
  const commit = (await commitOf(stand.mirror, directory, head, exclude))!;
  expect((await stand.mirror.change(head, commit)).files.map(({ path }) => path).toSorted()).toEqual(['.gitignore', 'odd1/mine.txt']);
});

describe('a folder with a commit', () => {
  test('holds the commit, and the mirror knows nothing of it', async () => {
    await using stand = await gitStand();
    const directory = join(stand.path, "w 'o' $(id) -r", 'tree');
    await stand.mirror.checkOut({ directory, commit: stand.repository.head });
    expect(readFileSync(join(directory, 'src/a.js'), 'utf8')).toBe('export const a = 1;\n');
    expect(existsSync(join(stand.mirror.path, 'worktrees'))).toBe(false);
  });

  test('inside, git reads, compares and commits, and nothing of that reaches the mirror', async () => {
    await using stand = await gitStand();
    const directory = join(stand.path, 'tree');
    await stand.mirror.checkOut({ directory: directory, commit: stand.repository.head });
    expect(userGit(directory, 'status', '--porcelain')).toBe('');
    const refs = userGit(stand.mirror.path, 'for-each-ref');
    const config = readFileSync(join(stand.mirror.path, 'config'), 'utf8');
    writeFiles(directory, { 'b.txt': 'b' });
    userGit(directory, 'config', 'core.hooksPath', '/tmp/evil');
    userGit(directory, 'checkout', '-q', '-b', 'mine');
    userGit(directory, 'add', '.');
    userGit(directory, 'commit', '-q', '-m', 'mine');
    expect(userGit(directory, 'log', '--oneline').split('\n')).toHaveLength(2);
    expect(userGit(stand.mirror.path, 'for-each-ref')).toBe(refs);
    expect(readFileSync(join(stand.mirror.path, 'config'), 'utf8')).toBe(config);
  });

  test('ten at the same time all succeed', async () => {
    await using stand = await gitStand();
    const folders = Array.from({ length: 10 }, (_, index) => join(stand.path, 'worlds', String(index), 'tree'));
    await Promise.all(folders.map((directory) => stand.mirror.checkOut({ directory, commit: stand.repository.head })));
    expect(folders.every((folder) => existsSync(join(folder, 'README.md')))).toBe(true);
  });

  test('what could not be made leaves nothing', async () => {
    await using stand = await gitStand();
    const directory = join(stand.path, 'tree');
    const index = join(stand.path, 'index');
    await expect(stand.mirror.checkOut({ directory, commit: 'f'.repeat(40) as CommitId, index })).rejects.toThrow();
    expect(readdirSync(stand.path)).toEqual(['a project', 'state']);
  });

  test('a folder that is there already is not touched', async () => {
    await using stand = await gitStand();
    const directory = join(stand.path, 'tree');
    writeFiles(directory, { 'mine.txt': 'm' });
    await expect(stand.mirror.checkOut({ directory, commit: stand.repository.head })).rejects.toThrow(/EEXIST/);
    expect(readdirSync(directory)).toEqual(['mine.txt']);
  });

  test('a folder without permissions and a path longer than the system takes are removed', async () => {
    await using stand = await gitStand();
    const directory = join(stand.path, 'tree');
    await stand.mirror.checkOut({ directory: directory, commit: stand.repository.head });
    const script = `for (let i = 0; i < 60; i += 1) { const name = String(i).padStart(100, '0'); require('fs').mkdirSync(name); process.chdir(name); }
      require('fs').writeFileSync('file', 'deep');`;
    const made = await stand.process.run({ command: [process.execPath, '-e', script], cwd: directory, env: {}, timeoutMs: 20_000 });
    expect(made.end).toEqual({ kind: 'exited', code: 0 });
    mkdirSync(join(directory, 'closed', 'inner'), { recursive: true });
    chmodSync(join(directory, 'closed'), 0);
    await stand.workspaces.clear(directory);
    expect(existsSync(directory)).toBe(false);
  });
});

describe('the commit of a folder', () => {
  test('reads only what looks other than it was handed over, and misses nothing', async () => {
    await using stand = await gitStand({ 'a.txt': 'one\n', 'b.txt': 'two\n', 'c.txt': 'three\n' });
    const { mirror, repository } = stand;
    const [directory, index] = [join(stand.path, 'tree'), join(stand.path, 'index')];
    await mirror.checkOut({ directory, commit: repository.head, index });
    const handed = readFileSync(index);
    expect(await mirror.commitFolder({ directory, index, base: repository.head, message: 'm', author, at })).toBeUndefined();
    const { atime, mtime } = statSync(join(directory, 'b.txt'));
    writeFileSync(join(directory, 'b.txt'), 'TWO\n');
    utimesSync(join(directory, 'b.txt'), atime, mtime);
    const commit = (await mirror.commitFolder({ directory, index, base: repository.head, message: 'm', author, at }))!;
    expect((await mirror.change(repository.head, commit)).files.map(({ path }) => path)).toEqual(['b.txt']);
    expect(readFileSync(index)).toEqual(handed);
  });

  test('rests on the base that is asked for, whatever the index held', async () => {
    await using stand = await gitStand({ 'a.txt': 'one\n' });
    const { mirror, repository, git } = stand;
    const [directory, index] = [join(stand.path, 'tree'), join(stand.path, 'index')];
    await mirror.checkOut({ directory, commit: repository.head, index });
    const base = repository.commit({ 'b.txt': 'two\n' });
    await git.mirror(mirror.path, repository.root, base);
    const commit = (await mirror.commitFolder({ directory, index, base, message: 'm', author, at }))!;
    expect((await mirror.change(base, commit)).files.map(({ path, status }) => [path, status])).toEqual([['b.txt', 'deleted']]);
  });

  test('leaves out paths and names although the folder says they are wanted', async () => {
    await using stand = await gitStand({ '.gitignore': '.env*\n.venv/\n' });
    const directory = join(stand.path, 'tree');
    const { mirror, repository } = stand;
    await mirror.checkOut({ directory, commit: repository.head });
    writeFiles(directory, {
      '.gitignore': '!.env*\n!.venv/\n',
      '.env.test': 'placed',
      'sub/.env.test': 'of the change',
      'conf/local.json': 'placed',
      '.venv/bin/python': 'installed',
      'sub/.venv/x': 'installed',
    });
    const commit = (await commitOf(mirror, directory, repository.head, ['/.env.test', 'conf/local.json', '.venv']))!;
    const { files } = await mirror.change(repository.head, commit);
    expect(files.map(({ path }) => path).sort()).toEqual(['.gitignore', 'sub/.env.test']);
  });

  test('is read as it is: many files at once, text and what is none, as the system writes it', async () => {
    await using stand = await gitStand({
      'a.txt': 'a',
      'empty.txt': '',
      "sub/ü 'b'\n.txt": 'bü\n',
      'odd.txt': 'x \uFFFD y',
      'z.txt': 'z\n',
    });
    const { repository, mirror } = stand;
    writeFileSync(join(repository.root, 'bytes'), Buffer.from([0x61, 0xe9, 0x0a, 0x62]));
    symlinkSync('a.txt', join(repository.root, 'link'));
    const commit = repository.commit({});
    await stand.git.mirror(mirror.path, repository.root, commit);
    const expected = {
      'a.txt': 'a',
      bytes: 'a\uFFFD\nb',
      'empty.txt': '',
      'odd.txt': 'x \uFFFD y',
      "sub/ü 'b'\n.txt": 'bü\n',
      'z.txt': 'z\n',
    };
    const asked = [...Object.keys(expected), 'link', 'sub', 'none', ''];
    expect(Object.fromEntries(await mirror.readFiles(commit, asked))).toEqual(expected);
    const many = Array.from({ length: 300 }, (_, number) => `none/${number}`);
    expect(Object.fromEntries(await mirror.readFiles(commit, [...many, ...asked]))).toEqual(expected);
    const [longest = ''] = Object.values(expected).toSorted((one, other) => Buffer.byteLength(other) - Buffer.byteLength(one));
    const shorter = Object.fromEntries(Object.entries(expected).filter(([, text]) => Buffer.byteLength(text) < Buffer.byteLength(longest)));
    expect(Object.fromEntries(await mirror.readFiles(commit, asked, Buffer.byteLength(longest) - 1))).toEqual(shorter);
    expect(Object.fromEntries(await mirror.readFiles(commit, asked, Buffer.byteLength(longest)))).toEqual(expected);
    expect(await mirror.readFile(commit, 'bytes')).toBe(expected.bytes);
    const objects = await mirror.objects(commit);
    expect(objects.get('link')).toMatch(/^120000:[0-9a-f]{40}$/);
    const idOf = (path: string): string => objects.get(path)!.split(':')[1]!;
    const ids = [idOf('a.txt'), idOf('bytes'), 'f'.repeat(40), idOf('z.txt'), idOf('empty.txt')];
    expect([...(await mirror.texts(ids)).values()].toSorted()).toEqual(['', 'a', 'z\n']);
    expect(await mirror.readLink(commit, 'link')).toBe('a.txt');
    expect(await mirror.readLink(commit, 'a.txt')).toBeUndefined();
    expect(await mirror.readLink(commit, 'none')).toBeUndefined();
    expect(objects.get('a.txt')).toBe(`100644:${repository.git('rev-parse', 'HEAD:a.txt')}`);
    expect(objects.has("sub/ü 'b'\n.txt")).toBe(true);
  });

  test('holds adds, deletes, modes and links, and is signed by the user and by Miyabi', async () => {
    await using stand = await gitStand({ 'keep.txt': 'k\n', 'gone.txt': 'g\n', 'run.sh': 'echo\n', 'edit me.txt': 'one\ntwo\n' });
    const directory = join(stand.path, 'tree');
    const { mirror, repository } = stand;
    await mirror.checkOut({ directory: directory, commit: repository.head });
    rmSync(join(directory, 'gone.txt'));
    chmodSync(join(directory, 'run.sh'), 0o755);
    symlinkSync('keep.txt', join(directory, 'link'));
    writeFiles(directory, { "new $(id) 'ü'\n.txt": 'n\n', '-dash': 'd\n', 'edit me.txt': 'one\nTWO\nthree\n' });
    writeFileSync(join(directory, 'bin'), Buffer.from([0, 1, 2]));
    const commit = (await commitOf(mirror, directory, repository.head))!;
    const { files } = await mirror.change(repository.head, commit);
    expect([...files].sort((one, other) => (one.path < other.path ? -1 : 1))).toEqual([
      { path: '-dash', status: 'added', addedLines: 1, removedLines: 0, binary: false, kind: 'file' },
      { path: 'bin', status: 'added', addedLines: 0, removedLines: 0, binary: true, kind: 'file' },
      { path: 'edit me.txt', status: 'modified', addedLines: 2, removedLines: 1, binary: false, kind: 'file' },
      { path: 'gone.txt', status: 'deleted', addedLines: 0, removedLines: 1, binary: false, kind: 'file' },
      { path: 'link', status: 'added', addedLines: 1, removedLines: 0, binary: false, kind: 'symlink' },
      { path: "new $(id) 'ü'\n.txt", status: 'added', addedLines: 1, removedLines: 0, binary: false, kind: 'file' },
      { path: 'run.sh', status: 'mode', addedLines: 0, removedLines: 0, binary: false, kind: 'executable' },
    ]);
    const shown = userGit(mirror.path, 'log', '-1', '--format=%an|%ae|%cn|%ce|%at|%B', commit);
    expect(shown).toBe(`Ada User|ada@example.org|Miyabi|miyabi@localhost|${at / 1000}|Change\n\nMiyabi-Task: t1`);
    expect(await mirror.readFile(commit, 'edit me.txt')).toBe('one\nTWO\nthree\n');
    expect(await mirror.readFile(commit, 'link')).toBeUndefined();
    expect(await mirror.readFile(commit, 'gone.txt')).toBeUndefined();
    expect(await mirror.listFiles(commit)).toContain("new $(id) 'ü'\n.txt");
    expect(await mirror.patch(repository.head, commit)).toContain('+three');
    expect(readdirSync(join(mirror.path, 'miyabi'))).toEqual(['HEAD', 'config', 'trust.config']);
  });

  test('is nothing where nothing changed, whatever was ignored or left out', async () => {
    await using stand = await gitStand({ '.gitignore': 'ignored\n', 'a.txt': 'a' });
    const directory = join(stand.path, 'tree');
    await stand.mirror.checkOut({ directory: directory, commit: stand.repository.head });
    writeFiles(directory, { ignored: 'i', 'node_modules/x/index.js': 'x', 'packages/p/node_modules/y.js': 'y', 'context.md': 'c' });
    expect(await commitOf(stand.mirror, directory, stand.repository.head, ['node_modules', 'context.md'])).toBeUndefined();
    expect(await commitOf(stand.mirror, directory, stand.repository.head, ['node_modules'])).toBeDefined();
  });

  test('a rename is one', async () => {
    await using stand = await gitStand({ 'old name.txt': 'one\ntwo\nthree\nfour\n' });
    const directory = join(stand.path, 'tree');
    await stand.mirror.checkOut({ directory: directory, commit: stand.repository.head });
    rmSync(join(directory, 'old name.txt'));
    writeFiles(directory, { 'new name.txt': 'one\ntwo\nthree\nfour\nfive\n' });
    const commit = (await commitOf(stand.mirror, directory, stand.repository.head))!;
    expect((await stand.mirror.change(stand.repository.head, commit)).files).toEqual([
      { path: 'new name.txt', from: 'old name.txt', status: 'renamed', addedLines: 1, removedLines: 0, binary: false, kind: 'file' },
    ]);
  });

  test('files without permissions, pipes, sockets and loops of links do not stop it', async () => {
    await using stand = await gitStand({ 'src/a.js': 'a\n', 'was a file': 'w\n' });
    const directory = join(stand.path, 'tree');
    await stand.mirror.checkOut({ directory: directory, commit: stand.repository.head });
    writeFiles(directory, { 'closed/file': 'c\n', 'src/a.js': 'changed\n' });
    chmodSync(join(directory, 'src/a.js'), 0);
    chmodSync(join(directory, 'closed'), 0);
    rmSync(join(directory, 'was a file'));
    symlinkSync('loop', join(directory, 'loop'));
    await stand.process.run({
      command: ['mkfifo', 'was a file', 'pipe'],
      cwd: directory,
      env: { PATH: '/usr/bin:/bin' },
      timeoutMs: 10_000,
    });
    const commit = (await commitOf(stand.mirror, directory, stand.repository.head))!;
    const paths = (await stand.mirror.change(stand.repository.head, commit)).files.map((file) => `${file.status} ${file.path}`);
    expect(paths.sort()).toEqual(['added closed/file', 'added loop', 'deleted was a file', 'modified src/a.js']);
  });

  test('folders and files whose names are no text are part of it, a repository in one is not', async () => {
    await using stand = await gitStand({ 'a.txt': 'a' });
    const directory = join(stand.path, 'tree');
    await stand.mirror.checkOut({ directory, commit: stand.repository.head });
    const script = String.raw`
      folder=$(printf 'no\351text'); mkdir -p "$folder/closed" "$folder/inner"; printf x > "$folder/$(printf 'f\376')"; printf y > "$folder/closed/file"
      mkfifo "$folder/pipe"; git -C "$folder/inner" init -q; printf z > "$folder/inner/file"; chmod 0 "$folder/closed"`;
    const made = await stand.process.run({
      command: ['sh', '-c', script],
      cwd: directory,
      env: { PATH: '/usr/bin:/bin' },
      timeoutMs: 20_000,
    });
    expect(made).toMatchObject({ end: { kind: 'exited', code: 0 }, stderr: '' });
    const commit = (await commitOf(stand.mirror, directory, stand.repository.head))!;
    const files = (await stand.mirror.change(stand.repository.head, commit)).files.map(({ path }) => path);
    expect(files.toSorted()).toEqual(['no\uFFFDtext/closed/file', 'no\uFFFDtext/f\uFFFD']);
  });

  test('a repository inside is left out, and one laid over files of the base does not hide them', async () => {
    await using stand = await gitStand({ 'src/a.js': 'a\n' });
    const directory = join(stand.path, 'tree');
    await stand.mirror.checkOut({ directory: directory, commit: stand.repository.head });
    writeFiles(directory, { 'vendor/x.js': 'x', 'src/a.js': 'changed\n' });
    for (const inner of ['vendor', 'src']) {
      userGit(join(directory, inner), 'init', '-q');
      userGit(join(directory, inner), 'commit', '-q', '--allow-empty', '-m', 'inner');
    }
    const commit = (await commitOf(stand.mirror, directory, stand.repository.head))!;
    expect((await stand.mirror.change(stand.repository.head, commit)).files.map((file) => `${file.status} ${file.path}`)).toEqual([
      'modified src/a.js',
    ]);
  });
});

describe('cherry-pick', () => {
  test('applies the difference on a moved head and keeps the message', async () => {
    await using stand = await gitStand({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
    const { mirror, repository } = stand;
    const make = async (name: string, files: Record<string, string>) => {
      const directory = join(stand.path, name);
      await mirror.checkOut({ directory: directory, commit: repository.head });
      writeFiles(directory, files);
      return (await commitOf(mirror, directory, repository.head))!;
    };
    const one = await make('one', { 'a.txt': 'A\n' });
    const two = await make('two', { 'b.txt': 'B\n' });
    const against = await make('three', { 'a.txt': 'other\n' });
    const picked = await mirror.cherryPick(two, one);
    if (picked.kind !== 'picked') throw new Error('a conflict was not expected');
    expect(await mirror.readFile(picked.commit, 'a.txt')).toBe('A\n');
    expect(await mirror.readFile(picked.commit, 'b.txt')).toBe('B\n');
    expect(userGit(mirror.path, 'log', '-1', '--format=%P|%an|%cn|%B', picked.commit)).toBe(
      `${one}|Ada User|Miyabi|Change\n\nMiyabi-Task: t1`,
    );
    expect(await mirror.cherryPick(two, one)).toEqual(picked);
    expect(await mirror.cherryPick(one, repository.head)).toEqual({ kind: 'picked', commit: one });
    expect(await mirror.cherryPick(two, picked.commit)).toEqual({ kind: 'picked', commit: picked.commit });
    expect(await mirror.cherryPick(against, one)).toEqual({ kind: 'conflict', paths: ['a.txt'] });
  });
});

describe('refs', () => {
  test('move only from where they are expected, and are deleted by prefix', async () => {
    await using stand = await gitStand();
    const { mirror, repository } = stand;
    const next = repository.commit({ 'x.txt': 'x' });
    await stand.git.mirror(mirror.path, repository.root, next);
    const name = 'refs/miyabi/runs/r1/head';
    expect(await mirror.readRef(name)).toBeUndefined();
    expect(await mirror.updateRef(name, repository.head, { from: undefined })).toBe(true);
    expect(await mirror.updateRef(name, next, { from: undefined })).toBe(false);
    expect(await mirror.updateRef(name, next, { from: next })).toBe(false);
    expect(await mirror.readRef(name)).toBe(repository.head);
    expect(await mirror.updateRef(name, next, { from: repository.head })).toBe(true);
    expect(await mirror.updateRef('refs/miyabi/runs/r10/head', next)).toBe(true);
    await mirror.deleteRefs('refs/miyabi/runs/r1/');
    expect(await mirror.readRef(name)).toBeUndefined();
    expect(await mirror.readRef('refs/miyabi/runs/r10/head')).toBe(next);
    await mirror.deleteRefs('refs/miyabi/nothing');
  });
});

describe('what a git that was killed leaves', () => {
  const ref = 'refs/miyabi/runs/r/head';

  test.each([
    ['of a new ref', 'refs/miyabi/runs/r/head.lock'],
    ['of the packed refs', 'packed-refs.lock'],
  ])('in the mirror, a lock %s, stops nobody', async (_name, lock) => {
    await using stand = await gitStand();
    const { head } = stand.repository;
    writeFiles(stand.mirror.path, { [lock]: '' });
    utimesSync(join(stand.mirror.path, lock), new Date(0), new Date(0));
    expect(await stand.mirror.updateRef(ref, head, { from: undefined })).toBe(true);
    await stand.mirror.deleteRefs('refs/miyabi/runs/r');
    expect(await stand.mirror.readRef(ref)).toBeUndefined();
    expect(existsSync(join(stand.mirror.path, lock))).toBe(false);
  });

  test('in the mirror is taken away only when nobody can hold it any more', async () => {
    await using stand = await gitStand();
    writeFiles(stand.mirror.path, { 'refs/miyabi/runs/r/head.lock': '' });
    const lock = join(stand.mirror.path, 'refs/miyabi/runs/r/head.lock');
    const begin = performance.now();
    expect(await stand.mirror.updateRef(ref, stand.repository.head)).toBe(true);
    expect(performance.now() - begin).toBeGreaterThan(1_500);
    expect(existsSync(lock)).toBe(false);
  });

  test('in the user’s repository is never touched, and they are told of it', async () => {
    await using stand = await gitStand();
    const lock = join(stand.repository.root, '.git/refs/heads/result.lock');
    writeFileSync(lock, '');
    utimesSync(lock, new Date(0), new Date(0));
    const published = await stand.git.publish(stand.mirror.path, stand.repository.root, 'result', stand.repository.head);
    expect(published).toMatchObject({ kind: 'refused', reason: expect.stringContaining(lock) });
    expect(published).toMatchObject({ reason: expect.stringMatching(/no git is at work.*remove/) });
    expect(existsSync(lock)).toBe(true);
  });
});
