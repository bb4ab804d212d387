import type { RecordedPullRequest } from '../../ports/pull-requests.ts';
import type { ApprovalAnswer } from '../../workflow/approve.ts';
import { approvalSignal } from '../../workflow/escalate.ts';
import { ciType, mergeType } from '../../workflow/forge-task-types.ts';
import type { OperationTools } from '../tools.ts';

/** Kinds of task whose questions are about a pull request that is open. */
const asking: readonly string[] = [ciType.name, mergeType.name];

/**
 * Who merges a pull request by hand has answered what its run asks about it with yes, and who closes it with no. Where it is open nothing is answered.
 * @returns how many questions were.
 */
export async function answerByEnd(
  { engine, forges }: Pick<OperationTools, 'engine' | 'forges'>,
  { jobId, forge, repository, number }: RecordedPullRequest,
): Promise<number> {
  const tasks = await engine.tasks(jobId);
  const asked = tasks.filter((task) => {
    if (task.state !== 'pending' || !('need' in task.waiting) || task.waiting.need.signal !== approvalSignal) return false;
    return tasks.some(({ id, type }) => id === task.parentTaskId && asking.includes(type));
  });
  if (asked.length === 0) return 0;
  const { state } = await (await forges.open(forge)).pullRequest({ repository, number });
  if (state === 'open') return 0;
  const reason = state === 'merged' ? 'merged the pull request' : 'closed the pull request';
  const answer: ApprovalAnswer = { approved: state === 'merged', reason };
  let answered = 0;
  for (const { id } of asked) {
    if ((await engine.signal(id, approvalSignal, answer, `somebody at ${forge}`)).kind === 'answered') answered += 1;
  }
  return answered;
}
