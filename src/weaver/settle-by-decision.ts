import type { Decision, DecisionInput } from '../domain/decision.ts';
import type { Job } from '../domain/job.ts';
import { keptText } from '../domain/outcome.ts';
import type { AttemptEnd } from '../domain/outcome.ts';
import { charged } from '../domain/transition.ts';
import type { Task, TaskIn, Used } from '../domain/task.ts';
import { applyDecision } from './apply-decision.ts';
import { attemptEnd } from './attempt-end.ts';
import type { Change } from './change.ts';
import { describeThrown } from './describe-thrown.ts';
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
  const plan = await plannedOf(change, task, decision);
  if (plan.kind === 'planned') return { end: ended.end, used: ended.used, plan };
  const reason = keptText(plan.reason);
  const end: AttemptEnd = { kind: 'error', cause: 'outcome', reason };
  const used: Used = { ...ended.used, failures: 1 };
  const second = decideSafely(change, task, { job: ended.job, end, used });
  const secondPlan = await plannedOf(change, task, second);
  if (secondPlan.kind === 'planned') return { end, used, plan: secondPlan };
  return { end, used, plan: { kind: 'planned', decision: { kind: 'markDead', reason }, tasks: [], edges: [] } };
}

/** What a decider answered, or why that is no decision. */
type Made = { readonly kind: 'decision'; readonly decision: Decision } | { readonly kind: 'fault'; readonly reason: string };

async function plannedOf(change: Change, task: Task, made: Made): ReturnType<typeof planDecision> {
  return made.kind === 'fault' ? made : planDecision(change, task, made.decision);
}

/** A decider that throws is a defect of its author; the task must not hang on it. */
function decideSafely(change: Change, task: Task, { job, end, used }: EndedAttempt): Made {
  const after = charged(task, used);
  const input: DecisionInput = {
    task: { ...after, spends: change.parts.registrations.get(task.type)?.spends === true },
    job,
    end,
    now: change.now,
    random: change.parts.random(),
  };
  try {
    const decided: unknown = change.parts.decider.decide(input);
    if (typeof decided !== 'object' || decided === null) return { kind: 'fault', reason: 'decision: is none' };
    if ('then' in decided && typeof decided.then === 'function') {
      // Nobody waits for it: what it comes to is nobody's to handle either.
      Promise.resolve(decided).catch(() => undefined);
      return { kind: 'fault', reason: 'decision: is a promise, and a decider has to decide at once' };
    }
    const decision = { ...decided } as Decision;
    const { reason } = decision;
    return { kind: 'decision', decision: typeof reason === 'string' ? { ...decision, reason: keptText(reason) } : decision };
  } catch (thrown) {
    const reason = keptText(`The decider «${change.parts.decider.name}» threw: ${describeThrown(thrown)}`);
    return { kind: 'decision', decision: { kind: 'markDead', reason } };
  }
}

function triggerOf(end: AttemptEnd): string {
  if (end.kind === 'success') return `success: ${end.decomposition?.children.length ?? 0} children proposed`;
  return end.kind === 'error' ? `error (${end.cause}): ${end.reason}` : `${end.kind}: ${end.reason}`;
}
