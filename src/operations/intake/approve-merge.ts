import { z } from 'zod';
import { displayId } from '../../domain/ids.ts';
import type { Task } from '../../domain/task.ts';
import type { ApprovalAnswer } from '../../workflow/approve.ts';
import { approvalSignal } from '../../workflow/escalate.ts';
import { mergeType } from '../../workflow/forge-task-types.ts';
import { payloadOf } from '../task-results.ts';
import type { OperationTools } from '../tools.ts';
import type { IntentTo, Received } from './intent.ts';
import { mayAsk, nameOf } from './tools.ts';
import { wakeRun } from './wake.ts';

/**
 * A review that approves a pull request answers the run's question whether it may be merged, where who gave it may; runs that wait for rules of
 * the repository look again. @returns what was done.
 */
export async function approveMerge(
  tools: OperationTools,
  received: Received,
  { number, by, commit }: IntentTo<'approve'>,
): Promise<string> {
  const { forge: name, repository } = received;
  const pullRequest = await tools.ledger.pullRequests.ofNumber(name, repository, number);
  if (pullRequest === undefined) return 'no run has this pull request';
  const run = displayId('run', pullRequest.jobId);
  if (await mayAsk(tools, await tools.forges.open(name), { repository, by })) {
    const tasks = await tools.engine.tasks(pullRequest.jobId);
    for (const task of tasks.filter((each) => asksWhetherToMerge(each, tasks, commit))) {
      const answer: ApprovalAnswer = { approved: true, reason: 'approved the pull request' };
      const answered = await tools.engine.signal(task.id, approvalSignal, answer, nameOf(by));
      if (answered.kind === 'answered') return `approved for ${run}`;
    }
  }
  const woken = await wakeRun(tools.engine, pullRequest.jobId, `${name}: review`);
  return `woke ${woken} tasks of ${run}`;
}

/**
 * Whether a task asks if a pull request is to be merged; what is asked about conflicts, or about what others have pushed, is something else.
 * @param commit that was approved, where it is known: a yes to another one is no yes to this one.
 */
function asksWhetherToMerge(task: Task, all: readonly Task[], commit: string | undefined): boolean {
  if (task.state !== 'pending' || !('need' in task.waiting) || task.waiting.need.signal !== approvalSignal) return false;
  const parent = all.find(({ id, type }) => id === task.parentTaskId && type === mergeType.name);
  if (parent === undefined) return false;
  const { step } = payloadOf(mergeType, parent);
  if (step.kind !== 'asked' || step.about !== 'merge') return false;
  const asked = aboutCommit.safeParse(task.waiting.need.details);
  return commit === undefined || !asked.success || asked.data.context.about.commit === commit;
}

/** What an escalation about a merge is about. */
const aboutCommit = z.object({ context: z.object({ about: z.object({ commit: z.string() }) }) });
