import { appendFileSync, chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { divided } from '../../support/campaign.ts';
import { userGit, writeFiles } from '../../support/repository.ts';
import { attack, everything, harmless } from './stand.ts';
import type { Attack } from './stand.ts';

/** A repository that names programs for everything git does with files. */
function armed(it: Attack): string {
  const own = join(it.stand.path, 'own.git');
  userGit(it.stand.path, 'init', '-q', '--bare', own);
  for (const key of ['core.fsmonitor', 'filter.evil.clean', 'filter.evil.smudge', 'merge.evil.driver', 'diff.evil.textconv'])
    userGit(own, 'config', key, it.program);
  return own;
}

/** Uses the mirror as Miyabi does, without its care. */
const carelessly = (it: Attack, ...args: string[]): boolean =>
  it.naively(it.stand.path, '-c', 'core.bare=false', `--git-dir=${it.stand.mirror.path}`, `--work-tree=${it.tree}`, ...args);

/**
 * What a program that could write to the mirror would do to it. A sandbox does not let it; where there is none, git must still not
 * become the way from one world into another, or to us.
 */
const mirrors: ReadonlyArray<{
  readonly name: string;
  readonly tamper: (it: Attack) => void;
  readonly careless?: (it: Attack) => boolean;
}> = [
  {
    name: 'a common folder elsewhere, with programs',
    tamper: (it) => writeFileSync(join(it.stand.mirror.path, 'commondir'), `${armed(it)}\n`),
    careless: (it) => carelessly(it, 'add', '-A'),
  },
  {
    name: 'a configuration that includes one with programs',
    tamper: (it) => appendFileSync(join(it.stand.mirror.path, 'config'), `[include]\n\tpath = ${join(armed(it), 'config')}\n`),
    careless: (it) => carelessly(it, 'add', '-A'),
  },
  {
    name: 'a configuration for each worktree',
    tamper(it) {
      userGit(it.stand.mirror.path, 'config', 'extensions.worktreeConfig', 'true');
      writeFileSync(join(it.stand.mirror.path, 'config.worktree'), `[filter "evil"]\n\tclean = ${it.program}\n`);
    },
    careless: (it) => carelessly(it, 'add', '-A'),
  },
  {
    name: 'a configuration that is a link to one with programs',
    tamper(it) {
      const own = armed(it);
      rmSync(join(it.stand.mirror.path, 'config'));
      symlinkSync(join(own, 'config'), join(it.stand.mirror.path, 'config'));
    },
    careless: (it) => carelessly(it, 'add', '-A'),
  },
  {
    name: 'hooks of every name',
    tamper(it) {
      for (const hook of ['reference-transaction', 'post-checkout', 'post-index-change', 'pre-auto-gc', 'post-merge']) {
        writeFiles(it.stand.mirror.path, { [`hooks/${hook}`]: `#!/bin/sh\nexec '${it.program}'\n` });
        chmodSync(join(it.stand.mirror.path, 'hooks', hook), 0o755);
      }
    },
    careless: (it) => carelessly(it, 'update-ref', 'refs/x', 'HEAD^{}') || carelessly(it, 'update-ref', 'refs/x', it.stand.repository.head),
  },
  {
    name: 'a merge driver for every file',
    tamper(it) {
      userGit(it.stand.mirror.path, 'config', 'merge.evil.driver', it.program);
      writeFiles(it.stand.mirror.path, { 'info/attributes': '* merge=evil filter=evil diff=evil\n' });
      userGit(it.stand.mirror.path, 'config', 'filter.evil.clean', it.program);
    },
    careless: (it) => carelessly(it, 'add', '-A'),
  },
  {
    name: 'programs to sign, to page, to connect and to ask with',
    tamper(it) {
      for (const key of ['gpg.program', 'gpg.ssh.program', 'core.pager', 'core.sshCommand', 'core.gitProxy', 'core.askPass', 'core.editor'])
        userGit(it.stand.mirror.path, 'config', key, it.program);
      for (const [key, value] of [
        ['commit.gpgSign', 'true'],
        ['log.showSignature', 'true'],
        ['gc.auto', '1'],
      ] as const)
        userGit(it.stand.mirror.path, 'config', key, value);
    },
  },
  {
    name: 'another repository under every address, by a transport of commands',
    tamper(it) {
      userGit(it.stand.mirror.path, 'config', `url.ext::${it.program} .insteadOf`, '/');
    },
    careless: (it) => carelessly(it, '-c', 'protocol.ext.allow=always', 'fetch', it.stand.repository.root),
  },
  {
    name: 'a bundle of objects to be fetched from elsewhere first',
    tamper(it) {
      userGit(it.stand.mirror.path, 'config', 'fetch.bundleURI', join(it.outside, 'key'));
      userGit(it.stand.mirror.path, 'config', 'remote.origin.promisor', 'true');
      userGit(it.stand.mirror.path, 'config', 'remote.origin.url', `ext::${it.program}`);
      userGit(it.stand.mirror.path, 'config', 'extensions.partialClone', 'origin');
      userGit(it.stand.mirror.path, 'config', 'core.repositoryFormatVersion', '1');
    },
    careless: (it) => carelessly(it, '-c', 'protocol.ext.allow=always', 'cat-file', '-e', '1'.repeat(40)),
  },
  {
    name: 'attributes that would change what every file is taken for',
    tamper: (it) => writeFiles(it.stand.mirror.path, { 'info/attributes': '*.js working-tree-encoding=UTF-16\n*.txt eol=crlf ident\n' }),
  },
  {
    name: 'patterns that would hide every new file',
    tamper: (it) => writeFiles(it.stand.mirror.path, { 'info/exclude': '*\n', 'info/sparse-checkout': '/nothing\n' }),
  },
  {
    name: 'replaced objects and a history that was never there',
    tamper(it) {
      const { mirror, repository } = it.stand;
      const blob = userGit(mirror.path, 'hash-object', '-w', join(it.outside, '..', 'evil.sh'));
      const other = userGit(mirror.path, 'rev-parse', `${repository.head}:src/a.js`);
      userGit(mirror.path, 'update-ref', `refs/replace/${other}`, blob);
      writeFiles(mirror.path, { 'info/grafts': `${repository.head} ${'1'.repeat(40)}\n` });
    },
  },
  {
    name: 'an administration of a worktree with programs',
    tamper(it) {
      const admin = join(it.stand.mirror.path, 'worktrees', 'tree');
      mkdirSync(admin, { recursive: true });
      writeFileSync(join(admin, 'commondir'), `${armed(it)}\n`);
      writeFileSync(join(admin, 'gitdir'), `${join(it.tree, '.git')}\n`);
      writeFileSync(join(admin, 'HEAD'), `${it.stand.repository.head}\n`);
    },
  },
  {
    name: 'a head that leads out of the mirror',
    tamper(it) {
      rmSync(join(it.stand.mirror.path, 'HEAD'));
      symlinkSync(join(it.outside, 'key'), join(it.stand.mirror.path, 'HEAD'));
    },
  },
  {
    name: 'objects that are borrowed from a folder outside',
    tamper: (it) => writeFiles(it.stand.mirror.path, { 'objects/info/alternates': `${it.outside}\n/nonexistent\n` }),
  },
];

describe('whatever is written into the mirror, Miyabi runs nothing by it and reads the same files', () => {
  for (const { name, tamper, careless, tags } of divided(mirrors, 6))
    test(`with ${name}`, { tags }, async () => {
      await using it = await attack();
      writeFiles(it.tree, { '.gitattributes': '* filter=evil merge=evil\n', 'src/a.js': 'b\n', 'new.txt': 'new\n' });
      tamper(it);
      rmSync(join(it.stand.path, 'executed'), { force: true });
      expect(careless?.(it) ?? true, 'careless git runs the program').toBe(true);
      const outcome = await everything(it);
      expect(outcome).toMatchObject({ ...harmless, refused: [] });
      expect(outcome.paths).toEqual(['.gitattributes', 'new.txt', 'src/a.js']);
      expect(outcome.texts).toEqual({
        '.gitattributes': '* filter=evil merge=evil\n',
        'new.txt': 'new\n',
        'src/a.js': 'b\n',
        'README.md': 'hello\n',
      });
    });
});
