import type { CommitId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { RepositoryPlace } from '../domain/run.ts';
import { resultBranch } from '../domain/run.ts';
import type { Git, Published } from '../ports/git.ts';
import { handle } from '../weaver/handler.ts';
import { openMirror } from './open-mirror.ts';
import { publishType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runHeadRef, runOf } from './tools.ts';

/**
 * Hands the result over: the one write to the user's repository, or to a branch of the remote. Publishing the same commit again changes nothing, so
 * an attempt that was cut off after the write does no harm.
 */
export function publish(tools: WorkflowTools) {
  return handle(publishType, async (context) => {
    const run = runOf(context);
    const mirror = await openMirror(tools, context);
    const commit = await mirror.readRef(runHeadRef(context.jobId));
    if (commit === undefined) throw new Error('the run has no branch to hand over');
    const branch = resultBranch(run.branchTemplate, displayId('run', context.jobId));
    await mirror.bring([commit]);
    const to = { repository: run.repository, mirrorPath: mirror.path, commit };
    const published = await publishTo(tools.git, to, branch);
    if (published.kind !== 'published')
      return { kind: 'failure', reason: `the branch ${branch} could not be written: ${whyNotPublished(published)}`, retryHint: 'never' };
    await tools.ledger.choices.became(context.jobId, 'handed-over');
    const notes = run.into === null ? [] : await moveInto(tools.git, to, run.into, branch);
    return { kind: 'success', result: { branch, commit, into: notes.length === 0 ? run.into : null, notes }, observations: notes };
  });
}

interface Target {
  readonly repository: RepositoryPlace;
  readonly mirrorPath: string;
  readonly commit: CommitId;
}

async function publishTo(git: Git, { repository, mirrorPath, commit }: Target, branch: string): Promise<Published> {
  if (repository.kind === 'local') return await git.publish(mirrorPath, repository.root, branch, commit);
  return await git.remote(repository.url).publish(mirrorPath, branch, commit);
}

/** @returns nothing when the branch was moved, else why not: the result itself is safe on its own branch. */
async function moveInto(git: Git, to: Target, into: string, branch: string): Promise<string[]> {
  const moved = await publishTo(git, to, into);
  return moved.kind === 'published' ? [] : [`${into} was left as it is (${whyNotPublished(moved)}); merge ${branch} by hand.`];
}

function whyNotPublished(published: Exclude<Published, { kind: 'published' }>): string {
  return published.kind === 'diverged' ? `it is at ${published.at.slice(0, 8)}, which the result does not contain` : published.reason;
}
