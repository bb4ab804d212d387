import { appendFileSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CommitId } from '../../../src/domain/ids.ts';
import { gitStand } from '../../support/git-stand.ts';
import type { GitStand } from '../../support/git-stand.ts';
import { userGit, writeFiles } from '../../support/repository.ts';

const author = { name: 'Ada User', email: 'ada@example.org' };

/** A world in which an agent was, a command that leaves a mark, and whether it ran. */
async function attack() {
  const stand = await gitStand({ 'README.md': 'hello\n', 'src/a.js': 'a\n' });
  const tree = join(stand.path, 'worlds', 'alpha', 'tree');
  await stand.mirror.checkOut({ directory: tree, commit: stand.repository.head });
  const marker = join(stand.path, 'executed');
  const program = join(stand.path, 'evil.sh');
  writeFileSync(program, `#!/bin/sh\necho ran >> '${marker}'\ncat 2>/dev/null </dev/null\nexit 0\n`, { mode: 0o755 });
  return {
    stand,
    tree,
    program,
    executed: () => existsSync(marker),
    /** What a person or a careless program would type there. The attack is only proven when this runs the command. */
    naively(directory: string, ...args: string[]) {
      try {
        userGit(directory, ...args);
      } catch {
        // Whether git liked it does not matter here.
      }
      const ran = existsSync(marker);
      rmSync(marker, { force: true });
      return ran;
    },
    [Symbol.asyncDispose]: () => stand[Symbol.asyncDispose](),
  };
}

/** Everything Miyabi ever does with a world and its mirror, after the agent was there. */
async function everything(stand: GitStand, tree: string): Promise<CommitId | undefined> {
  const { mirror, repository, git } = stand;
  writeFiles(tree, { 'harvested.txt': 'h\n' });
  const commit = await mirror.commitFolder({ directory: tree, base: repository.head, message: 'm', author, at: 1_700_000_000_000 });
  if (commit !== undefined) {
    await mirror.change(repository.head, commit);
    await mirror.patch(repository.head, commit);
    await mirror.listFiles(commit);
    await mirror.readFile(commit, 'harvested.txt');
    await mirror.updateRef('refs/miyabi/worlds/r/t/alpha', commit);
    await mirror.cherryPick(commit, commit);
    const fresh = join(stand.path, 'fresh');
    await mirror.checkOut({ directory: fresh, commit });
    await stand.workspaces.clear(fresh);
    await git.publish(mirror.path, repository.root, 'miyabi/run_1', commit);
    await git.inspect(repository.root);
  }
  await mirror.deleteRefs('refs/miyabi/worlds/r');
  return commit;
}

