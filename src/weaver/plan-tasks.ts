import { budgetFault, inheritBudget } from '../domain/budget.ts';
import { graphFault } from '../domain/graph.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import type { Budget, DependencySpec, TaskSpec } from '../domain/job.ts';
import type { Join } from '../domain/outcome.ts';
import type { TaskType } from '../domain/task-type.ts';
import type { Task } from '../domain/task.ts';
import type { IdSource } from '../ports/ids.ts';
import type { DependencyRecord } from '../ports/records.ts';
import { fit } from './fit.ts';
import { plain, stored, valueFault } from './plain.ts';

export interface PlanRequest {
  /** Where the specs stand in what is judged, such as `tasks`; faults are told from there. */
  readonly path: string;
  readonly specs: readonly TaskSpec[];
  readonly jobId: JobId;
  /** What they inherit from. */
  readonly budget: Budget;
  readonly parent: { readonly id: TaskId; readonly generation: number; readonly join: Join } | undefined;
  /** Ids of tasks of the same job that they may depend on. */
  readonly known: ReadonlySet<string>;
  readonly now: number;
  /** The number of the first of them within the job. */
  readonly firstNumber: number;
}

type Types = ReadonlyMap<string, TaskType<unknown, unknown>>;

export type Plan =
  | { readonly kind: 'planned'; readonly tasks: readonly Task[]; readonly edges: readonly DependencyRecord[] }
  | { readonly kind: 'fault'; readonly path: string; readonly problem: string };

/** Checks task specs as a whole and makes tasks of them; nothing is stored. */
export function planTasks(request: PlanRequest, engine: { readonly types: Types; readonly ids: IdSource }): Plan {
  for (const [index, spec] of request.specs.entries()) {
    if (typeof spec !== 'object' || spec === null) return { kind: 'fault', path: `${request.path}[${index}]`, problem: 'is no task' };
    const fault = specFault(spec, engine.types);
    if (fault !== undefined) return { kind: 'fault', path: `${request.path}[${index}].${fault.path}`, problem: fault.problem };
  }
  const graph = checkedGraph(request);
  if (graph !== undefined) return graph;
  const ids = new Map(request.specs.map((spec) => [spec.key, engine.ids.next() as TaskId]));
  const idOf = (on: string): TaskId => ids.get(on) ?? (on as TaskId);
  return {
    kind: 'planned',
    tasks: request.specs.map((spec, ordinal) => newTask(request, spec, ordinal, idOf(spec.key), engine.types)),
    edges: request.specs.flatMap((spec) =>
      (spec.dependencies ?? []).map((edge, ordinal) => ({ taskId: idOf(spec.key), onTaskId: idOf(edge.on), until: edge.until, ordinal })),
    ),
  };
}

interface SpecFault {
  readonly path: string;
  readonly problem: string;
}

function specFault(spec: TaskSpec, types: Types): SpecFault | undefined {
  const shape = shapeFault(spec);
  if (shape !== undefined) return shape;
  const type = types.get(spec.type);
  if (type === undefined) return { path: 'type', problem: `nobody here knows tasks of type «${spec.type}»` };
  if (spec.priority !== undefined && !Number.isSafeInteger(spec.priority)) return { path: 'priority', problem: 'must be a whole number' };
  const budget = budgetFault({ ...spec.budget });
  if (budget !== undefined) return { path: `budget.${budget.split(':')[0]}`, problem: budget };
  return payloadFault(type, spec.payload);
}

/** Programs that no compiler has checked submit too, and so do deciders. */
function shapeFault(spec: TaskSpec): SpecFault | undefined {
  if (typeof spec.key !== 'string' || spec.key === '') return { path: 'key', problem: 'must be a text, and not empty' };
  if (spec.concurrencyKey !== undefined && (typeof spec.concurrencyKey !== 'string' || spec.concurrencyKey === ''))
    return { path: 'concurrencyKey', problem: 'must be a text, and not empty' };
  if (spec.dependencies === undefined) return undefined;
  if (!Array.isArray(spec.dependencies)) return { path: 'dependencies', problem: 'must be a list' };
  const index = spec.dependencies.findIndex((edge) => !isDependency(edge));
  return index === -1 ? undefined : { path: `dependencies[${index}]`, problem: dependencyProblem };
}

