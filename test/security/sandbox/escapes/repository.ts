import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { After, Escape } from '../escape.ts';
import { sh } from '../escape.ts';
import type { Stand } from '../stand.ts';

let pristine = '';

/** A repository in the tree, as a world has one. */
function repository({ tree }: Stand): void {
  for (const name of readdirSync(tree)) rmSync(join(tree, name), { recursive: true, force: true });
  writeFileSync(join(tree, 'code.js'), 'one\n');
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-C', tree, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { stdio: 'ignore' });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'one');
  pristine = inRepository(tree);
}

function inRepository(tree: string): string {
  return readdirSync(join(tree, '.git'), { recursive: true, withFileTypes: true })
    .map(
      (entry) => `${join(entry.parentPath, entry.name)} ${entry.isFile() ? readFileSync(join(entry.parentPath, entry.name), 'hex') : ''}`,
    )
    .toSorted()
    .join('\n');
}

const untouched = ({ stand }: After): void => expect(inRepository(stand.tree)).toBe(pristine);

const attack = (tries: string, code: string): Escape => ({
  tries,
  before: repository,
  program: () => sh(`${code}; echo tried`),
  holds: untouched,
});

export const repositoryEscapes: readonly Escape[] = [
  {
    ...attack(
      'reads its repository with git, which it may',
      `echo two >> code.js; export GIT_OPTIONAL_LOCKS=0; git status --porcelain | grep -q 'M code.js' && git log --oneline | grep -q one && git diff | grep -q '+two' && git show HEAD:code.js | grep -q one || echo ESCAPED`,
    ),
  },
  attack(
    'writes the configuration of its repository',
    `git config core.fsmonitor 'touch evil' 2>/dev/null && echo ESCAPED; echo '[core] hooksPath=/tmp' >> .git/config`,
  ),
  attack(
    'puts a hook into its repository',
    `echo 'touch evil' > .git/hooks/post-checkout && echo ESCAPED; mkdir -p .git/hooks/x && echo ESCAPED`,
  ),
  attack('changes the index', `echo x > new; git add new 2>/dev/null && echo ESCAPED; rm -f .git/index && echo ESCAPED; rm -f new`),
  attack('commits', `echo x >> code.js; git -c user.name=a -c user.email=a@b commit -qam evil 2>/dev/null && echo ESCAPED`),
  attack(
    'makes, moves and deletes branches',
    `git branch evil 2>/dev/null && echo ESCAPED; git checkout -qb evil 2>/dev/null && echo ESCAPED; git update-ref refs/heads/evil HEAD 2>/dev/null && echo ESCAPED; git tag evil 2>/dev/null && echo ESCAPED`,
  ),
  attack('writes objects', `echo evil | git hash-object -w --stdin 2>/dev/null && echo ESCAPED; git gc -q 2>/dev/null && echo ESCAPED`),
  attack(
    'has a work tree and a configuration of its own',
    `git worktree add -q ../tmp/wt 2>/dev/null && echo ESCAPED; git config extensions.worktreeConfig true 2>/dev/null && echo ESCAPED; git sparse-checkout set x 2>/dev/null && echo ESCAPED`,
  ),
  attack(
    'replaces its repository by one of its own',
    `mv .git moved 2>/dev/null && echo ESCAPED; rm -rf .git 2>/dev/null && echo ESCAPED; git init -q --separate-git-dir=../tmp/own . 2>/dev/null && echo ESCAPED; echo 'gitdir: ../tmp/own' > .git 2>/dev/null && echo ESCAPED; ln -sfn /tmp/x .git/x 2>/dev/null && echo ESCAPED`,
  ),
  {
    tries: 'makes a repository where there was none',
    before: ({ tree }) => {
      for (const name of readdirSync(tree)) rmSync(join(tree, name), { recursive: true, force: true });
    },
    program: () =>
      sh(
        `git init -q . 2>/dev/null && echo ESCAPED; mkdir -p .git/hooks 2>/dev/null && echo ESCAPED; echo x > .git 2>/dev/null && echo ESCAPED; rmdir .git 2>/dev/null && echo ESCAPED; mv .git x 2>/dev/null && echo ESCAPED; echo tried`,
      ),
    holds: ({ stand }) => expect(existsSync(join(stand.tree, '.git'))).toBe(false),
  },
  {
    tries: 'finds that its repository leads elsewhere',
    before: ({ tree, home }) => {
      rmSync(join(tree, '.git'), { recursive: true, force: true });
      symlinkSync(join(home, '.ssh'), join(tree, '.git'));
    },
    program: () => sh(`cat .git/id_ed25519; echo evil > .git/new; rm -f .git && echo ESCAPED; echo tried`),
    ends: 'anyhow',
    holds: ({ stand }) => rmSync(join(stand.tree, '.git'), { force: true }),
  },
];
