import { realpath, stat } from 'node:fs/promises';
import { asCommitId } from '../../domain/ids.ts';
import type { Person, RepositoryInspection } from '../../ports/git.ts';
import type { GitCommand, GitProfile } from './git-command.ts';
import type { UserEnvironment } from './user-environment.ts';
import { findUserRepository, withoutFilters } from './user-repository.ts';

/** Changed paths that are named; whoever has more needs no longer list. */
const shownPaths = 50;

/** Looks at the user's repository without running anything that its configuration names. */
export async function inspect(git: GitCommand, path: string, environment: UserEnvironment): Promise<RepositoryInspection> {
  const directory = await realFolder(path);
  const found = directory === undefined ? undefined : await findUserRepository(git, directory);
  if (found === undefined) return { kind: 'not-a-repository', path };
  const { profile } = found;
  const root = await realpath(found.root);
  const head = asCommitId((await git.ask(profile, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])).stdout.trim());
  if (head === undefined) return { kind: 'empty', root };
  const [branch, dirty, author, checkedOut] = await Promise.all([
    branchOf(git, profile),
    dirtyPaths(git, profile),
    authorOf(git, profile, environment),
    checkedOutBranches(git, profile),
  ]);
  return { kind: 'repository', root, head, branch, dirty, author, checkedOut };
}

/** @returns undefined for what does not exist or is no folder. */
async function realFolder(path: string): Promise<string | undefined> {
  if (path.includes('\0')) return undefined;
  try {
    const real = await realpath(path);
    return (await stat(real)).isDirectory() ? real : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
}

async function branchOf(git: GitCommand, profile: GitProfile): Promise<string | undefined> {
  const name = await git.ask(profile, ['symbolic-ref', '--quiet', 'HEAD']);
  return name.code === 0 ? name.stdout.trim().replace(/^refs\/heads\//, '') : undefined;
}

async function dirtyPaths(git: GitCommand, profile: GitProfile): Promise<readonly string[]> {
  const printed = await git.run(
    profile,
    ['status', '--porcelain=v1', '-z', '--untracked-files=normal', '--ignore-submodules=all', '--no-renames'],
    { config: await withoutFilters(git, profile) },
  );
  return printed
    .split('\0')
    .filter((entry) => entry !== '')
    .slice(0, shownPaths)
    .map((entry) => entry.slice(3));
}

async function authorOf(git: GitCommand, profile: GitProfile, environment: UserEnvironment): Promise<Person | undefined> {
  const env: Record<string, string> = {};
  for (const name of ['HOME', 'XDG_CONFIG_HOME', 'GIT_CONFIG_GLOBAL']) {
    const value = environment[name];
    if (value !== undefined) env[name] = value;
  }
  // The hardened environment names /dev/null; an empty value would too, so the usual place is named.
  if (env['GIT_CONFIG_GLOBAL'] === undefined && env['HOME'] !== undefined) env['GIT_CONFIG_GLOBAL'] = `${env['HOME']}/.gitconfig`;
  const value = async (key: string): Promise<string> =>
    (await git.ask(profile, ['config', '--includes', '--get', key], { env })).stdout.trim();
  const name = environment['GIT_AUTHOR_NAME'] ?? (await value('user.name'));
  const email = environment['GIT_AUTHOR_EMAIL'] ?? (await value('user.email'));
  return name === '' || email === '' ? undefined : { name, email };
}

/** Branch name to the folder in which it is checked out. */
export async function checkedOutBranches(git: GitCommand, profile: GitProfile): Promise<Readonly<Record<string, string>>> {
  const printed = await git.run(profile, ['worktree', 'list', '--porcelain', '-z']);
  const folders: Record<string, string> = {};
  let folder = '';
  for (const line of printed.split('\0')) {
    if (line.startsWith('worktree ')) folder = line.slice('worktree '.length);
    if (line.startsWith('branch refs/heads/')) folders[line.slice('branch refs/heads/'.length)] = folder;
  }
  return folders;
}