export const dependencyProblem = 'must say on what, and whether until it has succeeded or settled';

export function isDependency(edge: unknown): edge is DependencySpec {
  if (typeof edge !== 'object' || edge === null || !('on' in edge) || !('until' in edge)) return false;
  return typeof edge.on === 'string' && (edge.until === 'succeeded' || edge.until === 'settled');
}

/** What specs say that they depend on, as far as it can be read; whether it can is judged with the specs. */
export function namedDependencies(specs: readonly unknown[]): readonly string[] {
  return specs.flatMap((spec) => {
    const edges: unknown = typeof spec === 'object' && spec !== null && 'dependencies' in spec ? spec.dependencies : [];
    return Array.isArray(edges) ? edges.filter(isDependency).map((edge) => edge.on) : [];
  });
}

/** Judged is the payload as it will be read: one that only fits before it is stored would never be executed. */
function payloadFault(type: TaskType<unknown, unknown>, payload: unknown): SpecFault | undefined {
  const problem = valueFault(payload);
  if (problem !== undefined) return { path: 'payload', problem };
  const read = fit(type.payload, plain(payload), 'payload');
  return read.kind === 'fits' ? undefined : read;
}

function checkedGraph({ specs, path, known }: PlanRequest): Plan | undefined {
  for (const [index, spec] of specs.entries()) {
    const names = (spec.dependencies ?? []).map((edge) => edge.on);
    const twice = names.findIndex((name, place) => names.indexOf(name) !== place);
    if (twice !== -1)
      return { kind: 'fault', path: `${path}[${index}].dependencies[${twice}]`, problem: `names «${names[twice]}» a second time` };
  }
  const fault = graphFault(
    specs.map((spec) => ({ key: spec.key, dependencies: spec.dependencies ?? [] })),
    known,
  );
  switch (fault?.kind) {
    case undefined:
      return undefined;
    case 'duplicate':
      return { kind: 'fault', path: `${path}[${fault.index}].key`, problem: `«${fault.key}» is used twice` };
    case 'missing':
      return {
        kind: 'fault',
        path: `${path}[${fault.index}].dependencies[${fault.dependency}].on`,
        problem: `there is no task «${fault.on}»`,
      };
    case 'cycle':
      return {
        kind: 'fault',
        path: `${path}[${fault.index}].dependencies`,
        problem: `the tasks wait for each other: ${fault.keys.join(' -> ')}`,
      };
  }
}

function newTask(request: PlanRequest, spec: TaskSpec, ordinal: number, id: TaskId, types: Types): Task {
  const dependencies = spec.dependencies?.length ?? 0;
  const common = {
    id,
    jobId: request.jobId,
    number: request.firstNumber + ordinal,
    parentTaskId: request.parent?.id,
    parentJoin: request.parent?.join,
    generation: request.parent?.generation ?? 0,
    ordinal,
    key: spec.key,
    type: spec.type,
    payload: stored(types.get(spec.type)?.schemaVersion ?? 1, spec.payload),
    priority: spec.priority ?? 0,
    concurrencyKey: spec.concurrencyKey,
    budget: inheritBudget(request.budget, spec.budget),
    executions: 0,
    failures: 0,
    leasesLost: 0,
    crashes: 0,
    repairs: 0,
    costMicroUsd: 0,
    wallMs: 0,
    decompositions: 0,
    answer: undefined,
    createdAt: request.now,
  };
  if (dependencies > 0) return { ...common, epoch: 0, state: 'pending', waiting: { reason: 'deps', left: dependencies } };
  return { ...common, epoch: 1, state: 'ready', readyAt: request.now };
}
