import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createGit } from '../../../src/adapters/git/git.ts';
import { memoryLocks } from '../../support/locks.ts';
import { userEnvironment, userGit, writeFiles } from '../../support/repository.ts';
import { attack, everything, harmless } from './stand.ts';

const files = { 'README.md': 'hello\n', 'src/a.js': 'a\n', 'src/b.js': 'b\n', 'deep/er/c.js': 'c\n' };

/** What one world does to a folder that the next one is to work in. */
const leavings: ReadonlyArray<readonly [string, (tree: string, outside: string) => void]> = [
  [
    'a file of the same length and time as the one before',
    (tree) => {
      const path = join(tree, 'src', 'a.js');
      const { atime, mtime } = statSync(path);
      writeFileSync(path, 'z\n');
      utimesSync(path, atime, mtime);
    },
  ],
  [
    'a file that was put in the place of another, with its time',
    (tree) => {
      const [path, other] = [join(tree, 'src', 'a.js'), join(tree, 'other')];
      const { atime, mtime } = statSync(path);
      writeFileSync(other, 'z\n');
      utimesSync(other, atime, mtime);
      renameSync(other, path);
    },
  ],
  [
    'a link out of the world in the place of a folder, and of a file, with their times',
    (tree, outside) => {
      rmSync(join(tree, 'src'), { recursive: true });
      symlinkSync(outside, join(tree, 'src'));
      rmSync(join(tree, 'README.md'));
      symlinkSync(join(outside, 'key'), join(tree, 'README.md'));
      for (const name of ['src', 'README.md']) lutimesSync(join(tree, name), 0, 0);
    },
  ],
  [
    'a link in the place of a folder to where that folder now lies',
    (tree) => {
      renameSync(join(tree, 'deep'), join(tree, 'moved'));
      writeFileSync(join(tree, 'moved', 'er', 'planted.js'), 'z\n');
      symlinkSync('moved', join(tree, 'deep'));
    },
  ],
  [
    'ignored files, hooks, repositories below, pipes and folders that nobody may enter',
    (tree) => {
      writeFiles(tree, {
        '.gitignore': '*\n',
        'node_modules/x/index.js': 'z\n',
        'shut/z': 'z\n',
        '.git/hooks/post-checkout': 'z\n',
        '.GIT/config': 'z\n',
      });
      execFileSync('mkfifo', [join(tree, 'pipe')]);
      userGit(join(tree, 'src'), 'init', '-q');
      chmodSync(join(tree, 'shut'), 0);
      chmodSync(join(tree, 'src', 'a.js'), 0o4777);
    },
  ],
  [
    'a folder in the place of a file and a file in the place of a folder',
    (tree) => {
      rmSync(join(tree, 'README.md'));
      mkdirSync(join(tree, 'README.md'));
      writeFileSync(join(tree, 'README.md', 'z'), 'z\n');
      rmSync(join(tree, 'src'), { recursive: true });
      writeFileSync(join(tree, 'src'), 'z\n');
    },
  ],
];

describe('what one world leaves behind does not reach the next one in the same folder', () => {
  test.each(leavings)('%s', async (_name, leave) => {
    await using it = await attack(files);
    const { mirror, repository } = it.stand;
    const pooled = { directory: join(it.stand.path, 'state', 'pooled'), index: join(it.stand.path, 'state', 'pooled.index') };
    await mirror.checkOut({ ...pooled, commit: repository.head });
    leave(pooled.directory, it.outside);
    await mirror.restore({ ...pooled, commit: repository.head });
    for (const [path, text] of Object.entries(files)) {
      const file = join(pooled.directory, path);
      expect(readFileSync(file, 'utf8'), path).toBe(text);
      expect(statSync(file).mode & 0o7000, path).toBe(0);
    }
    const found = readdirSync(pooled.directory, { recursive: true, encoding: 'utf8' }).filter((path) => !path.startsWith('.git'));
    expect(found.toSorted()).toEqual(['README.md', 'deep', 'deep/er', 'deep/er/c.js', 'src', 'src/a.js', 'src/b.js']);
    expect(existsSync(join(pooled.directory, '.git', 'hooks'))).toBe(false);
    expect(userGit(pooled.directory, 'status', '--porcelain', '--ignored')).toBe('');
    expect(it.outsideNow()).toEqual(harmless.outside);
  });
});

