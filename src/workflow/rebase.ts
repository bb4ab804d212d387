import type { CommitId } from '../domain/ids.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { baseOfBranch, branchBaseRef } from './base-of-branch.ts';
import { planChecks } from './plan-checks.ts';
import type { WorkflowTools } from './tools.ts';
import { runHeadRef, runOf, runRefs } from './tools.ts';
import { whyRed } from './why-red.ts';

/** What putting the branch on a base that has moved came to. */
export type Rebased =
  /** `red`: what is worse there than on the base alone; undefined where it holds. */
  | { readonly kind: 'moved'; readonly head: CommitId; readonly red: string | undefined }
  /** The base has all of it already. */
  | { readonly kind: 'nothing-left' }
  /** The branch now holds what fitted; this commit did not, and `rest` come after it. */
  | { readonly kind: 'conflict'; readonly commit: CommitId; readonly paths: readonly string[]; readonly rest: readonly CommitId[] }
  /** A commit has several parents: nobody can say what it changes. */
  | { readonly kind: 'several-parents'; readonly commit: CommitId };

/** Under which it is kept where the branch stood, and on what, before it was put on another base; for as long as that is not done. */
function beforeRebaseRef(jobId: string): string {
  return `${runRefs(jobId)}/before-rebase`;
}

type Context = TaskContext<unknown>;

/**
 * Puts the run's own commits on top of `base`, one after the other, in our mirror, and judges what has become of them on a fresh checkout. The run's
 * branch is moved only when that is known, or as far as it fits.
 *
 * @param rest of a rebase that met a conflict: on top of the branch as it is now.
 */
export async function rebase(
  tools: WorkflowTools,
  context: Context,
  mirror: Mirror,
  { head, base, rest }: { readonly head: CommitId; readonly base: CommitId; readonly rest?: readonly CommitId[] },
): Promise<Rebased> {
  const commits = rest ?? (await ownCommits(mirror, await baseOfBranch(mirror, context), head));
  if ('kind' in commits) return commits;
  let onto = rest === undefined ? base : head;
  for (const [at, commit] of commits.entries()) {
    const picked = await mirror.cherryPick(commit, onto);
    if (picked.kind === 'conflict') {
      await move(mirror, context, { from: head, to: onto, base, original: rest === undefined ? head : undefined });
      return { kind: 'conflict', commit, paths: picked.paths, rest: commits.slice(at + 1) };
    }
    onto = picked.commit;
  }
  if (onto === base) return { kind: 'nothing-left' };
  const checks = await planChecks(tools, mirror, base, runOf(context).config);
  const red = await whyRed(tools, context, mirror, { on: base, commit: onto, checks, shown: 'the branch on the moved base', mustPass: [] });
  await move(mirror, context, { from: head, to: onto, base, original: undefined });
  await mirror.deleteRefs(beforeRebaseRef(context.jobId));
  return { kind: 'moved', head: onto, red };
}

async function ownCommits(
  mirror: Mirror,
  base: CommitId,
  head: CommitId,
): Promise<readonly CommitId[] | Extract<Rebased, { kind: 'several-parents' }>> {
  const commits = await mirror.commits(base, head);
  const merge = commits.find(({ parents }) => parents.length !== 1);
  return merge === undefined ? commits.map(({ commit }) => commit) : { kind: 'several-parents', commit: merge.commit };
}

interface Move {
  readonly from: CommitId;
  readonly to: CommitId;
  readonly base: CommitId;
  /** Where the branch has to go back to if what follows is never done. */
  readonly original: CommitId | undefined;
}

/** What the branch rests on is written first: of commits between two bases none counts as the run's own, in whatever order both are read. */
async function move(mirror: Mirror, context: Context, { from, to, base, original }: Move): Promise<void> {
  if (original !== undefined) {
    const before = beforeRebaseRef(context.jobId);
    await mirror.updateRef(`${before}/base`, await baseOfBranch(mirror, context));
    await mirror.updateRef(`${before}/head`, original);
  }
  await mirror.updateRef(branchBaseRef(context.jobId), base);
  await moveHead(mirror, context, from, to);
}

async function moveHead(mirror: Mirror, { jobId }: Context, from: CommitId, to: CommitId): Promise<void> {
  if (from === to || (await mirror.updateRef(runHeadRef(jobId), to, { from }))) return;
  throw new Error('the branch of the run was moved by somebody else; it is read again on the next attempt');
}

/** Whether a rebase met a conflict that is not settled yet; with what the branch held before it at hand then. */
export async function isRebaseUnderWay(mirror: Pick<Mirror, 'readRef' | 'bring'>, { jobId }: Pick<Context, 'jobId'>): Promise<boolean> {
  const before = await mirror.readRef(`${beforeRebaseRef(jobId)}/head`);
  if (before !== undefined) await mirror.bring([before]);
  return before !== undefined;
}

/** Puts the branch back to where it was before a rebase that came to nothing. @returns where it stands then. */
export async function undoRebase(mirror: Mirror, context: Context, head: CommitId): Promise<CommitId> {
  const kept = beforeRebaseRef(context.jobId);
  const [before, base] = [await mirror.readRef(`${kept}/head`), await mirror.readRef(`${kept}/base`)];
  if (before === undefined || base === undefined) return head;
  await moveHead(mirror, context, head, before);
  await mirror.updateRef(branchBaseRef(context.jobId), base);
  await mirror.deleteRefs(kept);
  return before;
}
