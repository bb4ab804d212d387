import ignore from 'ignore';
import type { GitCommand, GitProfile } from './git-command.ts';
import { zeroTerminated } from './mirror-tools.ts';
import { userRepository } from './user-repository.ts';

/** Asks git what it ignores, and keeps what the patterns mean. */
export async function ignoredFiles(git: GitCommand, root: string, patterns: readonly string[]): Promise<readonly string[]> {
  const wanted = ignore().add(patterns);
  const { profile } = await userRepository(git, root);
  // A folder that is ignored as a whole is one line, with a slash at its end.
  const entries = await listed(git, profile, ['--directory']);
  const found = entries.filter((entry) => !entry.endsWith('/'));
  for (const folder of entries.filter((entry) => entry.endsWith('/'))) {
    if (wanted.ignores(folder) || patterns.some((pattern) => leadsInto(pattern, folder))) {
      found.push(...(await listed(git, profile, ['--', `:(top,literal)${folder}`])));
    }
  }
  return found.filter((path) => !path.endsWith('/') && wanted.ignores(path)).toSorted();
}

async function listed(git: GitCommand, profile: GitProfile, more: readonly string[]): Promise<readonly string[]> {
  return zeroTerminated(await git.run(profile, ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', ...more]));
}

/**
 * Whether a pattern names something in the folder by its path: the parts that it spells out, up to the first with a wildcard,
 * lead to the folder or into it. A pattern that is one name means it wherever it lies, and leads nowhere.
 */
function leadsInto(pattern: string, folder: string): boolean {
  const parts = pattern.trim().replace(/^!/, '').replace(/^\//, '').split('/');
  if (parts.length < 2) return false;
  const wild = parts.findIndex((part) => /[*?[\\]/.test(part));
  const spelled = (wild === -1 ? parts : parts.slice(0, wild)).filter((part) => part !== '');
  if (spelled.length === 0) return false;
  const path = `${spelled.join('/')}/`;
  return path.startsWith(folder) || folder.startsWith(path);
}
