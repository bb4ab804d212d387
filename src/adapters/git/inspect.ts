import { realpath, stat } from 'node:fs/promises';
import { asCommitId } from '../../domain/ids.ts';
import type { Person, RepositoryGlance, RepositoryInspection } from '../../ports/git.ts';
import type { GitCommand, GitProfile } from './git-command.ts';
import { GitError } from './git-command.ts';
import { unreadableFolder } from './unreadable.ts';
import type { UserEnvironment } from './user-environment.ts';
import type { UserRepository } from './user-repository.ts';
import { findUserRepository, withoutFilters } from './user-repository.ts';

/** Changed paths that are named; whoever has more needs no longer list. */
const shownPaths = 50;

/** Looks at the user's repository without running anything that its configuration names. */
export async function inspect(git: GitCommand, path: string, environment: UserEnvironment): Promise<RepositoryInspection> {
  const directory = await realFolder(path);
  const found = directory === undefined ? undefined : await findUserRepository(git, directory);
  if (found === undefined) return { kind: 'not-a-repository', path };
  const root = await realpath(found.root);
  const seen = await statusOf(git, found.profile);
  if (seen.head === undefined) return { kind: 'empty', root };
  const [author, checkedOut, origin] = await Promise.all([
    authorOf(git, found.profile, environment),
    checkedOutBranches(git, found.profile),
    originOf(git, found.profile),
  ]);
  return { kind: 'repository', root, head: seen.head, branch: seen.branch, dirty: seen.dirty, author, checkedOut, origin };
}

/**
 * The part of an inspection that changes while somebody works in the folder.
 * @param places where repositories were found before; one that is gone is looked for again.
 */
export async function glance(git: GitCommand, root: string, places: Map<string, UserRepository>): Promise<RepositoryGlance | undefined> {
  const known = places.get(root);
  if (known !== undefined) {
    const seen = await statusOf(git, known.profile).catch(unlessGitSaysNo);
    if (seen !== undefined) return seen;
  }
  const found = (await realFolder(root)) === undefined ? undefined : await findUserRepository(git, root);
  if (found === undefined) return undefined;
  places.set(root, found);
  return await statusOf(git, found.profile);
}

function unlessGitSaysNo(error: unknown): undefined {
  if (!(error instanceof GitError)) throw error;
}

/** @returns undefined for what does not exist or is no folder. @throws Failure (usage) for what cannot be looked at. */
async function realFolder(path: string): Promise<string | undefined> {
  if (path.includes('\0')) return undefined;
  try {
    const real = await realpath(path);
    return (await stat(real)).isDirectory() ? real : undefined;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw unreadableFolder(path, String(error.code));
  }
}

/** One call of git for everything that its status tells. */
async function statusOf(git: GitCommand, profile: GitProfile): Promise<RepositoryGlance> {
  const config = await withoutFilters(git, profile);
  const printed = await git.run(
    profile,
    ['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=normal', '--ignore-submodules=all', '--no-renames'],
    { config },
  );
  const lines = printed.split('\0').filter((line) => line !== '');
  const header = (name: string): string | undefined => lines.find((line) => line.startsWith(`# ${name} `))?.slice(name.length + 3);
  const branch = header('branch.head');
  return {
    head: asCommitId(header('branch.oid') ?? ''),
    branch: branch === '(detached)' ? undefined : branch,
    dirty: lines
      .filter((line) => !line.startsWith('# '))
      .slice(0, shownPaths)
      .map(pathOf),
  };
}

/** Fields before the path in a line of `git status --porcelain=v2`, by its first character. */
const fieldsBefore: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1, '!': 1 };

function pathOf(line: string): string {
  return line
    .split(' ')
    .slice(fieldsBefore[line.charAt(0)] ?? 1)
    .join(' ');
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

async function originOf(git: GitCommand, profile: GitProfile): Promise<string | undefined> {
  const { stdout } = await git.ask(profile, ['config', '--get', 'remote.origin.url']);
  return stdout.trim() === '' ? undefined : stdout.trim();
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
