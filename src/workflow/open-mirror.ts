import type { CommitId } from '../domain/ids.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf, runRefs } from './tools.ts';

/** The task that works with a mirror, or whoever looks at its run. */
type MirrorReader = Pick<TaskContext<unknown>, 'attributes' | 'jobId'> &
  Partial<Pick<TaskContext<unknown>, 'signal'>> & {
    /** Leaves nothing at a remote. */
    readonly onlyReads?: true;
  };

/**
 * The mirror on this machine of the run's repository, in which every task finds its commits, whichever machine made them. A machine that meets
 * a remote for the first time makes its mirror here.
 *
 * @param commit is brought: from the user's repository on one machine, where only what a run starts from has to be; from the remote everywhere else.
 * @throws Failure (configuration) for a repository or mirror that cannot be read.
 */
export async function openMirror(
  { git, state }: Pick<WorkflowTools, 'git' | 'state'>,
  context: MirrorReader,
  commit?: CommitId,
): Promise<Mirror> {
  const { repository, repositoryId, base } = runOf(context);
  const mirrorPath = state.mirror(repositoryId);
  if (repository.kind === 'local') {
    return commit === undefined ? await git.open(mirrorPath) : await git.mirror(mirrorPath, repository.root, commit);
  }
  const { signal, onlyReads } = context;
  const given = { ...(signal === undefined ? {} : { signal }), ...(onlyReads === undefined ? {} : { onlyReads }) };
  const mirror = await git.remote(repository.url).mirror({ mirrorPath, runRefs: runRefs(context.jobId), base, ...given });
  if (commit !== undefined) await mirror.bring([commit]);
  return mirror;
}
