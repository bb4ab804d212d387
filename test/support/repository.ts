import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CommitId } from '../../src/domain/ids.ts';

/** Variables of a person at a terminal whose own configuration is empty. */
export const userEnvironment = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada User',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada User',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  LC_ALL: 'C',
} as const;

/** Plain git, as the user would type it in `directory`: nothing is hardened here. @throws when git fails. */
export function userGit(directory: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: directory, env: userEnvironment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

export function writeFiles(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
}

export interface TestRepository {
  readonly root: string;
  readonly head: CommitId;
  git(...args: string[]): string;
  /** Writes the files and commits everything. */
  commit(files: Readonly<Record<string, string>>, message?: string): CommitId;
}

/** A real repository of a user's with one commit on `main`. */
export function makeRepository(
  root: string,
  files: Readonly<Record<string, string>> = { 'README.md': 'hello\n', 'src/a.js': 'export const a = 1;\n' },
): TestRepository {
  mkdirSync(root, { recursive: true });
  userGit(root, 'init', '--quiet', '--initial-branch=main');
  const git = (...args: string[]): string => userGit(root, ...args);
  const commit = (added: Readonly<Record<string, string>>, message = 'A change'): CommitId => {
    writeFiles(root, added);
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '-m', message);
    return git('rev-parse', 'HEAD') as CommitId;
  };
  return { root, head: commit(files, 'First'), git, commit };
}
