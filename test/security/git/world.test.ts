import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { divided } from '../../support/campaign.ts';
import { userGit, writeFiles } from '../../support/repository.ts';
import { attack, everything, harmless } from './stand.ts';
import type { Attack } from './stand.ts';

/** Turns the world's own repository against whoever calls git there: every key of git's that names a program. */
function arm(it: Attack, directory: string): void {
  const keys = [
    'core.fsmonitor',
    'core.pager',
    'core.editor',
    'core.sshCommand',
    'core.gitProxy',
    'core.askPass',
    'core.alternateRefsCommand',
    'sequence.editor',
    'diff.external',
    'interactive.diffFilter',
    'gpg.program',
    'credential.helper',
    'uploadpack.packObjectsHook',
    'pager.status',
    'alias.status',
    'trailer.sign.command',
    'filter.evil.clean',
    'filter.evil.smudge',
    'filter.evil.process',
    'diff.evil.textconv',
    'diff.evil.command',
    'merge.evil.driver',
  ];
  for (const key of keys) userGit(directory, 'config', key, it.program);
}

/** How a world is left behind; `careless` is what proves that the attack is one. */
const worlds: ReadonlyArray<{
  readonly name: string;
  readonly leave: (it: Attack) => void;
  readonly careless?: (it: Attack) => boolean;
  /** Paths that are harvested. */
  readonly paths: readonly string[];
  /** Operations that git refuses then. */
  readonly refused?: readonly string[];
}> = [
  {
    name: 'its own repository with every program git knows, and attributes for all of them',
    leave(it) {
      arm(it, it.tree);
      writeFiles(it.tree, { '.gitattributes': '* filter=evil diff=evil merge=evil\n', 'src/a.js': 'b\n' });
    },
    careless: (it) => it.naively(it.tree, 'add', '-A'),
    paths: ['.gitattributes', 'src/a.js'],
  },
  {
    name: 'attributes in the information of its own repository',
    leave(it) {
      arm(it, it.tree);
      writeFiles(it.tree, { '.git/info/attributes': '* filter=evil\n', 'src/a.js': 'b\n' });
    },
    careless: (it) => it.naively(it.tree, 'add', '-A'),
    paths: ['src/a.js'],
  },
  {
    name: 'hooks of every name in its own repository',
    leave(it) {
      for (const hook of ['pre-commit', 'post-checkout', 'post-index-change', 'reference-transaction', 'fsmonitor-watchman'])
        writeFiles(it.tree, { [`.git/hooks/${hook}`]: `#!/bin/sh\nexec '${it.program}'\n` });
      for (const hook of ['pre-commit', 'post-index-change', 'reference-transaction'])
        chmodSync(join(it.tree, '.git', 'hooks', hook), 0o755);
      writeFiles(it.tree, { 'src/a.js': 'b\n' });
    },
    careless: (it) => it.naively(it.tree, 'update-ref', 'refs/x', 'HEAD'),
    paths: ['src/a.js'],
  },
  {
    name: 'a configuration that includes another, when it lies where it lies',
    leave(it) {
      writeFileSync(join(it.outside, '..', 'more'), `[core]\n\tfsmonitor = ${it.program}\n`);
      appendFileSync(join(it.tree, '.git', 'config'), `[includeIf "gitdir:**"]\n\tpath = ${join(it.outside, '..', 'more')}\n`);
      writeFiles(it.tree, { 'src/a.js': 'b\n' });
    },
    careless: (it) => it.naively(it.tree, 'status'),
    paths: ['src/a.js'],
  },
  {
    name: 'a work tree elsewhere',
    leave(it) {
      userGit(it.tree, 'config', 'core.worktree', it.outside);
      writeFiles(it.tree, { 'src/a.js': 'b\n' });
    },
    paths: ['src/a.js'],
  },
  {
    name: 'a link to a repository of its own in the place of .git',
    leave(it) {
      const own = join(it.stand.path, 'own');
      userGit(it.stand.path, 'init', '-q', own);
      arm(it, own);
      rmSync(join(it.tree, '.git'), { recursive: true });
      symlinkSync(join(own, '.git'), join(it.tree, '.git'));
      writeFiles(it.tree, { 'src/a.js': 'b\n' });
    },
    careless: (it) => it.naively(it.tree, 'status'),
    paths: ['src/a.js'],
  },
  {
    name: 'a file that names a repository of its own in the place of .git',
    leave(it) {
      const own = join(it.stand.path, 'own');
      userGit(it.stand.path, 'init', '-q', own);
      arm(it, own);
      rmSync(join(it.tree, '.git'), { recursive: true });
      writeFileSync(join(it.tree, '.git'), `gitdir: ${join(own, '.git')}\n`);
      writeFiles(it.tree, { 'src/a.js': 'b\n' });
    },
    careless: (it) => it.naively(it.tree, 'status'),
    paths: ['src/a.js'],
  },
  {
    name: 'a pipe in the place of .git, which nobody writes to',
    leave(it) {
      rmSync(join(it.tree, '.git'), { recursive: true });
      execFileSync('mkfifo', [join(it.tree, '.git')]);
      writeFiles(it.tree, { 'src/a.js': 'b\n' });
    },
    paths: ['src/a.js'],
  },
  {
    name: 'no .git at all, and a file of locks that nobody holds',
    leave(it) {
      rmSync(join(it.tree, '.git'), { recursive: true });
      writeFiles(it.tree, { 'src/a.js': 'b\n', 'index.lock': '' });
    },
    paths: ['index.lock', 'src/a.js'],
  },
  {
    name: 'locks in its own repository',
    leave(it) {
      writeFiles(it.tree, { '.git/index.lock': '', '.git/HEAD.lock': '', '.git/config.lock': '', 'src/a.js': 'b\n' });
    },
    paths: ['src/a.js'],
  },
  {
    name: 'an index with paths of git’s own and of the machine’s',
    leave(it) {
      const blob = userGit(it.tree, 'hash-object', '-w', 'README.md');
      for (const path of ['.git/hooks/post-checkout', '../outside/key', '/etc/passwd', '.GIT/config', 'a/../../key', 'git~1/config'])
        it.naively(it.tree, 'update-index', '--add', '--cacheinfo', `100755,${blob},${path}`);
      writeFiles(it.tree, { 'src/a.js': 'b\n' });
    },
    paths: ['src/a.js'],
  },
  {
    name: 'an index of nonsense',
    leave(it) {
      writeFiles(it.tree, { '.git/index': 'DIRC\0\0\0\u0002'.padEnd(4096, 'x'), 'src/a.js': 'b\n' });
    },
    paths: ['src/a.js'],
    refused: ['inspect a world'],
  },
  {
    name: 'a bare repository below, with programs',
    leave(it) {
      const inner = join(it.tree, 'inner');
      userGit(it.tree, 'init', '-q', '--bare', '--template=', inner);
      arm(it, inner);
      appendFileSync(join(inner, 'config'), '[core]\n\tbare = false\n\tworktree = .\n');
      writeFiles(it.tree, { 'src/a.js': 'b\n' });
    },
    careless: (it) => it.naively(join(it.tree, 'inner'), 'status'),
    paths: ['inner/HEAD', 'inner/config', 'src/a.js'],
  },
  {
    name: 'a repository below in the place of files of the base, with programs',
    leave(it) {
      userGit(join(it.tree, 'src'), 'init', '-q');
      arm(it, join(it.tree, 'src'));
      writeFiles(it.tree, { 'src/a.js': 'b\n', 'src/.gitattributes': '* filter=evil\n' });
    },
    careless: (it) => it.naively(join(it.tree, 'src'), 'status'),
    paths: ['src/.gitattributes', 'src/a.js'],
  },
  {
    name: 'a linked repository in the index, with a monitor',
    leave(it) {
      const inner = join(it.tree, 'inner');
      writeFiles(inner, { 'x.txt': 'x' });
      userGit(inner, 'init', '-q');
      userGit(inner, 'add', '.');
      userGit(inner, 'commit', '-q', '-m', 'inner');
      userGit(it.tree, 'add', '-A');
      userGit(inner, 'config', 'core.fsmonitor', it.program);
      writeFiles(it.tree, { 'src/a.js': 'b\n' });
    },
    careless: (it) => it.naively(it.tree, 'status'),
    paths: ['src/a.js'],
  },
  {
    name: 'modules that update by command, and one from a transport of commands',
    leave(it) {
      writeFiles(it.tree, {
        '.gitmodules': `[submodule "x"]\n\tpath = x\n\turl = ext::${it.program}\n\tupdate = !${it.program}\n[submodule "-u${it.program}"]\n\tpath = y\n\turl = -u${it.program}\n`,
      });
    },
    paths: ['.gitmodules'],
  },
  {
    name: 'links out of the world in the place of a file, of a folder and of what is to be ignored',
    leave(it) {
      rmSync(join(it.tree, 'src'), { recursive: true });
      symlinkSync(it.outside, join(it.tree, 'src'));
      rmSync(join(it.tree, 'README.md'));
      symlinkSync(join(it.outside, 'key'), join(it.tree, 'README.md'));
      for (const name of ['.gitignore', '.gitattributes']) symlinkSync(join(it.outside, 'key'), join(it.tree, name));
    },
    paths: ['.gitattributes', '.gitignore', 'README.md', 'src', 'src/a.js'],
  },
  {
    name: 'a link in the place of the list of modules',
    leave: (it) => symlinkSync(join(it.outside, 'key'), join(it.tree, '.gitmodules')),
    paths: [],
    refused: ['harvest', 'harvest without index'],
  },
  {
    name: 'a circle of links and a link to everything',
    leave(it) {
      symlinkSync('loop', join(it.tree, 'loop'));
      symlinkSync('/', join(it.tree, 'all'));
      symlinkSync('/proc/self/fd/0', join(it.tree, 'input'));
    },
    paths: ['all', 'input', 'loop'],
  },
  {
    name: 'pipes, folders and files that nobody may enter, and a name that is only .git to some disks',
    leave(it) {
      execFileSync('mkfifo', [join(it.tree, 'pipe'), join(it.tree, 'src', 'pipe')]);
      writeFiles(it.tree, {
        'shut/file': 'x',
        '.GIT/config': 'x',
        'sub/.Git/hooks/post-checkout': 'x',
        'git~1/config': 'x',
        '.g\u200cit/config': 'x',
      });
      chmodSync(join(it.tree, 'shut', 'file'), 0);
      chmodSync(join(it.tree, 'shut'), 0);
    },
    paths: ['shut/file'],
  },
  {
    name: 'a very long list of attributes, and very long lines in it',
    leave(it) {
      const line = `* ${'x'.repeat(5_000)}\n`;
      writeFiles(it.tree, { '.gitattributes': line.repeat(2_000), '.gitignore': `${'**/'.repeat(400)}x\n`, 'src/a.js': 'b\n' });
    },
    paths: ['.gitattributes', '.gitignore', 'src/a.js'],
  },
  {
    name: 'objects of its own that borrow from elsewhere, and a history that was never there',
    leave(it) {
      const elsewhere = join(it.stand.path, 'elsewhere');
      userGit(it.stand.path, 'init', '-q', elsewhere);
      writeFiles(it.tree, {
        'src/a.js': 'b\n',
        '.git/info/grafts': `${it.stand.repository.head}\n`,
        '.git/shallow': `${it.stand.repository.head}\n`,
      });
      appendFileSync(join(it.tree, '.git', 'objects', 'info', 'alternates'), `${elsewhere}/.git/objects\n${it.outside}\n`);
    },
    paths: ['src/a.js'],
  },
  {
    name: 'names that a shell, a terminal or an option parser would take for more',
    leave(it) {
      const names = [
        '$(id)',
        '`id`',
        'a|b',
        'a&b',
        "a'b",
        'a>b',
        '-n',
        '--output=x',
        ':(top)x',
        'new\nline',
        '\u202Efdp.exe',
        'tab\tname',
        '\u001b]52;c;x\u0007',
      ];
      writeFiles(it.tree, Object.fromEntries(names.map((name) => [name, 'x'])));
    },
    paths: [
      '\u001b]52;c;x\u0007',
      '$(id)',
      '--output=x',
      '-n',
      ':(top)x',
      'a&b',
      "a'b",
      'a>b',
      'a|b',
      'new\nline',
      'tab\tname',
      '`id`',
      '\u202Efdp.exe',
    ],
  },
];

describe('whatever an agent leaves behind in its world, Miyabi runs, reads and writes nothing by it', () => {
  for (const { name, leave, careless, paths, refused = [], tags } of divided(worlds, 6))
    test(`with ${name}`, { tags }, async () => {
      await using it = await attack();
      leave(it);
      rmSync(join(it.stand.path, 'executed'), { force: true });
      expect(careless?.(it) ?? true, 'careless git runs the program').toBe(true);
      const outcome = await everything(it);
      expect(outcome).toMatchObject({ ...harmless, refused });
      expect(outcome.paths.toSorted()).toEqual(paths.toSorted());
    });
});
