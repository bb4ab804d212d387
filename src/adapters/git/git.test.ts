import { appendFileSync, chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gitStand } from '../../../test/support/git-stand.ts';
import { makeRepository, userGit, writeFiles } from '../../../test/support/repository.ts';
import type { Failure } from '../../domain/failure.ts';
import type { CommitId } from '../../domain/ids.ts';

const hostileNames = [
  '--upload-pack=touch x',
  '-b',
  '$(touch x)',
  '`touch x`',
  'a; touch x',
  'a b',
  "it's",
  'a..b',
  '@{-1}',
  'x.lock',
  'a~1',
  'HEAD',
  'a\0b',
  'a\nb',
  '',
];

describe('looking at the repository', () => {
  test('says what is there, also from a folder inside and through a link', async () => {
    await using stand = await gitStand({ 'a.txt': 'a', 'sub/b.txt': 'b' }, "my 'proj' $(id)");
    const { git, repository } = stand;
    const seen = await git.inspect(join(repository.root, 'sub'));
    expect(seen).toEqual({
      kind: 'repository',
      root: repository.root,
      head: repository.head,
      branch: 'main',
      dirty: [],
      author: { name: 'Ada User', email: 'ada@example.org' },
      checkedOut: { main: repository.root },
    });
  });

  test('a folder that is none, an empty repository and a bare one are told apart', async () => {
    await using stand = await gitStand();
    const empty = join(stand.path, 'empty');
    mkdirSync(empty);
    expect(await stand.git.inspect(empty)).toEqual({ kind: 'not-a-repository', path: empty });
    expect(await stand.git.inspect(join(stand.path, 'no such'))).toMatchObject({ kind: 'not-a-repository' });
    userGit(empty, 'init', '-q');
    expect(await stand.git.inspect(empty)).toEqual({ kind: 'empty', root: empty });
    const bare = join(stand.path, 'bare.git');
    userGit(stand.path, 'init', '-q', '--bare', bare);
    expect(await stand.git.inspect(bare)).toMatchObject({ kind: 'not-a-repository' });
  });

  test('a dirty tree, a detached head and a second worktree are seen, and nothing is written', async () => {
    await using stand = await gitStand({ 'a.txt': 'a', 'c.txt': 'c', '.gitignore': 'ignored\n' });
    const { git, repository } = stand;
    writeFiles(repository.root, { 'a.txt': 'changed', "new 'file' ü": 'n', ignored: 'i' });
    repository.git('mv', 'c.txt', 'd.txt');
    repository.git('worktree', 'add', '-q', join(stand.path, 'other one'), '-b', 'feature/x');
    repository.git('checkout', '-q', '--detach');
    const before = readdirSync(join(repository.root, '.git')).sort();
    const seen = await git.inspect(repository.root);
    expect(seen).toMatchObject({ kind: 'repository', branch: undefined, checkedOut: { 'feature/x': join(stand.path, 'other one') } });
    expect(seen.kind === 'repository' && [...seen.dirty].sort()).toEqual(['a.txt', 'c.txt', 'd.txt', "new 'file' ü"]);
    expect(readdirSync(join(repository.root, '.git')).sort()).toEqual(before);
    expect(await git.inspect(join(stand.path, 'other one'))).toMatchObject({ branch: 'feature/x' });
  });

  test('a revision is a commit or nothing, whatever its name', async () => {
    await using stand = await gitStand();
    const { git, repository } = stand;
    repository.git('tag', '-a', 'v1', '-m', 'v1');
    repository.git('branch', '$(touch${IFS}x)');
    for (const name of ['main', 'HEAD', 'v1', repository.head, repository.head.slice(0, 8), '$(touch${IFS}x)']) {
      expect(await git.resolve(repository.root, name)).toBe(repository.head);
    }
    for (const name of ['nope', 'main:README.md', ...hostileNames.filter((hostile) => hostile !== 'HEAD')]) {
      expect(await git.resolve(repository.root, name)).toBeUndefined();
    }
    expect(existsSync(join(repository.root, 'x'))).toBe(false);
  });

  test('a name that cannot be a branch is answered with the reason', async () => {
    await using stand = await gitStand();
    const { git, repository } = stand;
    repository.git('branch', 'a/b');
    repository.git('branch', 'Fix');
    for (const name of hostileNames.filter((hostile) => hostile !== "it's")) {
      expect(await git.branchProblem(repository.root, name)).toMatch(/not allowed/);
    }
    expect(await git.branchProblem(repository.root, 'main')).toMatch(/exists already/);
    expect(await git.branchProblem(repository.root, 'a')).toMatch(/beside the branch "a\/b"/);
    expect(await git.branchProblem(repository.root, 'a/b/c')).toMatch(/beside the branch "a\/b"/);
    expect(await git.branchProblem(repository.root, 'fix')).toMatch(/differs from the branch "Fix"/);
    expect(await git.branchProblem(repository.root, 'x'.repeat(300))).toMatch(/longer than/);
    for (const name of ['miyabi/run_1', 'a-b', '$(id)', "it's", 'ü'])
      expect(await git.branchProblem(repository.root, name)).toBeUndefined();
  });

  test('a folder becomes a repository with everything in it committed', async () => {
    await using stand = await gitStand();
    const directory = join(stand.path, '-new $(id)');
    writeFiles(directory, { 'a.txt': 'a', '.gitignore': 'i\n', i: 'ignored' });
    const commit = await stand.git.create(directory, { name: 'Demo', email: 'demo@localhost' }, 'The example');
    expect(userGit(directory, 'log', '--format=%H %an %s')).toBe(`${commit} Demo The example`);
    expect(userGit(directory, 'status', '--porcelain', '--branch')).toBe('## main');
  });
});

