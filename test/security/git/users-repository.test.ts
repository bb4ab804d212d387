import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CommitId } from '../../../src/domain/ids.ts';
import { createGit } from '../../../src/adapters/git/git.ts';
import { divided } from '../../support/campaign.ts';
import { memoryLocks } from '../../support/locks.ts';
import { userEnvironment, userGit, writeFiles } from '../../support/repository.ts';
import { attack, everything, harmless } from './stand.ts';
import type { Attack } from './stand.ts';

const set = (it: Attack, key: string, value: string): string => it.stand.repository.git('config', key, value);

/** A repository that somebody else made, and in which the user starts Miyabi. */
const repositories: ReadonlyArray<{
  readonly name: string;
  readonly make: (it: Attack) => void;
  readonly careless?: (it: Attack) => boolean;
  readonly refused?: readonly string[];
}> = [
  {
    name: 'a monitor of files',
    make: (it) => set(it, 'core.fsmonitor', it.program),
    careless: (it) => it.naively(it.stand.repository.root, 'status'),
  },
  {
    name: 'programs to page, edit, sign, ask and connect with, and to compare and merge',
    make(it) {
      for (const key of [
        'core.pager',
        'pager.status',
        'core.editor',
        'sequence.editor',
        'gpg.program',
        'gpg.ssh.program',
        'gpg.x509.program',
      ])
        set(it, key, it.program);
      for (const key of ['core.askPass', 'core.sshCommand', 'core.gitProxy', 'credential.helper', 'core.alternateRefsCommand'])
        set(it, key, it.program);
      for (const key of ['diff.external', 'diff.evil.command', 'diff.evil.textconv', 'merge.evil.driver', 'interactive.diffFilter'])
        set(it, key, it.program);
      for (const [key, value] of [
        ['log.showSignature', 'true'],
        ['commit.gpgSign', 'true'],
        ['trailer.sign.command', it.program],
        ['blame.ignoreRevsFile', join(it.outside, 'key')],
        ['core.attributesFile', join(it.outside, 'key')],
        ['core.excludesFile', join(it.outside, 'key')],
        ['commit.template', join(it.outside, 'key')],
        ['mailmap.file', join(it.outside, 'key')],
      ] as const)
        set(it, key, value);
      writeFiles(it.stand.repository.root, { '.gitattributes': '* diff=evil merge=evil\n', 'src/a.js': 'b\n' });
    },
    careless: (it) => it.naively(it.stand.repository.root, 'diff'),
  },
  {
    name: 'filters, and one whose name is full of signs',
    make(it) {
      appendFileSync(
        join(it.stand.repository.root, '.git', 'config'),
        `[filter "e=v.i\\"l"]\n\tclean = ${it.program}\n\tsmudge = ${it.program}\n\tprocess = ${it.program}\n\trequired = true\n[FILTER "plain"]\n\tCLEAN = ${it.program}\n`,
      );
      writeFiles(it.stand.repository.root, { '.gitattributes': '* filter=plain\n', 'src/a.js': 'b\n' });
    },
    careless: (it) => it.naively(it.stand.repository.root, 'status'),
  },
  {
    name: 'filters that are included where the repository lies where it lies, and on its branch',
    make(it) {
      const more = join(it.stand.path, 'more');
      writeFileSync(more, `[filter "evil"]\n\tclean = ${it.program}\n[core]\n\tfsmonitor = ${it.program}\n`);
      for (const condition of ['gitdir/i:**', 'onbranch:main']) set(it, `includeIf.${condition}.path`, more);
      writeFiles(it.stand.repository.root, { '.git/info/attributes': '* filter=evil\n', 'src/a.js': 'b\n' });
    },
    careless: (it) => it.naively(it.stand.repository.root, 'status'),
  },
  {
    name: 'filters in the configuration of its worktree',
    make(it) {
      set(it, 'extensions.worktreeConfig', 'true');
      writeFileSync(join(it.stand.repository.root, '.git', 'config.worktree'), `[filter "evil"]\n\tclean = ${it.program}\n`);
      writeFiles(it.stand.repository.root, { '.gitattributes': '* filter=evil\n', 'src/a.js': 'b\n' });
    },
    careless: (it) => it.naively(it.stand.repository.root, 'status'),
  },
  {
    name: 'hooks of every name, in the usual place and elsewhere',
    make(it) {
      const { root } = it.stand.repository;
      const elsewhere = join(it.stand.path, 'hooks');
      for (const hook of [
        'reference-transaction',
        'post-index-change',
        'pre-auto-gc',
        'fsmonitor-watchman',
        'post-merge',
        'proc-receive',
        'update',
      ]) {
        writeFiles(root, { [`.git/hooks/${hook}`]: `#!/bin/sh\nexec '${it.program}'\n` });
        writeFiles(elsewhere, { [hook]: `#!/bin/sh\nexec '${it.program}'\n` });
        for (const file of [join(root, '.git', 'hooks', hook), join(elsewhere, hook)]) chmodSync(file, 0o755);
      }
      set(it, 'core.hooksPath', elsewhere);
    },
    careless: (it) => it.naively(it.stand.repository.root, 'update-ref', 'refs/x', 'HEAD'),
  },
  {
    name: 'a program that packs objects for whoever fetches',
    make: (it) => set(it, 'uploadpack.packObjectsHook', it.program),
  },
  {
    name: 'another address under every path: a transport of commands',
    make: (it) => set(it, `url.ext::${it.program} %S .insteadOf`, '/'),
    careless: (it) => it.naively(it.stand.repository.root, '-c', 'protocol.ext.allow=always', 'fetch', '/x', 'HEAD'),
    refused: ['publish'],
  },
  {
    name: 'a transport of commands that it allows itself, and remotes that bear the names of paths',
    make(it) {
      set(it, 'protocol.allow', 'always');
      set(it, 'protocol.ext.allow', 'always');
      appendFileSync(
        join(it.stand.repository.root, '.git', 'config'),
        ['remote', 'branch']
          .map(
            (kind) =>
              `[${kind} "${it.stand.mirror.path}"]\n\tuploadpack = ${it.program}\n\tvcs = ext\n\turl = ext::${it.program}\n\tprune = true\n`,
          )
          .join(''),
      );
      set(it, 'remote.evil.uploadpack', it.program);
      set(it, 'remote.evil.url', '.');
    },
    careless: (it) => it.naively(it.stand.repository.root, 'fetch', 'evil'),
  },
  {
    name: 'missing objects that are promised by a command',
    make(it) {
      set(it, 'core.repositoryFormatVersion', '1');
      set(it, 'extensions.partialClone', 'origin');
      set(it, 'remote.origin.promisor', 'true');
      set(it, 'remote.origin.url', `ext::${it.program}`);
      set(it, 'protocol.ext.allow', 'always');
    },
    careless: (it) => it.naively(it.stand.repository.root, 'cat-file', '-e', '1'.repeat(40)),
  },
  {
    name: 'a fetch that takes what is not there any more away, bundles from elsewhere and its own housekeeping',
    make(it) {
      for (const [key, value] of [
        ['fetch.prune', 'true'],
        ['fetch.pruneTags', 'true'],
        ['fetch.bundleURI', join(it.outside, 'key')],
        ['fetch.recurseSubmodules', 'true'],
        ['gc.auto', '1'],
        ['gc.autoPackLimit', '1'],
        ['maintenance.auto', 'true'],
        ['fetch.showForcedUpdates', 'false'],
        ['core.alternateRefsCommand', it.program],
      ] as const)
        set(it, key, value);
      writeFiles(it.stand.repository.root, { '.git/objects/info/alternates': `${join(it.stand.mirror.path, 'objects')}\n` });
    },
  },
  {
    name: 'modules that lie in it already, with a monitor each',
    make(it) {
      const inner = join(it.stand.repository.root, 'inner');
      writeFiles(inner, { x: 'x' });
      userGit(inner, 'init', '-q');
      userGit(inner, 'add', '.');
      userGit(inner, 'commit', '-qm', 'inner');
      userGit(it.stand.repository.root, 'add', '-A');
      userGit(inner, 'config', 'core.fsmonitor', it.program);
      set(it, 'status.submoduleSummary', 'true');
      set(it, 'diff.ignoreSubmodules', 'none');
      set(it, 'submodule.recurse', 'true');
    },
    careless: (it) => it.naively(it.stand.repository.root, 'status'),
  },
  {
    name: 'replaced objects, a history that was never there and objects that lie outside',
    make(it) {
      const { repository } = it.stand;
      writeFiles(repository.root, {
        '.git/objects/info/alternates': `${it.outside}\n`,
        '.git/info/exclude': '*\n',
        '.git/info/sparse-checkout': '/nothing\n',
      });
      const other = repository.git('commit-tree', '-m', 'other', 'HEAD^{tree}');
      repository.git('replace', 'HEAD', other);
    },
  },
];

