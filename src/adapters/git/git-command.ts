import { isAbsolute } from 'node:path';
import type { ProcessLimits, ProcessRunner } from '../../ports/process.ts';

/** Where a git command works. Every profile names its repository; git never looks for one in a folder we did not name. */
export type GitProfile =
  /** A repository of ours, or of the user's, by the path of its administration. */
  | { readonly kind: 'local'; readonly gitDir: string; readonly workTree?: string; readonly indexFile?: string }
  /** Looks for the user's repository around the folder. Only for `rev-parse`. */
  | { readonly kind: 'discover'; readonly directory: string }
  /** No repository at all. */
  | { readonly kind: 'none' }
  /** Speaks with a repository elsewhere, from one of ours or from none. The only profile with a way out. */
  | { readonly kind: 'remote'; readonly gitDir: string | undefined; readonly way: WayOut };

/** The one protocol that is opened for one remote, and what it takes. Nothing of it stands in arguments. */
export interface WayOut {
  readonly config: readonly (readonly [key: string, value: string])[];
  readonly env: Readonly<Record<string, string>>;
  /** What the other side may make git write here. */
  readonly limits: ProcessLimits;
}

export interface GitCall {
  readonly stdin?: string;
  /** Added to the hardened configuration, or in place of it. Keys may hold what the user wrote: no shell and no parser reads them. */
  readonly config?: readonly (readonly [key: string, value: string])[];
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Kept of the output; more is an error, unless `truncate`. Default 64 MiB. */
  readonly keepBytes?: number;
  readonly truncate?: boolean;
}

export interface GitOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** git said no where no was not an answer. */
export class GitError extends Error {
  override readonly name = 'GitError';
  readonly code: number | undefined;
  readonly stderr: string;

  constructor(args: readonly string[], code: number | undefined, stderr: string) {
    super(`git ${args[0] ?? ''} failed (${code ?? 'not started'}): ${stderr.trim().slice(0, 2_000)}`);
    this.code = code;
    this.stderr = stderr;
  }
}

export interface GitCommand {
  /** Any exit code is an answer. @throws GitError when git could not be run to its end. */
  ask(profile: GitProfile, args: readonly [string, ...string[]], call?: GitCall): Promise<GitOutput>;
  /** @returns stdout. @throws GitError when the exit code is not 0. */
  run(profile: GitProfile, args: readonly [string, ...string[]], call?: GitCall): Promise<string>;
}

const timeoutMs = 10 * 60_000;

/**
 * What no configuration may turn round: it is handed over in the environment, with the rank of `-c`. Nothing here runs a
 * program, follows a link to another repository or asks a person.
 */
const hardened: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['core.sshCommand', '/bin/false'],
  ['core.editor', '/bin/false'],
  ['core.pager', 'cat'],
  ['core.askPass', '/bin/false'],
  ['core.alternateRefsCommand', '/bin/false'],
  ['core.autocrlf', 'false'],
  ['core.quotePath', 'false'],
  ['credential.helper', ''],
  ['diff.ignoreSubmodules', 'all'],
  ['submodule.recurse', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['fetch.prune', 'false'],
  ['fetch.pruneTags', 'false'],
  ['safe.bareRepository', 'explicit'],
  ['safe.directory', '*'],
  ['commit.gpgSign', 'false'],
  ['log.showSignature', 'false'],
  ['gpg.program', '/bin/false'],
  ['gpg.openpgp.program', '/bin/false'],
  ['gpg.x509.program', '/bin/false'],
  ['gpg.ssh.program', '/bin/false'],
  ['gpg.ssh.defaultKeyCommand', '/bin/false'],
  ['protocol.allow', 'never'],
  ['protocol.version', '2'],
  ['gc.auto', '0'],
  ['gc.autoDetach', 'false'],
  ['maintenance.auto', 'false'],
  ['fetch.writeCommitGraph', 'false'],
  // Without this check git takes any move of a branch for a step forward.
  ['fetch.showForcedUpdates', 'true'],
  ['transfer.fsckObjects', 'false'],
  ['worktree.guessRemote', 'false'],
  ['checkout.workers', '1'],
];

