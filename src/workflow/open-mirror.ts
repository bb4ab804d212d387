import type { CommitId } from '../domain/ids.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf, runRefs } from './tools.ts';

/**
 * The mirror on this machine of the run's repository, in which every task finds its commits, whichever machine made them. A machine that meets
 * a remote for the first time makes its mirror here.
 *
 * @param commit is brought: from the user's repository on one machine, where only what a run starts from has to be; from the remote everywhere else.
 * @throws Failure (configuration) for a repository or mirror that cannot be read.
 */
export async function openMirror(
  { git, state }: Pick<WorkflowTools, 'git' | 'state'>,
  context: Pick<TaskContext<unknown>, 'attributes' | 'jobId'> & Partial<Pick<TaskContext<unknown>, 'signal'>>,
  commit?: CommitId,
): Promise<Mirror> {
  const { repository, repositoryId, base } = runOf(context);
  const mirrorPath = state.mirror(repositoryId);
  if (repository.kind === 'local') {
    return commit === undefined ? await git.open(mirrorPath) : await git.mirror(mirrorPath, repository.root, commit);
  }
  const given = context.signal === undefined ? {} : { signal: context.signal };
  const mirror = await git.remote(repository.url).mirror({ mirrorPath, runRefs: runRefs(context.jobId), base, ...given });
  if (commit !== undefined) await mirror.bring([commit]);
  return mirror;
}
