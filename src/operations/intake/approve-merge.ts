import { displayId } from '../../domain/ids.ts';
import type { Task } from '../../domain/task.ts';
import type { ApprovalAnswer } from '../../workflow/approve.ts';
import { approvalSignal } from '../../workflow/escalate.ts';
import { mergeType } from '../../workflow/forge-task-types.ts';
import type { OperationTools } from '../tools.ts';
import type { IntentTo, Received } from './intent.ts';
import { mayAsk, nameOf } from './tools.ts';
import { wakeRun } from './wake.ts';

/**
 * A review that approves a pull request answers the run's question whether it may be merged, where who gave it may; runs that wait for rules of
 * the repository look again. @returns what was done.
 */
export async function approveMerge(tools: OperationTools, received: Received, { number, by }: IntentTo<'approve'>): Promise<string> {
  const { forge: name, repository } = received;
  const pullRequest = await tools.ledger.pullRequests.ofNumber(name, repository, number);
  if (pullRequest === undefined) return 'no run has this pull request';
  const run = displayId('run', pullRequest.jobId);
  if (await mayAsk(tools, await tools.forges.open(name), { repository, by })) {
    const tasks = await tools.engine.tasks(pullRequest.jobId);
    for (const task of tasks.filter((each) => asksWhetherToMerge(each, tasks))) {
      const answer: ApprovalAnswer = { approved: true, reason: 'approved the pull request' };
      const answered = await tools.engine.signal(task.id, approvalSignal, answer, nameOf(by));
      if (answered.kind === 'answered') return `approved for ${run}`;
    }
  }
  const woken = await wakeRun(tools.engine, pullRequest.jobId, `${name}: review`);
  return `woke ${woken} tasks of ${run}`;
}

function asksWhetherToMerge(task: Task, all: readonly Task[]): boolean {
  if (task.state !== 'pending' || !('need' in task.waiting) || task.waiting.need.signal !== approvalSignal) return false;
  return task.type === mergeType.name || all.some(({ id, type }) => id === task.parentTaskId && type === mergeType.name);
}