describe('what lies around', () => {
  test('the user’s own configuration says who they are, and nothing else of it is followed', async () => {
    await using it = await attack();
    const home = join(it.stand.path, 'home');
    writeFiles(home, {
      '.gitconfig': [
        '[user]\n\tname = Ada Home\n\temail = ada@home.example',
        `[core]\n\tfsmonitor = ${it.program}\n\tpager = ${it.program}\n\thooksPath = ${home}/hooks\n\tattributesFile = ${home}/attributes`,
        `[pager]\n\tconfig = ${it.program}\n\tstatus = ${it.program}`,
        `[filter "lfs"]\n\tclean = ${it.program}\n\trequired = true`,
        `[uploadpack]\n\tpackObjectsHook = ${it.program}`,
        `[trace2]\n\teventTarget = ${home}/trace\n`,
      ].join('\n'),
      attributes: '* filter=lfs\n',
      'hooks/reference-transaction': `#!/bin/sh\nexec '${it.program}'\n`,
    });
    chmodSync(join(home, 'hooks', 'reference-transaction'), 0o755);
    writeFiles(it.stand.repository.root, { 'src/a.js': 'b\n' });
    writeFiles(it.tree, { 'src/a.js': 'c\n' });
    execFileSync('git', ['status'], { cwd: it.stand.repository.root, env: { PATH: userEnvironment.PATH, HOME: home } });
    expect(it.executed()).toBe(true);
    rmSync(join(it.stand.path, 'executed'));
    rmSync(join(home, 'trace'), { force: true });
    const git = createGit({ process: it.stand.process, locks: memoryLocks(), path: userEnvironment.PATH, userEnvironment: { HOME: home } });
    expect(await git.inspect(it.stand.repository.root)).toMatchObject({ author: { name: 'Ada Home', email: 'ada@home.example' } });
    expect(await everything({ ...it, stand: { ...it.stand, git } })).toMatchObject({ ...harmless, refused: [] });
    expect(existsSync(join(home, 'trace'))).toBe(false);
  });

  test.each([
    [
      'pack',
      (root: string) => [join(root, '.git', 'objects', 'pack', `pack-${'1'.repeat(40)}.pack`), 'PACK\0\0\0\u0002'.padEnd(1024, 'x')],
    ],
    [
      'index of a pack',
      (root: string) => [join(root, '.git', 'objects', 'pack', `pack-${'1'.repeat(40)}.idx`), '\u00fftOc'.padEnd(2048, 'x')],
    ],
    [
      'list of packed refs',
      (root: string) => [join(root, '.git', 'packed-refs'), `# pack-refs with: peeled\n${'1'.repeat(40)} refs/heads/../../x\n`],
    ],
    ['list of where history ends', (root: string) => [join(root, '.git', 'shallow'), `${'1'.repeat(40)}\n`]],
    ['graph of commits', (root: string) => [join(root, '.git', 'objects', 'info', 'commit-graph'), 'CGPH'.padEnd(2048, '\u0001')]],
  ] as const)('a %s of nonsense stops at most what needs it', async (_name, where) => {
    await using it = await attack();
    const [path = '', text = ''] = where(it.stand.repository.root);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text, 'latin1');
    writeFiles(it.tree, { 'src/a.js': 'c\n' });
    const outcome = await everything(it);
    expect(outcome).toMatchObject(harmless);
    expect(outcome.paths).toEqual(['src/a.js']);
  });

  test('an object that is not what its name says is not taken over', async () => {
    await using it = await attack();
    const { repository, git, mirror } = it.stand;
    const commit = repository.commit({ 'x.txt': 'the text that was agreed on\n' });
    const id = repository.git('rev-parse', `${commit}:x.txt`);
    const other = repository.git('hash-object', '-w', join(it.outside, '..', 'evil.sh'));
    const path = (name: string): string => join(repository.root, '.git', 'objects', name.slice(0, 2), name.slice(2));
    chmodSync(path(id), 0o644);
    writeFileSync(path(id), readFileSync(path(other)));
    await expect(git.mirror(mirror.path, repository.root, commit)).rejects.toThrow('could not be brought');
  });
});
