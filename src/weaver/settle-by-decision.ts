import type { Decision, DecisionInput } from '../domain/decision.ts';
import type { Job } from '../domain/job.ts';
import type { AttemptEnd } from '../domain/outcome.ts';
import { charged } from '../domain/task.ts';
import type { Task, TaskIn, Used } from '../domain/task.ts';
import { applyDecision } from './apply-decision.ts';
import { attemptEnd } from './attempt-end.ts';
import type { Change } from './change.ts';
import { planDecision } from './plan-decision.ts';
import type { DecisionPlan } from './plan-decision.ts';

/** An attempt that has ended, with what it used up. */
export interface EndedAttempt {
  /** As it is after the attempt. */
  readonly job: Job;
  readonly end: AttemptEnd;
  readonly used: Used;
}

/** Ends an attempt that did not simply succeed: asks the decider, records what it said, and does it. */
export async function settleByDecision(change: Change, task: TaskIn<'running'>, ended: EndedAttempt): Promise<void> {
  const decided = await decide(change, task, ended);
  const { end, plan } = decided;
  change.endAttempt(task.lease.attemptId, attemptEnd(end, change.now));
  change.insertDecision({
    id: change.parts.ids.next(),
    taskId: task.id,
    jobId: task.jobId,
    attemptId: task.lease.attemptId,
    epoch: task.epoch,
    trigger: triggerOf(end),
    policy: change.parts.decider.name,
    kind: plan.decision.kind,
    reason: plan.decision.reason,
    childTaskIds: plan.tasks.map((child) => child.id),
    decidedAt: change.now,
  });
  await applyDecision(change, await change.again(task), { plan, end, used: decided.used });
}

interface Decided {
  readonly end: AttemptEnd;
  readonly used: Used;
  readonly plan: DecisionPlan;
}

/** A decision that cannot be carried out says that the outcome, or the decider, was wrong: that is decided on instead, once. */
async function decide(change: Change, task: Task, ended: EndedAttempt): Promise<Decided> {
  const decision = decideSafely(change, task, ended);
  const plan = await planDecision(change, task, decision);
  if (plan.kind === 'planned') return { end: ended.end, used: ended.used, plan };
  const end: AttemptEnd = { kind: 'error', cause: 'outcome', reason: plan.reason };
  const used: Used = { ...ended.used, failures: 1 };
  const second = decideSafely(change, task, { job: ended.job, end, used });
  const secondPlan = await planDecision(change, task, second);
  if (secondPlan.kind === 'planned') return { end, used, plan: secondPlan };
  return { end, used, plan: { kind: 'planned', decision: { kind: 'markDead', reason: plan.reason }, tasks: [], edges: [] } };
}

/** A decider that throws is a defect of its author; the task must not hang on it. */
function decideSafely(change: Change, task: Task, { job, end, used }: EndedAttempt): Decision {
  const after = charged(task, used);
  const input: DecisionInput = {
    task: { ...after, spends: change.parts.registrations.get(task.type)?.spends === true },
    job,
    end,
    now: change.now,
    random: change.parts.random(),
  };
  try {
    return change.parts.decider.decide(input);
  } catch (thrown) {
    return { kind: 'markDead', reason: `The decider «${change.parts.decider.name}» threw: ${String(thrown)}` };
  }
}

function triggerOf(end: AttemptEnd): string {
  if (end.kind === 'success') return `success: ${end.decomposition?.children.length ?? 0} children proposed`;
  return end.kind === 'error' ? `error (${end.cause}): ${end.reason}` : `${end.kind}: ${end.reason}`;
}
