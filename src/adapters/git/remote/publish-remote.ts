import type { CommitId } from '../../../domain/ids.ts';
import { Failure } from '../../../domain/failure.ts';
import type { Published } from '../../../ports/git.ts';
import { badFormOf } from '../branch-problem.ts';
import type { GitCommand } from '../git-command.ts';
import { GitError } from '../git-command.ts';
import type { RemoteTools } from './ask-remote.ts';
import { pushRefs } from './push-refs.ts';
import { saidByGit } from './remote-failure.ts';
import { remoteRefs } from './remote-refs.ts';

interface PublishRequest {
  readonly gitDir: string;
  readonly branch: string;
  readonly commit: CommitId;
  /** As `publish` of a remote has it. */
  readonly replacing?: CommitId | undefined;
}

/**
 * Brings `commit` to `branch` of the remote, forward or in place of the commit that is given up, with a lease on where the branch was when that was
 * looked at. The same twice is one.
 */
export async function publishToRemote(tools: RemoteTools, request: PublishRequest): Promise<Published> {
  const { branch, commit } = request;
  const badForm = branch.includes('\0') ? 'The name holds a zero byte.' : await badFormOf(tools.git, branch);
  if (badForm !== undefined) return { kind: 'refused', reason: badForm };
  const name = `refs/heads/${branch}`;
  const at = (await remoteRefs(tools, [name])).get(name);
  if (at === commit) return { kind: 'published' };
  if (at !== undefined && at !== request.replacing && !(await isPartOf(tools.git, request, at))) return { kind: 'diverged', at };
  const pushed = await pushRefs(tools, request.gitDir, [{ name, commit, from: { kind: 'only', at } }]).catch(refused);
  if (pushed.kind === 'refused' || pushed.kind === 'pushed') return pushed.kind === 'pushed' ? { kind: 'published' } : pushed;
  return pushed.at === undefined
    ? { kind: 'refused', reason: `Somebody deleted the branch "${branch}" meanwhile.` }
    : { kind: 'diverged', at: pushed.at };
}

/** All that the commit rests on is here: what is not here is no part of it. */
async function isPartOf(git: GitCommand, { gitDir, commit }: PublishRequest, at: CommitId): Promise<boolean> {
  return (await git.ask({ kind: 'local', gitDir }, ['merge-base', '--is-ancestor', at, commit])).code === 0;
}

/** The remote has rules of its own for branches and tags, such as a protection; what is wrong with the way to it is no such rule. */
export function refused(error: unknown): Extract<Published, { kind: 'refused' }> {
  if (error instanceof GitError && /\[(?:remote )?rejected\]|pre-receive hook declined|protected branch/i.test(error.stderr)) {
    return {
      kind: 'refused',
      reason: `The remote did not take it: ${saidByGit({ code: error.code ?? 1, stdout: '', stderr: error.stderr })}`,
    };
  }
  if (error instanceof Failure && error.facts['trouble'] === 'denied')
    return { kind: 'refused', reason: `${error.text.why} ${error.text.fix}` };
  throw error;
}
