import type { CommitId } from '../domain/ids.ts';
import { baseOfBranch } from './base-of-branch.ts';
import type { MergePayload } from './forge-task-types.ts';
import { leavingText } from './leaving-text.ts';
import { mendTask } from './mend-round.ts';
import type { MergeLook, MergeOutcome } from './merge-look.ts';
import { askAtMerge, followAgain } from './merge-look.ts';
import type { Rebased } from './rebase.ts';
import { isRebaseUnderWay, rebase, undoRebase } from './rebase.ts';
import { resultIfAny, whyNot } from './settled.ts';
import { approveType, implementType } from './task-types.ts';
import { runHeadRef } from './tools.ts';
import { redInstructions, redoInstructions } from './words/rebase-instructions.ts';

/** The base has moved: the branch is put on it, and its checks are followed again. */
export async function onMovedBase(
  look: MergeLook,
  { head, base }: { readonly head: CommitId; readonly base: CommitId },
): Promise<MergeOutcome> {
  const { tools, context, at, mirror, payload } = look;
  const { rounds } = at.run.config.merge;
  if (payload.round >= rounds) {
    return askAtMerge(look, {
      about: 'moving',
      severity: 'medium',
      reason: `${at.into} has moved ${payload.round} times while the branch was put on it`,
      recommendation: 'Wait until less is merged there, then say yes: the branch is put on it again.',
      actions: { approve_anyway: 'Put it on the base again', manual_fix: 'Do it by hand', reject: 'End the run' },
      neverByItself: true,
    });
  }
  const round = payload.round + 1;
  context.progress(`puts the branch on ${at.into}, which has moved`);
  return await follow({ ...look, payload: { ...payload, round } }, base, await rebase(tools, context, mirror, { head, base }));
}

/**
 * A commit that did not fit was done again; the rest are put on top.
 * @returns undefined where that was finished already by an attempt that died before it could say so.
 */
export async function redone(look: MergeLook, rest: readonly CommitId[]): Promise<MergeOutcome | undefined> {
  const { tools, context, at, mirror } = look;
  if (!(await isRebaseUnderWay(mirror, context))) return undefined;
  const head = await mirror.readRef(runHeadRef(context.jobId));
  if (head === undefined) throw new Error('the run has no branch to merge');
  const again = context.children.find(({ type }) => type === implementType.name);
  const done = resultIfAny(implementType, again);
  const answer = context.children.find(({ type }) => type === approveType.name);
  if (answer !== undefined) {
    const approval = resultIfAny(approveType, answer);
    if (approval?.fixed === undefined) await undoRebase(mirror, context, head);
    if (approval === undefined)
      return { kind: 'failure', reason: `the pull request was not merged: ${whyNot(answer)}`, retryHint: 'never' };
    if (approval.fixed === undefined) return undefined;
  } else if (done === undefined || done.integrated === 'skipped') {
    const why = done?.summary ?? (again === undefined ? 'nothing was tried' : whyNot(again));
    return askAboutConflict(look, `a commit of the branch no longer fits on ${at.into}, and could not be made again: ${why}`, rest);
  }
  const base = await baseOfBranch(mirror, context);
  return await follow(look, base, await rebase(tools, context, mirror, { head, base, rest }));
}

async function follow(look: MergeLook, base: CommitId, rebased: Rebased): Promise<MergeOutcome> {
  const { at, payload, found } = look;
  const { work, round } = payload;
  switch (rebased.kind) {
    case 'moved': {
      if (rebased.red === undefined) return followAgain(look, []);
      const instructions = redInstructions(rebased.red, at.run.issue);
      return followAgain(look, [
        mendTask({ id: `repair-merge-${round}`, title: `Mend the branch on the moved ${at.into}`, instructions, work }),
      ]);
    }
    case 'conflict':
      return await doAgain(look, base, rebased);
    case 'several-parents':
      return askAboutConflict(
        look,
        `${at.into} has moved, and ${rebased.commit.slice(0, 12)} on the branch is a merge, which cannot be put on top of it`,
      );
    case 'nothing-left': {
      const reason = `${at.into} has all of it already`;
      return { kind: 'success', result: { kind: 'left', number: found.number, reason }, observations: [`${reason}.`] };
    }
  }
}

/** The commit that does not fit is one more task on the new base, told what it was and where it conflicts. */
async function doAgain(
  look: MergeLook,
  base: CommitId,
  { commit, paths, rest }: Extract<Rebased, { kind: 'conflict' }>,
): Promise<MergeOutcome> {
  const { tools, at, mirror, payload } = look;
  const { round, work } = payload;
  const made = (await mirror.commits(base, commit)).at(-1);
  const [parent] = made?.parents ?? [];
  if (made === undefined || parent === undefined) throw new Error(`${commit} is none of the run's own commits`);
  const diff = leavingText(tools, await mirror.patch(parent, commit));
  const task = mendTask({
    id: `redo-${round}-${commit.slice(0, 8)}`,
    title: made.message.split('\n')[0] ?? 'Make the change again',
    instructions: redoInstructions({ message: made.message, diff, paths }, at.run.issue),
    work,
  });
  const nextPayload: MergePayload = { ...payload, step: { kind: 'redone', rest: [...rest] } };
  return {
    kind: 'success',
    decomposition: { join: 'resume', children: [task], nextPayload },
    observations: [`${commit.slice(0, 8)} no longer fits on ${at.into} (${paths.slice(0, 10).join(', ')}); it is made again.`],
  };
}

/** @param rest what comes after the commit that did not fit: a person can make that one on the branch as it is now. */
function askAboutConflict(look: MergeLook, reason: string, rest?: readonly CommitId[]): MergeOutcome {
  const question = {
    about: 'conflict',
    severity: 'high',
    reason,
    recommendation:
      rest === undefined
        ? `Bring ${look.at.into} and the branch together at the forge, or end the run and begin it anew.`
        : `\`miyabi fix\` opens ${look.at.into} with what fits on it; make there what the commit was to do. What comes after it is put on top.`,
    actions: {
      approve_anyway: 'Try it again',
      ...(rest === undefined ? {} : { manual_fix: 'Make the commit by hand' }),
      reject: 'End the run',
    },
    neverByItself: true,
  } as const;
  return rest === undefined ? askAtMerge(look, question) : askAtMerge(look, question, { kind: 'redone', rest: [...rest] });
}
