import type { ForgePullRequest } from '../domain/forge.ts';
import type { TaskSpec } from '../domain/job.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Mirror } from '../ports/git.ts';
import type { RecordedPullRequest } from '../ports/pull-requests.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { closeAgain } from './close-issue.ts';
import type { ForgeOfRun } from './forge-of-run.ts';
import { reviewOf } from './forge-of-run.ts';
import { needsOfForge } from './needs-of.ts';
import type { CiPayload, CiResult, MergePayload, MergeResult } from './forge-task-types.ts';
import { ciType } from './forge-task-types.ts';
import { pushAgain } from './mend-round.ts';
import type { QuestionTask } from './question-task.ts';
import { questionTask } from './question-task.ts';
import type { WorkflowTools } from './tools.ts';

/** What the steps of `run.merge` share. */
export type MergeContext = TaskContext<MergePayload>;
export type MergeOutcome = Outcome<MergeResult>;

/** One look at a pull request that is to be merged. */
export interface MergeLook {
  readonly tools: WorkflowTools;
  readonly context: MergeContext;
  readonly at: ForgeOfRun;
  readonly mirror: Mirror;
  readonly found: ForgePullRequest;
  /** With what people and children have said since it was stored. */
  readonly payload: MergePayload;
  /** What became of its checks last. */
  readonly ci: CiResult;
}

/** Hands the branch over as it is once `before` have succeeded, and follows its checks; then it is looked at again. */
export function followAgain(
  look: MergeLook,
  before: readonly TaskSpec[],
  step: Extract<MergePayload['step'], { kind: 'followed' }> = { kind: 'followed' },
): MergeOutcome {
  const { at, context, payload, ci } = look;
  const about = { work: payload.work, review: reviewOf(context) };
  const follow: CiPayload = { ...about, step: { kind: 'follow' }, current: null, repaired: ci.repaired };
  const children: readonly TaskSpec[] = [
    ...before,
    ...pushAgain(
      at.run,
      about,
      before.map(({ key }) => key),
    ),
    {
      type: ciType.name,
      key: 'ci',
      payload: follow,
      dependencies: [{ on: 'pull-request', until: 'succeeded' }],
      needs: needsOfForge(at.run),
    },
  ];
  const nextPayload: MergePayload = { ...payload, step };
  return { kind: 'success', decomposition: { join: 'resume', children, nextPayload } };
}

/**
 * Asks a person about the merge; a yes has it looked at again.
 * @param step where it goes on with the answer, if not with a new look.
 */
export function askAtMerge(
  look: MergeLook,
  {
    about,
    ...asked
  }: Omit<QuestionTask, 'key' | 'question' | 'kind' | 'about'> & { readonly about: 'merge' | 'conflict' | 'moving' | 'objection' },
  step: MergePayload['step'] = { kind: 'asked', about },
): MergeOutcome {
  const { at, payload, found } = look;
  const question = `${asked.reason}. ${asked.actions.approve_anyway ?? 'Try it again'}? ${found.url}`;
  const facts = { pullRequest: found.url, commit: found.head.commit };
  const kind = about === 'merge' ? 'merge' : 'obstacle';
  const child = questionTask(at.run, { ...asked, kind, about: facts, key: 'approve-merge', question });
  const nextPayload: MergePayload = { ...payload, step };
  return { kind: 'success', decomposition: { join: 'resume', children: [child], nextPayload } };
}

/** It is merged, by whomever. */
export async function isMerged(
  look: MergeLook,
  commit: string | null,
  method: Extract<MergeResult, { kind: 'merged' }>['method'],
): Promise<MergeOutcome> {
  const { tools, context, payload, found } = look;
  await recordState(look, 'merged');
  await tools.ledger.choices.became(context.jobId, 'merged');
  const observations = await closeAgain(tools, context, payload.approvedBy);
  const result = { kind: 'merged', number: found.number, commit, method, approvedBy: payload.approvedBy } as const;
  return { kind: 'success', result, observations };
}

export async function isClosed(look: MergeLook): Promise<MergeOutcome> {
  const { tools, context, found } = look;
  await recordState(look, 'closed');
  await tools.ledger.choices.became(context.jobId, 'rejected');
  return { kind: 'failure', reason: `somebody closed the pull request ${found.url} without merging it`, retryHint: 'never' };
}

async function recordState({ tools, context, at, found, ci }: MergeLook, state: RecordedPullRequest['state']): Promise<void> {
  const { forge, repository } = at.origin;
  const { number, url, head } = found;
  await tools.ledger.pullRequests.save({
    jobId: context.jobId,
    forge,
    repository,
    number,
    url,
    branch: head.branch,
    commit: ci.current.commit,
    state,
  });
}