describe('the mirror of a repository', () => {
  test('has one commit, no remotes, no hooks, and is made once by many at the same time', async () => {
    await using stand = await gitStand();
    const { git, repository, path } = stand;
    const mirrorPath = join(path, 'state', 'mirrors', 'two $(id).git');
    await Promise.all(Array.from({ length: 6 }, () => git.mirror(mirrorPath, repository.root, repository.head)));
    expect(userGit(mirrorPath, 'for-each-ref', '--format=%(refname) %(objectname)')).toBe(
      `refs/miyabi/bases/${repository.head} ${repository.head}`,
    );
    expect(userGit(mirrorPath, 'remote')).toBe('');
    expect(existsSync(join(mirrorPath, 'hooks'))).toBe(false);
    expect(readdirSync(join(path, 'state', 'mirrors')).sort()).toEqual(['one.git', 'two $(id).git']);
  });

  test('follows a repository whose history was rewritten', async () => {
    await using stand = await gitStand();
    const { git, repository, mirror } = stand;
    repository.git('commit', '-q', '--amend', '-m', 'rewritten');
    const head = repository.git('rev-parse', 'HEAD') as CommitId;
    await git.mirror(mirror.path, repository.root, head);
    expect(await mirror.listFiles(head)).toEqual(['README.md', 'src/a.js']);
    expect(await mirror.listFiles(repository.head)).toEqual(['README.md', 'src/a.js']);
  });

  test('a shallow repository can be worked on, and gets its branch', async () => {
    await using stand = await gitStand();
    const { git, repository, path } = stand;
    repository.commit({ 'b.txt': 'b' });
    repository.commit({ 'c.txt': 'c' });
    const shallow = join(path, 'shallow');
    userGit(path, 'clone', '-q', '--depth', '1', `file://${repository.root}`, shallow);
    const head = userGit(shallow, 'rev-parse', 'HEAD') as CommitId;
    const mirror = await git.mirror(join(path, 'state/mirrors/shallow.git'), shallow, head);
    const tree = join(path, 'tree');
    await mirror.checkOut({ directory: tree, commit: head });
    expect(userGit(tree, 'log', '--oneline').split('\n')).toHaveLength(1);
    writeFiles(tree, { 'd.txt': 'd' });
    const commit = (await mirror.commitFolder({ directory: tree, base: head, message: 'd', author: { name: 'A', email: 'a@b' }, at: 0 }))!;
    expect(await git.publish(mirror.path, shallow, 'miyabi/run_1', commit)).toEqual({ kind: 'published' });
    expect(userGit(shallow, 'rev-parse', 'miyabi/run_1')).toBe(commit);
  });

  test('a commit that the repository does not have is refused', async () => {
    await using stand = await gitStand();
    await expect(stand.git.mirror(stand.mirror.path, stand.repository.root, 'e'.repeat(40) as CommitId)).rejects.toThrow(/fetch/);
    await expect(stand.git.open(join(stand.path, 'none.git'))).rejects.toThrow(/does not exist/);
  });
});

