import type { CommitId } from '../../domain/ids.ts';
import type { Mirror } from '../../ports/git.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import { intoOf } from '../forge-of-run.ts';
import { openMirror } from '../open-mirror.ts';
import type { WorkflowTools } from '../tools.ts';
import { runOf, runRefs } from '../tools.ts';

/** The mirror with what is deployed in it: at a forge that is the merge, or an earlier commit, which no ref of the run names. */
export async function mirrorWith(
  tools: WorkflowTools,
  context: Pick<TaskContext<unknown>, 'attributes' | 'jobId' | 'signal'>,
  commit: CommitId,
): Promise<Mirror> {
  const run = runOf(context);
  const { jobId, signal } = context;
  if (run.repository.kind === 'local' || run.base.commit === commit) return await openMirror(tools, context, commit);
  const mirror = await tools.git.remote(run.repository.url).mirror({
    mirrorPath: tools.state.mirror(run.repositoryId),
    runRefs: runRefs(jobId),
    base: { commit, name: intoOf(run) },
    signal,
  });
  await mirror.bring([commit]);
  return mirror;
}
