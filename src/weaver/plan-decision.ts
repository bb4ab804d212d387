import { inheritBudget } from '../domain/budget.ts';
import type { Decision } from '../domain/decision.ts';
import type { TaskId } from '../domain/ids.ts';
import type { Budget, DependencySpec, TaskSpec } from '../domain/job.ts';
import { totalOf } from '../domain/job.ts';
import { needFault } from '../domain/outcome.ts';
import type { Join } from '../domain/outcome.ts';
import type { Task } from '../domain/task.ts';
import type { StoredJson } from '../domain/task-type.ts';
import type { DependencyRecord } from '../ports/records.ts';
import type { Change } from './change.ts';
import { asJson, planTasks } from './plan-tasks.ts';

/** A decision with everything that is born of it, checked and not yet stored. */
export interface DecisionPlan {
  readonly kind: 'planned';
  readonly decision: Decision;
  readonly tasks: readonly Task[];
  readonly edges: readonly DependencyRecord[];
  /** The payload that the decision gives its task. */
  readonly payload?: StoredJson;
}

type Planned = DecisionPlan | { readonly kind: 'fault'; readonly reason: string };

/** Checks a decision as a whole: deciders are their users' code, and feed on what handlers return. */
export async function planDecision(change: Change, task: Task, decision: Decision): Promise<Planned> {
  switch (decision.kind) {
    case 'markDead':
    case 'skip':
      return planned(decision);
    case 'retry':
      return delayFault(decision.delayMs) ?? planned(decision);
    case 'await': {
      const fault = needFault(decision.need);
      return fault === undefined ? planned(decision) : { kind: 'fault', reason: fault };
    }
    case 'switch':
      return delayFault(decision.delayMs) ?? planSwitch(change, task, decision);
    case 'decompose': {
      const { join, children } = decision.decomposition;
      return planBirth(change, task, decision, {
        path: 'outcome.decomposition.children',
        specs: children,
        join,
        generation: task.decompositions + 1,
      });
    }
    case 'addDependency':
      return planDependencies(change, task, decision);
    case 'repair':
      return planBirth(change, task, decision, { path: 'decision.task', specs: [decision.task], join: 'resume', generation: 0 });
    default:
      return { kind: 'fault', reason: `decision.kind: there is no decision «${String((decision as { readonly kind?: unknown }).kind)}»` };
  }
}

function planned(decision: Decision): DecisionPlan {
  return { kind: 'planned', decision, tasks: [], edges: [] };
}

function delayFault(delayMs: number): Planned | undefined {
  if (Number.isFinite(delayMs) && delayMs >= 0) return undefined;
  return { kind: 'fault', reason: `decision.delayMs: must be a number of at least 0, not ${delayMs}` };
}

function planSwitch(change: Change, task: Task, decision: Extract<Decision, { readonly kind: 'switch' }>): Planned {
  const type = change.parts.registrations.get(task.type)?.type;
  const read = type?.payload.safeParse(decision.payload);
  if (type === undefined || read === undefined)
    return { kind: 'fault', reason: `decision.payload: nothing here knows the type «${task.type}»` };
  const [issue] = read.error?.issues ?? [];
  if (issue !== undefined) return { kind: 'fault', reason: `${['decision.payload', ...issue.path].join('.')}: ${issue.message}` };
  if (asJson(decision.payload) === undefined) return { kind: 'fault', reason: 'decision.payload: cannot be written as JSON' };
  return { ...planned(decision), payload: { schemaVersion: type.schemaVersion, value: decision.payload } };
}

interface Birth {
  /** Where the specs stand in what is judged. */
  readonly path: string;
  readonly specs: readonly TaskSpec[];
  readonly join: Join;
  readonly generation: number;
}

async function planBirth(change: Change, task: Task, decision: Decision, birth: Birth): Promise<Planned> {
  const job = await change.job(task.jobId);
  const plan = planTasks(
    {
      path: birth.path,
      specs: birth.specs,
      jobId: task.jobId,
      // Limits on attempts are each task's own; a deadline holds for everything that is born of it.
      budget: inheritBudget(job.budget, deadlineOf(task)),
      parent: { id: task.id, generation: birth.generation, join: birth.join },
      known: await knownIds(
        change,
        task,
        birth.specs.flatMap((spec) => spec.dependencies ?? []),
      ),
      now: change.now,
      firstNumber: totalOf(job.counts) + 1,
    },
    change.parts,
  );
  return plan.kind === 'fault' ? { kind: 'fault', reason: `${plan.path}: ${plan.problem}` } : { ...plan, decision };
}

/** The edges go from the task itself to what is born here, by key, or to what exists, by id. */
async function planDependencies(
  change: Change,
  task: Task,
  decision: Extract<Decision, { readonly kind: 'addDependency' }>,
): Promise<Planned> {
  const specs = decision.tasks ?? [];
  const born = await planBirth(change, task, decision, { path: 'decision.tasks', specs, join: 'none', generation: 0 });
  if (born.kind === 'fault') return born;
  const known = await knownIds(change, task, decision.dependencies);
  const ids = new Map(born.tasks.map((each) => [each.key, each.id]));
  const before = (await change.dependencies(task.id)).length;
  const edges: DependencyRecord[] = [];
  for (const [index, { on, until }] of decision.dependencies.entries()) {
    const onTaskId = ids.get(on) ?? (known.has(on) ? (on as TaskId) : undefined);
    if (onTaskId === undefined) return { kind: 'fault', reason: `decision.dependencies[${index}].on: there is no task «${on}»` };
    if (onTaskId === task.id) return { kind: 'fault', reason: `decision.dependencies[${index}].on: is the task itself` };
    edges.push({ taskId: task.id, onTaskId, until, ordinal: before + index });
  }
  return { ...born, edges: [...born.edges, ...edges] };
}

/** Those that are named and are tasks of the same job. */
async function knownIds(change: Change, task: Task, dependencies: readonly DependencySpec[]): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const { on } of dependencies) {
    if (!known.has(on) && (await change.task(on as TaskId))?.jobId === task.jobId) known.add(on);
  }
  return known;
}

function deadlineOf({ budget: { deadline } }: Task): Budget {
  return deadline === undefined ? {} : { deadline };
}
