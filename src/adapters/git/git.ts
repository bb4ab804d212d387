import type { Git } from '../../ports/git.ts';
import type { Locks } from '../../ports/lock.ts';
import type { ProcessRunner } from '../../ports/process.ts';
import { branchProblem } from './branch-problem.ts';
import { createGitCommand } from './git-command.ts';
import { createRepository } from './create-repository.ts';
import { ignoredFiles } from './ignored-files.ts';
import { glance, inspect } from './inspect.ts';
import { createMirror, openMirror } from './mirror.ts';
import type { MirrorContext } from './mirror-tools.ts';
import { publish } from './publish.ts';
import { knownCommits } from './remote/bring-commit.ts';
import { createRemote } from './remote/remote.ts';
import { tag } from './tag.ts';
import type { RemoteSettings } from './remote/way-out.ts';
import { resolveRevision } from './resolve.ts';
import { readingUsers } from './unreadable.ts';
import type { UserRepository } from './user-repository.ts';
import type { UserEnvironment } from './user-environment.ts';

export interface GitOptions {
  readonly process: ProcessRunner;
  readonly locks: Locks;
  /** The PATH on which git is found. */
  readonly path: string;
  /** HOME, XDG_CONFIG_HOME, GIT_CONFIG_GLOBAL, GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL of it are looked at. Default: none, the repository's own configuration alone. */
  readonly userEnvironment?: UserEnvironment;
  /** How remotes are spoken with. Default: without credentials. */
  readonly remotes?: RemoteSettings;
  /** As in {@link MirrorContext}. */
  readonly onWait?: MirrorContext['onWait'];
}

/** The user's repository and our mirrors, through plain `git` (2.38 or later). */
export function createGit(options: GitOptions): Git {
  const git = createGitCommand({ process: options.process, path: options.path });
  const context = { git, locks: options.locks, process: options.process, path: options.path, onWait: options.onWait };
  const places = new Map<string, UserRepository>();
  const remotes = { mirrors: context, settings: options.remotes ?? {}, known: knownCommits() };
  return {
    inspect: (path) => readingUsers(path, () => inspect(git, path, options.userEnvironment ?? {})),
    glance: (root) => readingUsers(root, () => glance(git, root, places)),
    resolve: (root, revision) => readingUsers(root, () => resolveRevision(git, root, revision)),
    branchProblem: (root, branch) => readingUsers(root, () => branchProblem(git, root, branch)),
    ignoredFiles: (root, patterns) => readingUsers(root, () => ignoredFiles(git, root, patterns)),
    create: (directory, author, message) => createRepository(git, directory, author, message),
    mirror: (mirrorPath, root, commit) => createMirror(context, { mirrorPath, root, commit }),
    open: (mirrorPath) => openMirror(context, mirrorPath),
    publish: (mirrorPath, root, branch, commit) => publish(git, { mirrorPath, root, branch, commit }),
    tag: (mirrorPath, root, name, commit) => tag(git, { mirrorPath, root, name, commit }),
    remote: (url) => createRemote(remotes, url),
    version: async () => (await git.run({ kind: 'none' }, ['--version'])).trim().replace(/^git version /, ''),
  };
}
