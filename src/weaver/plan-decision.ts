import { inheritBudget } from '../domain/budget.ts';
import type { Decision } from '../domain/decision.ts';
import type { TaskId } from '../domain/ids.ts';
import type { Budget, TaskSpec } from '../domain/job.ts';
import { totalOf } from '../domain/job.ts';
import { needFault } from '../domain/outcome.ts';
import type { Decomposition, Join } from '../domain/outcome.ts';
import { dependenciesShape, readSpec, taskSpecsShape } from '../domain/specs.ts';
import type { Task } from '../domain/task.ts';
import { endOfTime } from '../domain/time.ts';
import type { StoredJson } from '../domain/task-type.ts';
import type { DependencyRecord } from '../ports/records.ts';
import type { Change } from './change.ts';
import { fitPayload } from './fit-payload.ts';
import { valueFault } from './plain.ts';
import { namedOutside, planTasks } from './plan-tasks.ts';

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
  if (typeof decision !== 'object' || decision === null) return fault('decision', 'is none');
  const plan = await planKind(change, task, decision);
  return plan.kind === 'planned' && typeof decision.reason !== 'string' ? fault('decision.reason', 'must say why') : plan;
}

async function planKind(change: Change, task: Task, decision: Decision): Promise<Planned> {
  switch (decision.kind) {
    case 'markDead':
    case 'skip':
      return planned(decision);
    case 'retry':
      return delayFault(change, decision.delayMs) ?? planned(decision);
    case 'await':
      return planWait(decision);
    case 'switch':
      return delayFault(change, decision.delayMs) ?? planSwitch(change, task, decision);
    case 'decompose':
      return decompositionFault(decision.decomposition) ?? planChildren(change, task, decision);
    case 'addDependency':
      return dependenciesFault(decision) ?? planDependencies(change, task, decision);
    case 'repair':
      return planBirth(change, task, decision, { path: 'decision.task', specs: [decision.task], join: 'resume', generation: 0 });
    default:
      return fault('decision.kind', `there is no decision «${String((decision as { readonly kind?: unknown }).kind)}»`);
  }
}

function fault(path: string, problem: string): Planned {
  return { kind: 'fault', reason: `${path}: ${problem}` };
}

function planWait(decision: Extract<Decision, { readonly kind: 'await' }>): Planned {
  const shape = needFault(decision.need);
  if (shape !== undefined) return { kind: 'fault', reason: shape };
  const problem = valueFault(decision.need.details);
  return problem === undefined ? planned(decision) : fault('need.details', problem);
}

const joins: readonly unknown[] = ['none', 'resume', 'compose'] satisfies Join[];

function decompositionFault(decomposition: Decomposition): Planned | undefined {
  const path = 'decision.decomposition';
  if (typeof decomposition !== 'object' || decomposition === null) return fault(path, 'is none');
  if (!joins.includes(decomposition.join)) return fault(`${path}.join`, 'must be none, resume or compose');
  if (!isFilled(decomposition.children)) return fault(`${path}.children`, 'must be a list of at least one task');
  const problem = valueFault(decomposition.nextPayload);
  return problem === undefined ? undefined : fault(`${path}.nextPayload`, problem);
}

function dependenciesFault({ dependencies, tasks }: Extract<Decision, { readonly kind: 'addDependency' }>): Planned | undefined {
  const read = readSpec(dependenciesShape, dependencies, 'decision.dependencies');
  if (read.kind === 'fault') return fault(read.path, read.problem);
  return tasks === undefined || Array.isArray(tasks) ? undefined : fault('decision.tasks', 'must be a list');
}

function isFilled(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}

function planChildren(change: Change, task: Task, decision: Extract<Decision, { readonly kind: 'decompose' }>): Promise<Planned> {
  const { join, children } = decision.decomposition;
  return planBirth(change, task, decision, {
    path: 'outcome.decomposition.children',
    specs: children,
    join,
    generation: task.decompositions + 1,
  });
}

function planned(decision: Decision): DecisionPlan {
  return { kind: 'planned', decision, tasks: [], edges: [] };
}

function delayFault(change: Change, delayMs: number): Planned | undefined {
  if (delayMs >= 0 && change.now + delayMs <= endOfTime) return undefined;
  return fault('decision.delayMs', `must be a number of at least 0, to a time that there is, not ${delayMs}`);
}

function planSwitch(change: Change, task: Task, decision: Extract<Decision, { readonly kind: 'switch' }>): Planned {
  const type = change.parts.types.get(task.type);
  if (type === undefined) return fault('decision.payload', `nothing here knows the type «${task.type}»`);
  const read = fitPayload(type, decision.payload, 'decision.payload');
  return read.kind === 'fault' ? fault(read.path, read.problem) : { ...planned(decision), payload: read.stored };
}

interface Birth {
  /** Where the specs stand in what is judged. */
  readonly path: string;
  readonly specs: readonly TaskSpec[];
  readonly join: Join;
  readonly generation: number;
}

async function planBirth(change: Change, task: Task, decision: Decision, birth: Birth): Promise<Planned> {
  const read = readSpec(taskSpecsShape, birth.specs, birth.path);
  if (read.kind === 'fault') return fault(read.path, read.problem);
  const job = await change.job(task.jobId);
  const plan = planTasks(
    {
      path: birth.path,
      specs: read.value,
      jobId: task.jobId,
      // Limits on attempts are each task's own; a deadline holds for everything that is born of it.
      budget: inheritBudget(job.budget, deadlineOf(task)),
      parent: { id: task.id, generation: birth.generation, join: birth.join },
      known: await knownIds(change, task, namedOutside(read.value)),
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
  const known = await knownIds(
    change,
    task,
    decision.dependencies.map((edge) => edge.on),
  );
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
async function knownIds(change: Change, task: Task, named: Iterable<string>): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const id of named) if (!known.has(id) && (await change.task(id as TaskId))?.jobId === task.jobId) known.add(id);
  return known;
}

function deadlineOf({ budget: { deadline } }: Task): Budget {
  return deadline === undefined ? {} : { deadline };
}
