import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitCommand, GitProfile } from './git-command.ts';
import { GitError } from './git-command.ts';

/** Where the user's repository lies, found from a folder in it. */
export interface UserRepository {
  /** The top folder. */
  readonly root: string;
  readonly profile: Extract<GitProfile, { kind: 'local' }>;
}

const notOne = /not a git repository|must be run in a work tree|cannot use bare repository/i;

/** @returns undefined where there is no repository with a work tree. @throws GitError when git cannot read it. */
export async function findUserRepository(git: GitCommand, directory: string): Promise<UserRepository | undefined> {
  const where: GitProfile = { kind: 'discover', directory };
  const both = await git.ask(where, ['rev-parse', '--show-toplevel', '--absolute-git-dir']);
  if (both.code !== 0) {
    if (notOne.test(both.stderr)) return undefined;
    throw new GitError(['rev-parse'], both.code, both.stderr);
  }
  const [root, gitDir, ...more] = withoutNewline(both.stdout).split('\n');
  if (root !== undefined && gitDir !== undefined && more.length === 0) return { root, profile: { kind: 'local', gitDir, workTree: root } };
  // A path with a newline in it: each is asked for alone.
  const top = withoutNewline(await git.run(where, ['rev-parse', '--show-toplevel']));
  const administration = withoutNewline(await git.run(where, ['rev-parse', '--absolute-git-dir']));
  return { root: top, profile: { kind: 'local', gitDir: administration, workTree: top } };
}

/** As {@link findUserRepository}, for a repository that was found before. */
export async function userRepository(git: GitCommand, root: string): Promise<UserRepository> {
  const found = await findUserRepository(git, root);
  if (found === undefined) throw new GitError(['rev-parse'], undefined, `${root} is no longer a git repository`);
  return found;
}

/**
 * Configuration that takes the power to start programs from the content filters of the user's repository. Without them
 * git compares the bytes as they are, so a file that only a filter makes equal may be called changed.
 */
export async function withoutFilters(git: GitCommand, profile: GitProfile): Promise<readonly (readonly [string, string])[]> {
  if (profile.kind === 'local' && (await cannotHaveFilters(profile.gitDir))) return [];
  const listed = await git.ask(profile, [
    'config',
    '--null',
    '--name-only',
    '--get-regexp',
    '^filter\\..*\\.(clean|smudge|process|required)$',
  ]);
  return listed.stdout
    .split('\0')
    .filter((key) => key !== '')
    .map((key) => [key, key.toLowerCase().endsWith('.required') ? 'false' : '']);
}

/** Paths may end in white space: only the newline that git added is taken away. */
function withoutNewline(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

/**
 * Whether the files of a plain repository hold neither a filter nor the name of another file, so that git need not be asked: its
 * configuration is nothing but these, for the user's and the system's are shut out.
 */
async function cannotHaveFilters(gitDir: string): Promise<boolean> {
  const read = async (name: string): Promise<string | undefined> => await readFile(join(gitDir, name), 'utf8').catch(unlessAbsent);
  const [config, worktree, common] = await Promise.all(['config', 'config.worktree', 'commondir'].map(read));
  if (config === undefined || common !== undefined) return false;
  return !/filter|include/i.test(config + (worktree ?? ''));
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