describe('publishing', () => {
  async function published() {
    const stand = await gitStand();
    const tree = join(stand.path, 'tree');
    await stand.mirror.checkOut({ directory: tree, commit: stand.repository.head });
    writeFiles(tree, { 'new.txt': 'n' });
    const commit = (await stand.mirror.commitFolder({
      directory: tree,
      base: stand.repository.head,
      message: 'n',
      author: { name: 'A', email: 'a@b' },
      at: 0,
    }))!;
    return { stand, commit, publish: (branch: string) => stand.git.publish(stand.mirror.path, stand.repository.root, branch, commit) };
  }

  test('makes the branch, moves it forward, and does nothing the second time; the tree and HEAD stay', async () => {
    const { stand, commit, publish } = await published();
    await using held = stand;
    const { repository } = held;
    repository.git('branch', 'behind');
    for (const branch of ['miyabi/run_1', 'behind', "it's $(id)".replace(' ', '-')]) {
      expect(await publish(branch)).toEqual({ kind: 'published' });
      expect(await publish(branch)).toEqual({ kind: 'published' });
      expect(repository.git('rev-parse', `refs/heads/${branch}`)).toBe(commit);
    }
    expect(repository.git('status', '--porcelain')).toBe('');
    expect(repository.git('rev-parse', 'HEAD')).toBe(repository.head);
    expect(existsSync(join(repository.root, '.git', 'FETCH_HEAD'))).toBe(false);
  });

  test('never forces a branch that went another way', async () => {
    const { stand, publish } = await published();
    await using held = stand;
    const { repository } = held;
    repository.git('checkout', '-q', '-b', 'other');
    const other = repository.commit({ 'o.txt': 'o' });
    repository.git('checkout', '-q', 'main');
    expect(await publish('other')).toEqual({ kind: 'diverged', at: other });
    expect(repository.git('rev-parse', 'other')).toBe(other);
  });

  test('refuses a branch that is checked out, a name that is none, and one in the way of another', async () => {
    const { stand, publish } = await published();
    await using held = stand;
    held.repository.git('branch', 'a/b');
    expect(await publish('main')).toMatchObject({ kind: 'refused', reason: expect.stringContaining('checked out') });
    expect(await publish('bad..name')).toMatchObject({ kind: 'refused' });
    expect(await publish('a')).toMatchObject({ kind: 'refused' });
    expect(held.repository.git('rev-parse', 'main')).toBe(held.repository.head);
  });

  test('hooks of the user do not run', async () => {
    const { stand, publish } = await published();
    await using held = stand;
    const marker = join(held.path, 'ran');
    const hooks = join(held.repository.root, '.git', 'hooks');
    mkdirSync(hooks, { recursive: true });
    for (const hook of ['reference-transaction', 'post-update', 'post-checkout']) {
      writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch '${marker}'\n`, { mode: 0o755 });
    }
    appendFileSync(join(held.repository.root, '.git', 'config'), '');
    expect(await publish('quiet')).toEqual({ kind: 'published' });
    expect(existsSync(marker)).toBe(false);
    held.repository.git('branch', 'loud');
    expect(existsSync(marker)).toBe(true);
  });
});

test('a repository with SHA-256 names works the same', async () => {
  await using stand = await gitStand();
  const root = join(stand.path, 'sha256');
  mkdirSync(root);
  userGit(root, 'init', '-q', '--object-format=sha256', '--initial-branch=main');
  const { head } = makeRepository(root);
  expect(head).toHaveLength(64);
  const mirror = await stand.git.mirror(join(stand.path, 'state/mirrors/long.git'), root, head);
  const tree = join(stand.path, 'tree');
  await mirror.checkOut({ directory: tree, commit: head });
  expect(userGit(tree, 'status', '--porcelain')).toBe('');
});

test('the version is a version', async () => {
  await using stand = await gitStand();
  expect(await stand.git.version()).toMatch(/^\d+\.\d+/);
});

describe('what cannot be read', () => {
  const failure = (reason: string, text: Readonly<Record<string, unknown>>) => ({
    name: 'Failure',
    reason,
    text: expect.objectContaining(text),
  });

  test.each([
    ['configuration', (root: string) => writeFileSync(join(root, '.git/config'), '[[['), /bad config/],
    ['index', (root: string) => writeFileSync(join(root, '.git/index'), 'garbage'), /index/],
    [
      'commit',
      (root: string) => {
        const head = userGit(root, 'rev-parse', 'HEAD');
        const object = join(root, '.git/objects', head.slice(0, 2), head.slice(2));
        chmodSync(object, 0o600);
        writeFileSync(object, 'garbage');
      },
      /corrupt/,
    ],
  ])('a user’s repository with a broken %s is told, with what to do', async (_name, damage, why) => {
    await using stand = await gitStand();
    damage(stand.repository.root);
    const expected = failure('configuration', { why: expect.stringMatching(why), fix: expect.stringContaining('git fsck') });
    await expect(stand.git.inspect(stand.repository.root)).rejects.toMatchObject(expected);
  });

  test('a path beyond the limit of the system is told, and not in full', async () => {
    await using stand = await gitStand();
    const error: unknown = await stand.git.inspect(`/${'a'.repeat(5_000)}`).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(failure('usage', { why: expect.stringContaining('longer than the system allows') }));
    expect((error as Failure).text.what.length).toBeLessThan(500);
  });

  test('a mirror that is gone or broken is told, with what to do', async () => {
    await using stand = await gitStand();
    const expected = failure('configuration', { what: expect.stringContaining(stand.mirror.path), fix: expect.stringContaining('Remove') });
    for (const name of readdirSync(join(stand.mirror.path, 'objects')))
      rmSync(join(stand.mirror.path, 'objects', name), { recursive: true });
    await expect(stand.mirror.listFiles(stand.repository.head)).rejects.toMatchObject(expected);
    rmSync(stand.mirror.path, { recursive: true });
    await expect(stand.git.open(stand.mirror.path)).rejects.toMatchObject(expected);
  });
});
