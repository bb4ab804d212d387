import type { AttemptEnd } from '../domain/outcome.ts';
import type { Task, TaskIn, Used } from '../domain/task.ts';
import type { Change } from './change.ts';
import { stored } from './plain.ts';
import type { DecisionPlan } from './plan-decision.ts';

/** What was decided, on what, and what the attempt used up. */
export interface Application {
  readonly plan: DecisionPlan;
  readonly end: AttemptEnd;
  readonly used: Used;
}

/** Does what was decided. */
export async function applyDecision(change: Change, task: TaskIn<'running'>, { plan, end, used }: Application): Promise<void> {
  const { decision } = plan;
  const { reason } = decision;
  switch (decision.kind) {
    case 'retry':
      await change.move(task, { type: 'retried', delayMs: Math.ceil(decision.delayMs), nextPayload: undefined, used }, reason);
      return;
    case 'switch':
      await change.move(task, { type: 'retried', delayMs: Math.ceil(decision.delayMs), nextPayload: plan.payload, used }, reason);
      return;
    case 'markDead': {
      const death = deathReason(reason, end);
      await change.move(task, { type: 'died', reason: death, used }, death);
      return;
    }
    case 'skip':
      await change.move(task, { type: 'skipped', reason, used }, reason);
      return;
    case 'await':
      await change.move(task, { type: 'blocked', need: decision.need, used }, reason);
      return;
    case 'decompose':
      await decompose(change, task, { plan, used, decomposition: decision.decomposition });
      return;
    case 'addDependency': {
      const left = plan.edges.filter((edge) => edge.taskId === task.id).length;
      await change.move(task, { type: 'dependencyAdded', left, used }, reason);
      await change.add(plan.tasks, plan.edges);
      return;
    }
    case 'repair':
      await change.move(task, { type: 'repairBegun', by: repairer(plan).id, used }, reason);
      await change.add(plan.tasks, plan.edges);
  }
}

async function decompose(
  change: Change,
  task: TaskIn<'running'>,
  what: {
    readonly plan: DecisionPlan;
    readonly used: Used;
    readonly decomposition: { readonly join: 'none' | 'resume' | 'compose'; readonly nextPayload?: unknown };
  },
): Promise<void> {
  const { plan, used, decomposition } = what;
  const { join, nextPayload } = decomposition;
  const { reason } = plan.decision;
  if (join === 'none') await change.move(task, { type: 'decomposed', used }, reason);
  else {
    const next = nextPayload === undefined ? undefined : stored(versionOf(change, task), nextPayload);
    await change.move(task, { type: 'joined', join, children: plan.tasks.length, nextPayload: next, used }, reason);
  }
  await change.add(plan.tasks, plan.edges);
}

function repairer(plan: DecisionPlan): Task {
  const [task] = plan.tasks;
  if (task === undefined) throw new Error('A repair is planned before it is applied.');
  return task;
}

function versionOf(change: Change, task: Task): number {
  return change.parts.types.get(task.type)?.schemaVersion ?? task.payload.schemaVersion;
}

/** Says what killed the task, and the last thing that went wrong; a handler that wants no further attempt has said all there is. */
function deathReason(decided: string, end: AttemptEnd): string {
  if (end.kind === 'failure' && end.retryHint === 'never') return end.reason;
  return 'reason' in end && end.reason !== decided ? `${decided}. Last: ${end.reason}` : decided;
}