/** Every git that Miyabi starts is started here. @param path the PATH on which git is found. */
export function createGitCommand(options: { readonly process: ProcessRunner; readonly path: string }): GitCommand {
  const path = ofTheMachine(options.path);

  async function ask(profile: GitProfile, args: readonly [string, ...string[]], call: GitCall = {}): Promise<GitOutput> {
    const result = await options.process.run({
      command: ['git', '--no-pager', ...locationOf(profile), ...args],
      cwd: profile.kind === 'discover' ? profile.directory : '/',
      env: {
        ...baseEnvironment(path),
        ...configEnvironment([...hardened, ...(profile.kind === 'remote' ? profile.way.config : []), ...(call.config ?? [])]),
        ...indexOf(profile),
        ...(profile.kind === 'remote' ? profile.way.env : {}),
        ...call.env,
      },
      timeoutMs,
      staysInGroup: true,
      keepBytes: call.keepBytes ?? 64 * 1024 * 1024,
      ...(call.stdin === undefined ? {} : { stdin: call.stdin }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
      ...(profile.kind === 'remote' ? { limits: profile.way.limits } : {}),
    });
    if (result.end.kind === 'not-started') throw new GitError(args, undefined, result.end.reason);
    if (result.end.kind !== 'exited') throw new GitError(args, undefined, `ended by ${result.end.kind}. ${result.stderr}`);
    if (result.droppedBytes > 0 && call.truncate !== true) throw new GitError(args, undefined, 'printed more than was expected');
    return { code: result.end.code, stdout: result.stdout, stderr: result.stderr };
  }

  return {
    ask,
    async run(profile, args, call) {
      const output = await ask(profile, args, call);
      if (output.code !== 0) throw new GitError(args, output.code, output.stderr);
      return output.stdout;
    },
  };
}

function locationOf(profile: GitProfile): readonly string[] {
  if (profile.kind === 'remote') return profile.gitDir === undefined ? [] : [`--git-dir=${profile.gitDir}`];
  if (profile.kind !== 'local') return [];
  return [`--git-dir=${profile.gitDir}`, ...(profile.workTree === undefined ? [] : [`--work-tree=${profile.workTree}`])];
}

function indexOf(profile: GitProfile): Readonly<Record<string, string>> {
  return profile.kind === 'local' && profile.indexFile !== undefined ? { GIT_INDEX_FILE: profile.indexFile } : {};
}

/**
 * The folders in which a program called git is the machine's: none that depends on where we stand, and none that a project fills
 * with the programs of its dependencies.
 */
function ofTheMachine(path: string): string {
  return path
    .split(':')
    .filter((folder) => isAbsolute(folder) && !/\/node_modules\/(?:[^/]+\/)*\.bin\/?$|\/node-gyp-bin\/?$/.test(folder))
    .join(':');
}

/** Built from nothing: no variable of the user's reaches git. */
function baseEnvironment(path: string): Readonly<Record<string, string>> {
  return {
    PATH: path,
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/nonexistent/grafts',
    GIT_LITERAL_PATHSPECS: '0',
    GIT_ALLOW_PROTOCOL: 'none',
    // Else where to is read from configuration files, whatever else of them is shut out.
    GIT_TRACE2: '0',
    GIT_TRACE2_EVENT: '0',
    GIT_TRACE2_PERF: '0',
    GIT_EDITOR: '/bin/false',
    GIT_SEQUENCE_EDITOR: '/bin/false',
    GIT_SSH_COMMAND: '/bin/false',
    GIT_ASKPASS: '/bin/false',
  };
}

function configEnvironment(config: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  const entries = config.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(config.length), ...Object.fromEntries(entries) };
}
