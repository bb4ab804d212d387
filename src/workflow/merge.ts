import type { CommitId } from '../domain/ids.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Mirror } from '../ports/git.ts';
import { handle } from '../weaver/handler.ts';
import { forgeOfRun, pointsOf, reviewOf } from './forge-of-run.ts';
import type { MergePayload, MergeResult } from './forge-task-types.ts';
import { ciType, mergeType } from './forge-task-types.ts';
import type { MergeContext, MergeLook, MergeOutcome } from './merge-look.ts';
import { askAtMerge, followAgain, isClosed, isMerged } from './merge-look.ts';
import { mergeNow } from './merge-now.ts';
import { heedObjections, overruled } from './merge-objections.ts';
import { onMovedBase, redone } from './merge-on-moved-base.ts';
import { openMirror } from './open-mirror.ts';
import { undoRebase } from './rebase.ts';
import { byKey, resultIfAny, resultOf, whyNot } from './settled.ts';
import { approveType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { isTriedAgain } from './tried-again.ts';
import { runHeadRef, runRefs } from './tools.ts';
import { waitForForge } from './with-forge.ts';

/**
 * The end of phase 8: the pull request becomes part of its base, once. Where that has moved, the branch is put on it, judged again, pushed, and its
 * checks are followed again, `merge.rounds` times at most. One at a time for a repository (its concurrency key): each sees what the one before has made
 * of the base.
 */
export function merge(tools: WorkflowTools) {
  return handle(mergeType, async (context): Promise<Outcome<MergeResult>> => {
    const given = await answered(context);
    if ('kind' in given) return given;
    const followed = given.step.kind === 'followed' ? resultIfAny(ciType, byKey(context.children, 'ci')) : undefined;
    const failed = given.step.kind === 'followed' && followed === undefined ? await notFollowed(context, given.step) : undefined;
    if (failed !== undefined) return failed;
    const ci = followed ?? given.ci ?? checksBefore(context);
    const at = await forgeOfRun(tools, context);
    const found = await at.forge.pullRequest({ repository: at.origin.repository, number: ci.current.number });
    const payload: MergePayload = { ...given, ci };
    const look: MergeLook = { tools, context, at, mirror: await openMirror(tools, context), found, payload, ci };
    if (found.state === 'merged') return await isMerged(look, found.mergeCommit ?? null, null);
    if (found.state === 'closed') return await isClosed(look);
    if (payload.step.kind === 'redone') return (await redone(look, payload.step.rest)) ?? (await goOn(look));
    return await goOn(look);
  });
}

function checksBefore(context: MergeContext) {
  return resultOf(
    ciType,
    context.dependencies.find(({ type }) => type === ciType.name),
  );
}

/** What a person said, in the payload from then on. */
async function answered(context: MergeContext): Promise<MergePayload | Extract<MergeOutcome, { readonly kind: 'failure' }>> {
  const { payload, children } = context;
  if (payload.step.kind !== 'asked') return payload;
  const answer = byKey(children, 'approve-merge');
  const approval = resultIfAny(approveType, answer);
  if (approval === undefined) {
    if (answer !== undefined && (await isTriedAgain(context, answer))) return { ...payload, step: { kind: 'look' } };
    const why = answer === undefined ? 'nobody answered' : whyNot(answer);
    return { kind: 'failure', reason: `the pull request was not merged: ${why}`, retryHint: 'never' };
  }
  switch (payload.step.about) {
    case 'merge':
      return { ...payload, approvedBy: approval.approvedBy };
    case 'objection':
      return overruled(payload);
    case 'conflict':
    case 'moving':
      return { ...payload, round: 0 };
  }
}

/** @returns undefined where it is looked at anew: what could not be done of what a review asks for is asked about. */
async function notFollowed(
  context: MergeContext,
  { because }: Extract<MergePayload['step'], { kind: 'followed' }>,
): Promise<MergeOutcome | undefined> {
  const stopped = context.children.find(({ end }) => end.state === 'dead') ?? context.children[0];
  if (because === 'objection' || (stopped !== undefined && (await isTriedAgain(context, stopped)))) return undefined;
  const why = stopped === undefined ? 'nothing was tried' : `${stopped.key}: ${whyNot(stopped)}`;
  return { kind: 'failure', reason: `the branch could not be brought up to date with its base: ${why}`, retryHint: 'never' };
}

async function goOn(look: MergeLook): Promise<MergeOutcome> {
  const { context, at, mirror, found, ci } = look;
  const recorded = await mirror.readRef(runHeadRef(context.jobId));
  if (recorded === undefined) throw new Error('the run has no branch to merge');
  const head = await undoRebase(mirror, context, recorded);
  // Somebody has mended it, or an attempt died before it could say what it had done.
  if (head !== ci.current.commit) return followAgain(look, []);
  if (found.head.commit !== head) return await elsewhere(look, head);
  if (at.run.config.merge.when === 'never') {
    const reason = 'merging is left to people (`merge.when: never`)';
    return { kind: 'success', result: { kind: 'left', number: found.number, reason }, observations: [`${reason}.`] };
  }
  const objection = await heedObjections(look);
  if (objection !== undefined) return objection;
  const question = needsApproval(look);
  if (question !== undefined) return question;
  return await onItsBase(look, head);
}

async function onItsBase(look: MergeLook, head: CommitId): Promise<MergeOutcome> {
  const { at, found } = look;
  const remote = remoteOf(look);
  const base = await remote.resolve(`refs/heads/${at.into}`);
  if (base === undefined)
    return { kind: 'failure', reason: `the branch ${at.into} is gone, so there is nothing to merge into`, retryHint: 'never' };
  const mirror = await bringBase(look, base);
  if (!(await mirror.isAncestor(base, head))) return await onMovedBase({ ...look, mirror }, { head, base });
  const place = { repository: at.origin.repository, number: found.number };
  if (found.isDraft) await at.forge.updatePullRequest(place, { isDraft: false });
  return (await checksAgain(look, head)) ?? (await mergeNow(look, head));
}

/** What stands at the branch is ours and not seen there yet, or somebody else's. */
async function elsewhere(look: MergeLook, head: CommitId): Promise<MergeOutcome> {
  const { tools, context, at, mirror, found, ci } = look;
  const { branch, commit } = found.head;
  const { sweepSeconds, timeoutMinutes } = at.run.config.ci;
  const isLate = tools.clock.now() - ci.current.at > timeoutMinutes * 60_000;
  if (!isLate && (await mirror.readRef(`${runRefs(context.jobId)}/commits/${commit}`)) !== undefined) {
    const until = tools.clock.now() + sweepSeconds * 1_000;
    return waitForForge('the forge does not show the pushed commit yet', until);
  }
  return askAtMerge(look, {
    about: 'moving',
    severity: 'high',
    reason: `somebody else has pushed ${commit.slice(0, 12)} to ${branch}; the run's own commit is ${head.slice(0, 12)}`,
    failing: [`${branch} is at ${commit}`, `the run is at ${head}`],
    recommendation: 'Move what was pushed to another branch and put this one back, then say yes; nobody is overwritten.',
    actions: { approve_anyway: 'The branch is back at the commit of the run', reject: 'End the run' },
    neverByItself: true,
  });
}

/** The question that has to be answered before it is merged; undefined where there is none. */
function needsApproval(look: MergeLook): MergeOutcome | undefined {
  const { at, context, payload, found } = look;
  const { when, score } = at.run.config.merge;
  const points = pointsOf(reviewOf(context));
  const isGood = when === 'score' && points !== undefined && points >= score;
  if (isGood || payload.approvedBy !== null || at.run.approveAll) return undefined;
  const fewer = points === undefined ? 'nobody gave it points' : `${points} points are fewer than ${score}`;
  return askAtMerge(look, {
    about: 'merge',
    severity: 'medium',
    reason: `the pull request is ready and waits for an approval: ${when === 'approved' ? 'every merge is approved by a person' : fewer}`,
    recommendation: `Look at ${found.url}. An approving review there is a yes too.`,
    actions: { approve_anyway: 'Merge it', manual_fix: 'Change something by hand first', reject: 'Do not merge it' },
  });
}

function remoteOf({ tools, at }: MergeLook) {
  const { repository } = at.run;
  if (repository.kind === 'local') throw new Error('a run of an issue at a forge works on a remote');
  return tools.git.remote(repository.url);
}

/** The mirror with a commit of the base in it that the run did not begin with, held by a ref of the run from then on. */
async function bringBase(look: MergeLook, commit: CommitId): Promise<Mirror> {
  const { tools, context, at } = look;
  const mirror = await remoteOf(look).mirror({
    mirrorPath: tools.state.mirror(at.run.repositoryId),
    runRefs: runRefs(context.jobId),
    base: { commit, name: at.into },
    signal: context.signal,
  });
  await mirror.bring([commit]);
  return mirror;
}

/** That a draft was made ready may have begun more checks. @returns undefined where none of them keeps it from being merged. */
async function checksAgain(look: MergeLook, head: CommitId): Promise<MergeOutcome | undefined> {
  const { tools, at, ci } = look;
  if (ci.kind === 'accepted') return undefined;
  const { sweepSeconds, timeoutMinutes } = at.run.config.ci;
  const checks = await at.forge.checks(at.origin.repository, head);
  const now = tools.clock.now();
  const isPending = checks.some(({ state }) => state === 'pending');
  const isLate = now - ci.current.at > timeoutMinutes * 60_000;
  if (checks.some(({ state }) => state === 'failed') || (isPending && isLate)) return followAgain(look, []);
  return isPending ? waitForForge('checks are running again', now + sweepSeconds * 1_000) : undefined;
}
