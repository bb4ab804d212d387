import type { CommitId } from '../domain/ids.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { runOf, runRefs } from './tools.ts';

/** What the run's branch was put on last; where the run began until its base has moved. */
export async function baseOfBranch(
  mirror: Pick<Mirror, 'readRef'>,
  context: Pick<TaskContext<unknown>, 'jobId' | 'attributes'>,
): Promise<CommitId> {
  return (await mirror.readRef(branchBaseRef(context.jobId))) ?? runOf(context).base.commit;
}

/** Names the commit that the branch rests on once it was put on another one. */
export function branchBaseRef(jobId: string): string {
  return `${runRefs(jobId)}/base`;
}
