import type { CommitId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { RepositoryPlace } from '../domain/run.ts';
import { resultBranch } from '../domain/run.ts';
import { forgeOrigin } from '../domain/issue.ts';
import type { Git, Mirror, Published } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { baseOfBranch } from './base-of-branch.ts';
import { leaksOf } from './find-leaks.ts';
import { intoOf } from './forge-of-run.ts';
import { foreignHead, letOut, notLetIn } from './let-out.ts';
import { keepFollowUp } from './keep-follow-up.ts';
import { openMirror } from './open-mirror.ts';
import type { PublishPayload } from './task-types.ts';
import { publishType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runHeadRef, runOf, runRefs } from './tools.ts';

type Context = TaskContext<PublishPayload>;

interface HandedOver {
  readonly branch: string;
  readonly commit: CommitId;
  readonly into: string | null;
  readonly notes: string[];
}

/**
 * Hands the result over: the one write to the user's repository, or to a branch of the remote. Nothing goes to a remote before the whole branch was
 * looked through for secrets. Publishing the same commit again changes nothing, so an attempt that was cut off after the write does no harm.
 */
export function publish(tools: WorkflowTools) {
  return handle(publishType, async (context): Promise<Outcome<HandedOver>> => {
    const run = runOf(context);
    const mirror = await openMirror(tools, context);
    await keepFollowUp(tools, context);
    const commit = context.payload.change?.commit ?? (await mirror.readRef(runHeadRef(context.jobId)));
    if (commit === undefined) throw new Error('the run has no branch to hand over');
    const branch = resultBranch(run.branchTemplate, displayId('run', context.jobId));
    await mirror.bring([commit]);
    const kept = await keptBack(tools, context, mirror, commit);
    if (kept !== undefined) return kept;
    const to = { repository: run.repository, mirrorPath: mirror.path, commit };
    const isOurs = async (at: CommitId): Promise<boolean> =>
      (await mirror.readRef(`${runRefs(context.jobId)}/commits/${at}`)) !== undefined;
    const published = await publishTo(tools.git, to, branch, isOurs);
    if (published.kind !== 'published') return await notPublished(context, { branch, commit }, published);
    await tools.ledger.choices.became(context.jobId, 'handed-over');
    const notes = run.into === null ? [] : await moveInto(tools.git, to, run.into, branch);
    return { kind: 'success', result: { branch, commit, into: notes.length === 0 ? run.into : null, notes }, observations: notes };
  });
}

/** What has to happen before a branch may leave; undefined where it may. */
async function keptBack(tools: WorkflowTools, context: Context, mirror: Mirror, head: CommitId): Promise<Outcome<HandedOver> | undefined> {
  const run = runOf(context);
  if (run.repository.kind === 'local') return undefined;
  const branch = resultBranch(run.branchTemplate, displayId('run', context.jobId));
  if (forgeOrigin(run.issue) !== undefined && branch === intoOf(run)) {
    const reason = `the branch ${branch} is the one that the change is for; see \`branch.template\` in the configuration`;
    return { kind: 'failure', reason, retryHint: 'never' };
  }
  const leaks = await leaksOf(tools, context, mirror, {
    head,
    onBase: context.payload.change?.base ?? (await baseOfBranch(mirror, context)),
  });
  return await letOut(context, head, leaks);
}

interface Target {
  readonly repository: RepositoryPlace;
  readonly mirrorPath: string;
  readonly commit: CommitId;
}

/** @param isOurs whether a commit, at which the branch stands, is one that this run handed over earlier: it may be given up. */
async function publishTo(
  git: Git,
  { repository, mirrorPath, commit }: Target,
  branch: string,
  isOurs: (at: CommitId) => Promise<boolean>,
): Promise<Published> {
  if (repository.kind === 'local') return await git.publish(mirrorPath, repository.root, branch, commit);
  const remote = git.remote(repository.url);
  const published = await remote.publish(mirrorPath, branch, commit);
  if (published.kind !== 'diverged' || !(await isOurs(published.at))) return published;
  return await remote.publish(mirrorPath, branch, commit, published.at);
}

/** @returns nothing when the branch was moved, else why not: the result itself is safe on its own branch. */
async function moveInto(git: Git, to: Target, into: string, branch: string): Promise<string[]> {
  const moved = await publishTo(git, to, into, async () => await Promise.resolve(false));
  return moved.kind === 'published' ? [] : [`${into} was left as it is (${whyNotPublished(moved)}); merge ${branch} by hand.`];
}

async function notPublished(
  context: Context,
  { branch, commit }: Pick<HandedOver, 'branch' | 'commit'>,
  published: Exclude<Published, { kind: 'published' }>,
): Promise<Outcome<HandedOver>> {
  const why = `the branch ${branch} could not be written: ${whyNotPublished(published)}`;
  if (forgeOrigin(runOf(context).issue) === undefined) return { kind: 'failure', reason: why, retryHint: 'never' };
  return published.kind === 'diverged'
    ? await foreignHead(context, { branch, ours: commit, theirs: published.at })
    : { kind: 'failure', reason: notLetIn(branch, why), retryHint: 'never' };
}

function whyNotPublished(published: Exclude<Published, { kind: 'published' }>): string {
  return published.kind === 'diverged' ? `it is at ${published.at.slice(0, 8)}, which the result does not contain` : published.reason;
}
