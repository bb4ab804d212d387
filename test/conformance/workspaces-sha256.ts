import { mkdirSync } from 'node:fs';
import type { CommitId } from '../../src/domain/ids.ts';
import type { TestRepository } from '../support/repository.ts';
import { userGit, writeFiles } from '../support/repository.ts';

/** A user's repository whose objects are named by SHA-256. */
export function sha256Repository(root: string, files: Readonly<Record<string, string>> = {}): TestRepository {
  mkdirSync(root, { recursive: true });
  userGit(root, 'init', '--quiet', '--initial-branch=main', '--object-format=sha256');
  const git = (...args: string[]): string => userGit(root, ...args);
  const commit = (added: Readonly<Record<string, string>>, message = 'A change'): CommitId => {
    writeFiles(root, added);
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '-m', message);
    return git('rev-parse', 'HEAD') as CommitId;
  };
  return { root, head: commit(files, 'First'), git, commit };
}