describe('an agent cannot make Miyabi run its commands through git', () => {
  test('1: a repository of its own in the place of the world’s', async () => {
    await using it = await attack();
    rmSync(join(it.tree, '.git'), { recursive: true });
    userGit(it.tree, 'init', '-q');
    userGit(it.tree, 'config', 'core.fsmonitor', it.program);
    expect(it.naively(it.tree, 'status')).toBe(true);
    expect(await everything(it.stand, it.tree)).toBeDefined();
    expect(it.executed()).toBe(false);
  });

  test('2: a hooks path in the configuration of the mirror', async () => {
    await using it = await attack();
    const hooks = join(it.stand.path, 'hooks');
    mkdirSync(hooks);
    for (const hook of ['post-checkout', 'pre-commit', 'reference-transaction', 'post-index-change'])
      symlinkSync(it.program, join(hooks, hook));
    userGit(it.stand.mirror.path, 'config', 'core.hooksPath', hooks);
    expect(it.naively(it.stand.mirror.path, 'update-ref', 'refs/x', it.stand.repository.head)).toBe(true);
    expect(await everything(it.stand, it.tree)).toBeDefined();
    expect(it.executed()).toBe(false);
  });

  test('3: a hook in the mirror', async () => {
    await using it = await attack();
    mkdirSync(join(it.stand.mirror.path, 'hooks'));
    for (const hook of ['post-checkout', 'reference-transaction']) symlinkSync(it.program, join(it.stand.mirror.path, 'hooks', hook));
    expect(it.naively(it.stand.mirror.path, 'update-ref', 'refs/x', it.stand.repository.head)).toBe(true);
    expect(await everything(it.stand, it.tree)).toBeDefined();
    expect(it.executed()).toBe(false);
  });

  test('4: filters, diff and merge drivers by attributes of the world and configuration of its own repository', async () => {
    await using it = await attack();
    writeFiles(it.tree, { '.gitattributes': '* filter=evil diff=evil merge=evil\n' });
    for (const key of [
      'filter.evil.clean',
      'filter.evil.smudge',
      'filter.evil.process',
      'diff.evil.textconv',
      'diff.evil.command',
      'merge.evil.driver',
    ]) {
      userGit(it.tree, 'config', key, it.program);
    }
    writeFiles(it.tree, { 'src/a.js': 'changed\n' });
    expect(it.naively(it.tree, 'add', '-A')).toBe(true);
    const commit = (await everything(it.stand, it.tree))!;
    expect(await it.stand.mirror.readFile(commit, 'src/a.js')).toBe('changed\n');
    expect(it.executed()).toBe(false);
  });

  test('4: filters of the user’s own repository, when Miyabi looks at it', async () => {
    await using it = await attack();
    const { repository, git } = it.stand;
    writeFiles(repository.root, { '.gitattributes': '* filter=evil=x\n', 'src/a.js': 'b\n' });
    appendFileSync(
      join(repository.root, '.git', 'config'),
      `[filter "evil=x"]\n\tclean = ${it.program}\n\tprocess = ${it.program}\n\trequired = true\n`,
    );
    expect(it.naively(repository.root, 'status')).toBe(true);
    const seen = await git.inspect(repository.root);
    expect(seen.kind === 'repository' && seen.dirty).toContain('src/a.js');
    expect(it.executed()).toBe(false);
  });

  test('1: a file system monitor, hooks and a pager of the user’s repository, when Miyabi looks at it and publishes', async () => {
    await using it = await attack();
    const { repository, git } = it.stand;
    for (const key of [
      'core.fsmonitor',
      'core.pager',
      'core.sshCommand',
      'core.editor',
      'uploadpack.packObjectsHook',
      'gpg.program',
      'core.alternateRefsCommand',
    ]) {
      repository.git('config', key, it.program);
    }
    expect(it.naively(repository.root, 'status')).toBe(true);
    const next = repository.git('commit-tree', '-p', 'HEAD', '-m', 'next', 'HEAD^{tree}') as CommitId;
    await git.mirror(it.stand.mirror.path, repository.root, next);
    await git.resolve(repository.root, 'HEAD');
    await git.branchProblem(repository.root, 'x');
    expect(await everything(it.stand, it.tree)).toBeDefined();
    expect(it.executed()).toBe(false);
  });

  test('5: a bare repository in a folder of the world', async () => {
    await using it = await attack();
    const inner = join(it.tree, 'inner');
    userGit(it.tree, 'init', '-q', '--bare', inner);
    userGit(inner, 'config', 'core.bare', 'false');
    userGit(inner, 'config', 'core.worktree', '.');
    appendFileSync(join(inner, 'config'), `[core]\n\tfsmonitor = ${it.program}\n`);
    expect(it.naively(inner, 'status')).toBe(true);
    expect(await everything(it.stand, it.tree)).toBeDefined();
    expect(it.executed()).toBe(false);
    expect(await it.stand.git.inspect(inner)).not.toMatchObject({ root: inner });
    expect(it.executed()).toBe(false);
  });

  test('6: a repository inside, linked as a submodule', async () => {
    await using it = await attack();
    const inner = join(it.tree, 'inner');
    writeFiles(inner, { 'x.txt': 'x' });
    userGit(inner, 'init', '-q');
    userGit(inner, 'add', '.');
    userGit(inner, 'commit', '-q', '-m', 'inner');
    userGit(inner, 'config', 'core.fsmonitor', it.program);
    userGit(it.tree, 'add', '-A');
    rmSync(join(it.stand.path, 'executed'), { force: true });
    expect(it.naively(it.tree, 'status')).toBe(true);
    const commit = (await everything(it.stand, it.tree))!;
    const { files } = await it.stand.mirror.change(it.stand.repository.head, commit);
    expect(files.map((file) => file.path)).toEqual(['harvested.txt']);
    expect(it.executed()).toBe(false);
  });

  test('7 and 8: the administration of a worktree, planted in the mirror and named by the world', async () => {
    await using it = await attack();
    const { mirror } = it.stand;
    const admin = join(mirror.path, 'worktrees', 'tree');
    const own = join(it.stand.path, 'own.git');
    userGit(it.stand.path, 'init', '-q', '--bare', own);
    userGit(own, 'config', 'core.bare', 'false');
    userGit(own, 'config', 'core.fsmonitor', it.program);
    writeFiles(admin, {
      HEAD: `${it.stand.repository.head}\n`,
      gitdir: `${it.tree}/.git\n`,
      commondir: `${own}\n`,
      'config.worktree': `[core]\n\tfsmonitor = ${it.program}\n`,
    });
    rmSync(join(it.tree, '.git'), { recursive: true });
    writeFileSync(join(it.tree, '.git'), `gitdir: ${admin}\n`);
    expect(it.naively(it.tree, 'status')).toBe(true);
    userGit(mirror.path, 'config', 'extensions.worktreeConfig', 'true');
    writeFileSync(join(mirror.path, 'config.worktree'), `[core]\n\tfsmonitor = ${it.program}\n\tbare = true\n`);
    await everything(it.stand, it.tree);
    expect(it.executed()).toBe(false);
  });

  test('9: a link that leads out of the world is a link in the commit, and is not read through', async () => {
    await using it = await attack();
    const secret = join(it.stand.path, 'secret');
    writeFiles(secret, { key: 'TOP SECRET' });
    symlinkSync(secret, join(it.tree, 'docs'));
    rmSync(join(it.tree, 'src'), { recursive: true });
    symlinkSync(secret, join(it.tree, 'src'));
    const commit = (await everything(it.stand, it.tree))!;
    const { files } = await it.stand.mirror.change(it.stand.repository.head, commit);
    expect(
      files
        .filter((file) => file.kind === 'symlink')
        .map((file) => file.path)
        .sort(),
    ).toEqual(['docs', 'src']);
    expect(await it.stand.mirror.listFiles(commit)).not.toContain('docs/key');
    expect(await it.stand.mirror.readFile(commit, 'docs')).toBeUndefined();
    expect(await it.stand.mirror.readFile(commit, 'docs/key')).toBeUndefined();
    expect(readFileSync(join(secret, 'key'), 'utf8')).toBe('TOP SECRET');
  });

  test('9: the whole checkout turned into a link to the user’s repository', async () => {
    await using it = await attack();
    rmSync(it.tree, { recursive: true });
    symlinkSync(it.stand.repository.root, it.tree);
    await it.stand.workspaces.clear(it.tree);
    expect(existsSync(it.tree)).toBe(false);
    expect(it.stand.repository.git('status', '--porcelain')).toBe('');
  });

  test('10: names that are git’s own do not get into a commit', async () => {
    await using it = await attack();
    writeFiles(it.tree, { '.GIT/config': 'x', 'sub/.Git/hooks/post-checkout': 'x', 'git~1/config': 'x' });
    const commit = (await everything(it.stand, it.tree))!;
    const paths = await it.stand.mirror.listFiles(commit);
    expect(paths.filter((path) => /(^|\/)\.git\//i.test(path))).toEqual([]);
  });

  test('10: a base whose tree holds .git is not checked out over the world’s', async () => {
    await using it = await attack();
    const { repository, git, mirror } = it.stand;
    const blob = repository.git('hash-object', '-w', '--stdin', '--path=x');
    const bytes = Buffer.concat([Buffer.from('100644 config\0'), Buffer.from(blob, 'hex')]);
    writeFileSync(join(it.stand.path, 'tree'), bytes);
    const inner = repository.git('hash-object', '-w', '-t', 'tree', '--literally', join(it.stand.path, 'tree'));
    writeFileSync(join(it.stand.path, 'tree'), Buffer.concat([Buffer.from('40000 .git\0'), Buffer.from(inner, 'hex')]));
    const outer = repository.git('hash-object', '-w', '-t', 'tree', '--literally', join(it.stand.path, 'tree'));
    const commit = repository.git('commit-tree', '-m', 'evil', outer) as CommitId;
    const directory = join(it.stand.path, 'evil-tree');
    const made = git.mirror(mirror.path, repository.root, commit).then((found) => found.checkOut({ directory: directory, commit: commit }));
    await expect(made).rejects.toThrow();
    expect(existsSync(directory)).toBe(false);
  });

  test('11: submodules that update by command or come over a transport of commands', async () => {
    await using it = await attack();
    writeFiles(it.tree, { '.gitmodules': `[submodule "x"]\n\tpath = x\n\turl = ext::${it.program}\n\tupdate = !${it.program}\n` });
    expect(await everything(it.stand, it.tree)).toBeDefined();
    expect(it.executed()).toBe(false);
  });

  test('13: names that a shell would run are names', async () => {
    await using it = await attack();
    for (const name of [`$(touch\${IFS}executed)`, '`id`', 'a|b', 'a&b', "a'b", 'a>b', '\u202Efdp']) {
      writeFiles(it.tree, { [name]: 'x' });
      it.stand.repository.git('branch', name);
      expect(await it.stand.git.resolve(it.stand.repository.root, name)).toBe(it.stand.repository.head);
    }
    const commit = (await everything(it.stand, it.tree))!;
    expect(await it.stand.mirror.listFiles(commit)).toContain('`id`');
    expect(it.executed()).toBe(false);
    expect(lstatSync(it.tree).isDirectory()).toBe(true);
  });

  test('an index of the agent’s that hides a change hides nothing', async () => {
    await using it = await attack();
    writeFiles(it.tree, { 'src/a.js': 'hidden\n' });
    userGit(it.tree, 'update-index', '--assume-unchanged', 'src/a.js');
    writeFiles(it.tree, { '.git/info/exclude': '*\n' });
    const commit = (await everything(it.stand, it.tree))!;
    expect((await it.stand.mirror.change(it.stand.repository.head, commit)).files.map((file) => file.path)).toEqual([
      'harvested.txt',
      'src/a.js',
    ]);
  });
});