describe('whatever a repository is like in which Miyabi is started, nothing of it is run', () => {
  for (const { name, make, careless, refused = [], tags } of divided(repositories, 6))
    test(`with ${name}`, { tags }, async () => {
      await using it = await attack();
      writeFiles(it.tree, { 'src/a.js': 'c\n' });
      make(it);
      rmSync(join(it.stand.path, 'executed'), { force: true });
      expect(careless?.(it) ?? true, 'careless git runs the program').toBe(true);
      const outcome = await everything(it);
      expect(outcome).toMatchObject({ ...harmless, refused });
      expect(outcome.paths).toEqual(['src/a.js']);
    });

  test('a work tree that lies elsewhere is only looked at', async () => {
    await using it = await attack();
    set(it, 'core.worktree', it.outside);
    const outcome = await everything(it);
    expect(outcome).toMatchObject(harmless);
  });

  test('a folder that only looks like a repository to careless git is none', async () => {
    await using it = await attack();
    const inner = join(it.stand.repository.root, 'vendor');
    userGit(it.stand.path, 'init', '-q', '--bare', inner);
    appendFileSync(join(inner, 'config'), `[core]\n\tbare = false\n\tworktree = .\n\tfsmonitor = ${it.program}\n`);
    expect(it.naively(inner, 'status')).toBe(true);
    expect(await it.stand.git.inspect(inner)).not.toMatchObject({ root: inner });
    expect(it.executed()).toBe(false);
  });

  test('a tree with .git in it, with links and with names that lead out of it is not checked out', async () => {
    await using it = await attack();
    const { repository, git, mirror } = it.stand;
    const object = (type: string, content: Buffer): string => {
      const file = join(it.stand.path, 'object');
      writeFileSync(file, content);
      return repository.git('hash-object', '-w', '-t', type, '--literally', file);
    };
    const entry = (mode: string, name: string, id: string): Buffer =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
    const blob = object('blob', Buffer.from(it.outside));
    const config = object('tree', entry('100644', 'config', blob));
    const key = object('tree', entry('100644', 'key', blob));
    const trees = {
      '.git': entry('40000', '.git', config),
      '.GIT': entry('40000', '.GIT', config),
      'git~1': entry('40000', 'git~1', config),
      '..': entry('40000', '..', key),
      '.': entry('40000', '.', key),
      'a slash in a name': entry('100644', 'x/../../outside/key', blob),
      'a link and a folder of one name': Buffer.concat([entry('120000', 'docs', blob), entry('40000', 'docs', key)]),
      'a list of modules that is a link': entry('120000', '.gitmodules', blob),
    };
    for (const [name, tree] of Object.entries(trees)) {
      const commit = repository.git('commit-tree', '-m', name, object('tree', tree)) as CommitId;
      const directory = join(it.stand.path, 'state', `checked-out-${Object.keys(trees).indexOf(name)}`);
      const made = git.mirror(mirror.path, repository.root, commit).then(async (found) => await found.checkOut({ directory, commit }));
      await made.catch(() => undefined);
      expect(it.outsideNow(), name).toEqual(harmless.outside);
    }
  });

  test('a link that is tracked under any name of ours is not written through', async () => {
    await using it = await attack();
    const { repository, git, mirror } = it.stand;
    symlinkSync(it.outside, join(repository.root, '.git-in-the-making'));
    const commit = repository.commit({ 'x.txt': 'x' });
    const fresh = { directory: join(it.stand.path, 'state', 'fresh'), index: join(it.stand.path, 'state', 'index') };
    await git.mirror(mirror.path, repository.root, commit);
    await mirror.checkOut({ ...fresh, commit });
    await mirror.restore({ ...fresh, commit });
    expect(it.outsideNow()).toEqual(harmless.outside);
    expect(userGit(fresh.directory, 'status', '--porcelain')).toBe('');
  });

  test.each([
    '$(touch executed)',
    '`touch executed`',
    'a;touch executed',
    'a|b',
    'a&b',
    "a'b",
    'a>b',
    '\u202Efdp',
    'refs/heads/x',
    'ü',
    '{a,b}',
    '!x',
  ])('a branch called %j is a branch', async (given) => {
    await using it = await attack();
    const { repository, git, mirror } = it.stand;
    const name = given.replaceAll(' ', `\${IFS}`);
    repository.git('update-ref', `refs/heads/${name}`, 'HEAD');
    repository.git('symbolic-ref', 'HEAD', `refs/heads/${name}`);
    expect(await git.inspect(repository.root)).toMatchObject({ kind: 'repository', branch: name });
    expect(await git.resolve(repository.root, name)).toBe(repository.head);
    expect(await git.branchProblem(repository.root, name)).not.toBeUndefined();
    expect(await git.publish(mirror.path, repository.root, `${name}-2`, repository.head)).toEqual({ kind: 'published' });
    expect(it.executed()).toBe(false);
  });

  test.each([
    '--output=/tmp/x',
    '-h',
    '--upload-pack=touch',
    '@{-1}',
    ':/message',
    'HEAD@{yesterday}',
    'HEAD:README.md',
    '^HEAD',
    'a..b',
    '\n',
    'HEAD\nHEAD',
    '$(id)',
  ])('a revision called %j is a commit or none', async (name) => {
    await using it = await attack();
    const found = await it.stand.git.resolve(it.stand.repository.root, name);
    expect([undefined, it.stand.repository.head]).toContain(found);
    expect(await everything(it)).toMatchObject(harmless);
  });
});

