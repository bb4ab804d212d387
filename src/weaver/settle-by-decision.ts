import { inheritBudget } from '../domain/budget.ts';
import type { Decision, DecisionInput } from '../domain/decision.ts';
import type { TaskId } from '../domain/ids.ts';
import type { Budget, Job } from '../domain/job.ts';
import type { AttemptEnd, Decomposition } from '../domain/outcome.ts';
import { charged } from '../domain/task.ts';
import type { Task, TaskIn, Used } from '../domain/task.ts';
import { attemptEnd, usedBy } from './attempt-end.ts';
import type { Change } from './change.ts';
import { planTasks } from './plan-tasks.ts';
import type { Plan } from './plan-tasks.ts';

/** Ends an attempt that did not simply succeed: asks the decider, records what it said, and does it. */
export async function settleByDecision(change: Change, task: TaskIn<'running'>, job: Job, reported: AttemptEnd): Promise<void> {
  let end = reported;
  let decision = decideSafely(change, task, job, end);
  let plan = decision.kind === 'decompose' ? await planChildren(change, task, decision.decomposition) : undefined;
  if (plan?.kind === 'fault') {
    end = { kind: 'error', cause: 'outcome', reason: `${plan.path}: ${plan.problem}` };
    decision = decideSafely(change, task, job, end);
    if (decision.kind === 'decompose') decision = { kind: 'markDead', reason: end.reason };
    plan = undefined;
  }
  const children = plan?.kind === 'planned' ? plan.tasks : [];
  await change.records.endAttempt(task.lease.attemptId, attemptEnd(end, change.now));
  await change.records.insertDecision({
    id: change.parts.ids.next(),
    taskId: task.id,
    jobId: task.jobId,
    attemptId: task.lease.attemptId,
    trigger: triggerOf(end),
    policy: change.parts.decider.name,
    kind: decision.kind,
    reason: decision.reason,
    childTaskIds: children.map((child) => child.id),
    decidedAt: change.now,
  });
  await apply(change, task, { decision, plan, used: usedBy(end), end });
}

async function apply(
  change: Change,
  task: TaskIn<'running'>,
  what: { readonly decision: Decision; readonly plan: Plan | undefined; readonly used: Used; readonly end: AttemptEnd },
): Promise<void> {
  const { decision, plan, used } = what;
  switch (decision.kind) {
    case 'retry':
      await change.move(task, { type: 'retried', delayMs: decision.delayMs, used }, decision.reason);
      return;
    case 'markDead': {
      const reason = deathReason(decision.reason, what.end);
      await change.move(task, { type: 'died', reason, used }, reason);
      return;
    }
    case 'await':
      await change.move(task, { type: 'blocked', need: decision.need, used }, decision.reason);
      return;
    case 'decompose':
      if (plan?.kind !== 'planned') throw new Error('A decomposition is planned before it is applied.');
      await decompose(change, task, { decomposition: decision.decomposition, plan, used, reason: decision.reason });
  }
}

async function decompose(
  change: Change,
  task: TaskIn<'running'>,
  what: {
    readonly decomposition: Decomposition;
    readonly plan: Extract<Plan, { readonly kind: 'planned' }>;
    readonly used: Used;
    readonly reason: string;
  },
): Promise<void> {
  const { decomposition, plan, used, reason } = what;
  const { join, nextPayload } = decomposition;
  if (join === 'none') await change.move(task, { type: 'decomposed', used }, reason);
  else {
    const stored = nextPayload === undefined ? undefined : { schemaVersion: versionOf(change, task), value: nextPayload };
    await change.move(task, { type: 'joined', join, children: plan.tasks.length, nextPayload: stored, used }, reason);
  }
  await change.add(plan.tasks, plan.edges, await existing(change, task.jobId, plan));
}

async function planChildren(change: Change, task: Task, decomposition: Decomposition): Promise<Plan> {
  const named = decomposition.children.flatMap((child) => (child.dependencies ?? []).map((edge) => edge.on));
  const known = new Set<string>();
  for (const id of new Set(named)) {
    const other = await change.records.task(id as TaskId);
    if (other?.jobId === task.jobId) known.add(id);
  }
  return planTasks(
    {
      path: 'outcome.decomposition.children',
      specs: decomposition.children,
      jobId: task.jobId,
      // Limits on attempts are each task's own; a deadline holds for everything that is born of it.
      budget: inheritBudget((await change.job(task.jobId)).budget, deadlineOf(task)),
      parent: { id: task.id, generation: task.decompositions + 1, join: decomposition.join },
      known,
      now: change.now,
    },
    change.parts,
  );
}

function deadlineOf({ budget: { deadline } }: Task): Budget {
  return deadline === undefined ? {} : { deadline };
}

async function existing(change: Change, jobId: Task['jobId'], plan: Extract<Plan, { readonly kind: 'planned' }>): Promise<readonly Task[]> {
  const born = new Set(plan.tasks.map((task) => task.id));
  const others = new Set(plan.edges.map((edge) => edge.onTaskId).filter((id) => !born.has(id)));
  const found: Task[] = [];
  for (const id of others) {
    const task = await change.records.task(id);
    if (task?.jobId === jobId) found.push(task);
  }
  return found;
}

/** A decider that throws is a defect of its author; the task must not hang on it. */
function decideSafely(change: Change, task: Task, job: Job, end: AttemptEnd): Decision {
  const used = usedBy(end);
  const after = charged(task, used);
  const input: DecisionInput = {
    task: {
      key: task.key,
      type: task.type,
      failures: after.failures,
      leasesLost: after.leasesLost,
      crashes: after.crashes,
      costMicroUsd: after.costMicroUsd,
      budget: task.budget,
      spends: change.parts.registrations.get(task.type)?.spends === true,
    },
    job: { costMicroUsd: job.costMicroUsd, budget: job.budget },
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

function versionOf(change: Change, task: Task): number {
  return change.parts.registrations.get(task.type)?.type.schemaVersion ?? task.payload.schemaVersion;
}

function triggerOf(end: AttemptEnd): string {
  if (end.kind === 'success') return `success: ${end.decomposition?.children.length ?? 0} children proposed`;
  return end.kind === 'error' ? `error (${end.cause}): ${end.reason}` : `${end.kind}: ${end.reason}`;
}

/** Says what killed the task, and the last thing that went wrong; a handler that wants no further attempt has said all there is. */
function deathReason(decided: string, end: AttemptEnd): string {
  if (end.kind === 'failure' && end.retryHint === 'never') return end.reason;
  return 'reason' in end && end.reason !== decided ? `${decided}. Last: ${end.reason}` : decided;
}
