import { displayId } from '../domain/ids.ts';
import { resultBranch } from '../domain/run.ts';
import { handle } from '../weaver/handler.ts';
import { publishType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runHeadRef, runOf } from './tools.ts';

/**
 * Hands the result over: the one write to the user's repository. Publishing the same commit again changes nothing, so
 * an attempt that was cut off after the write does no harm.
 */
export function publish({ git, state, ledger }: WorkflowTools) {
  return handle(publishType, async (context) => {
    const run = runOf(context);
    const mirrorPath = state.mirror(run.repositoryId);
    const mirror = await git.open(mirrorPath);
    const commit = await mirror.readRef(runHeadRef(context.jobId));
    if (commit === undefined) throw new Error('the run has no branch to hand over');
    const branch = resultBranch(run.branchTemplate, displayId('run', context.jobId));
    const published = await git.publish(mirrorPath, run.root, branch, commit);
    if (published.kind !== 'published')
      return { kind: 'failure', reason: `the branch ${branch} could not be written: ${whyNotPublished(published)}`, retryHint: 'never' };
    await ledger.choices.became(context.jobId, 'handed-over');
    const notes = run.into === null ? [] : await moveInto(git, mirrorPath, run.root, run.into, commit, branch);
    return { kind: 'success', result: { branch, commit, into: notes.length === 0 ? run.into : null, notes }, observations: notes };
  });
}

/** @returns nothing when the branch was moved, else why not: the result itself is safe on its own branch. */
async function moveInto(
  git: WorkflowTools['git'],
  mirrorPath: string,
  root: string,
  into: string,
  commit: Parameters<WorkflowTools['git']['publish']>[3],
  branch: string,
): Promise<string[]> {
  const moved = await git.publish(mirrorPath, root, into, commit);
  return moved.kind === 'published' ? [] : [`${into} was left as it is (${whyNotPublished(moved)}); merge ${branch} by hand.`];
}

function whyNotPublished(published: Exclude<Awaited<ReturnType<WorkflowTools['git']['publish']>>, { kind: 'published' }>): string {
  return published.kind === 'diverged' ? `it is at ${published.at.slice(0, 8)}, which the result does not contain` : published.reason;
}