describe('which git is started, and what it is told', () => {
  test('variables of ours that would turn git round do not reach it', async () => {
    await using it = await attack();
    const hostile = {
      GIT_DIR: it.outside,
      GIT_WORK_TREE: it.outside,
      GIT_INDEX_FILE: join(it.outside, 'index'),
      GIT_OBJECT_DIRECTORY: join(it.outside, 'objects'),
      GIT_CONFIG_PARAMETERS: `'core.fsmonitor=${it.program}'`,
      GIT_SSH_COMMAND: it.program,
      GIT_EXTERNAL_DIFF: it.program,
      GIT_EDITOR: it.program,
      GIT_PROXY_COMMAND: it.program,
      GIT_EXEC_PATH: it.outside,
      GIT_TRACE: join(it.outside, 'trace'),
      GIT_TRACE2_EVENT: join(it.outside, 'trace'),
      GIT_TEMPLATE_DIR: it.outside,
      GIT_ATTR_SOURCE: 'HEAD',
    };
    Object.assign(process.env, hostile);
    try {
      expect(await everything(it)).toMatchObject({ ...harmless, refused: [] });
    } finally {
      for (const name of Object.keys(hostile)) delete process.env[name];
    }
  });

  test('a git that lies in the repository, or among the programs of its dependencies, is not the one', async () => {
    await using it = await attack();
    const { root } = it.stand.repository;
    const bin = join(root, 'node_modules', '.bin');
    mkdirSync(bin, { recursive: true });
    for (const file of [join(root, 'git'), join(bin, 'git')]) writeFileSync(file, `#!/bin/sh\nexec '${it.program}'\n`, { mode: 0o755 });
    const path = `.::${bin}:${bin}/:bin:${userEnvironment.PATH}`;
    execFileSync('git', ['--version'], { cwd: root, env: { PATH: path } });
    expect(it.executed()).toBe(true);
    rmSync(join(it.stand.path, 'executed'));
    const git = createGit({ process: it.stand.process, locks: memoryLocks(), path });
    expect(await git.inspect(root)).toMatchObject({ kind: 'repository' });
    expect(await git.version()).toMatch(/^2\./);
    expect(it.executed()).toBe(false);
  });
});
