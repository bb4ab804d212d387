import { inheritBudget } from '../domain/budget.ts';
import { graphFault } from '../domain/graph.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import type { Budget, TaskSpec } from '../domain/job.ts';
import { routeOf } from '../domain/needs.ts';
import type { Join } from '../domain/outcome.ts';
import type { StoredJson, TaskType } from '../domain/task-type.ts';
import type { Task } from '../domain/task.ts';
import type { IdSource } from '../ports/ids.ts';
import type { DependencyRecord } from '../ports/records.ts';
import { fitPayload } from './fit-payload.ts';
import type { FitPayload } from './fit-payload.ts';

export interface PlanRequest {
  /** Where the specs stand in what is judged, such as `tasks`; faults are told from there. */
  readonly path: string;
  /** Of the right shape, see `taskSpecsShape`. */
  readonly specs: readonly TaskSpec[];
  readonly jobId: JobId;
  /** What they inherit from. */
  readonly budget: Budget;
  readonly parent: { readonly id: TaskId; readonly generation: number; readonly join: Join } | undefined;
  /** Ids of tasks of the same job that they may depend on, beside each other. */
  readonly known: ReadonlySet<string>;
  readonly now: number;
  /** The number of the first of them within the job. */
  readonly firstNumber: number;
}

type Types = ReadonlyMap<string, TaskType<unknown, unknown>>;

export type Plan =
  | { readonly kind: 'planned'; readonly tasks: readonly Task[]; readonly edges: readonly DependencyRecord[] }
  | { readonly kind: 'fault'; readonly path: string; readonly problem: string };

/** Checks tasks whose shape was judged, as a whole, and makes tasks of them; nothing is stored. */
export function planTasks(request: PlanRequest, engine: { readonly types: Types; readonly ids: IdSource }): Plan {
  const payloads: StoredJson[] = [];
  for (const [index, spec] of request.specs.entries()) {
    const payload = payloadOf(spec, engine.types);
    if (payload.kind === 'fault') return { kind: 'fault', path: `${request.path}[${index}].${payload.path}`, problem: payload.problem };
    payloads.push(payload.stored);
  }
  const graph = checkedGraph(request);
  if (graph !== undefined) return graph;
  const ids = new Map(request.specs.map((spec) => [spec.key, engine.ids.next() as TaskId]));
  const idOf = (on: string): TaskId => ids.get(on) ?? (on as TaskId);
  return {
    kind: 'planned',
    tasks: payloads.map((payload, ordinal) => newTask(request, ordinal, payload, idOf)),
    edges: request.specs.flatMap((spec) =>
      (spec.dependencies ?? []).map((edge, ordinal) => ({ taskId: idOf(spec.key), onTaskId: idOf(edge.on), until: edge.until, ordinal })),
    ),
  };
}

/** What specs depend on that is none of them. */
export function namedOutside(specs: readonly TaskSpec[]): ReadonlySet<string> {
  const keys = new Set(specs.map((spec) => spec.key));
  const named = specs.flatMap((spec) => (spec.dependencies ?? []).map((edge) => edge.on));
  return new Set(named.filter((on) => !keys.has(on)));
}

function payloadOf(spec: TaskSpec, types: Types): FitPayload {
  const type = types.get(spec.type);
  if (type === undefined) return { kind: 'fault', path: 'type', problem: `nobody here knows tasks of type «${spec.type}»` };
  return fitPayload(type, spec.payload, 'payload');
}

function checkedGraph({ specs, path, known }: PlanRequest): Plan | undefined {
  for (const [index, spec] of specs.entries()) {
    const names = new Set<string>();
    for (const [place, { on }] of (spec.dependencies ?? []).entries()) {
      if (names.has(on)) return { kind: 'fault', path: `${path}[${index}].dependencies[${place}]`, problem: `names «${on}» a second time` };
      names.add(on);
    }
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

function newTask(request: PlanRequest, ordinal: number, payload: StoredJson, idOf: (key: string) => TaskId): Task {
  const spec = request.specs[ordinal]!;
  const dependencies = spec.dependencies?.length ?? 0;
  const common = {
    id: idOf(spec.key),
    jobId: request.jobId,
    number: request.firstNumber + ordinal,
    parentTaskId: request.parent?.id,
    parentJoin: request.parent?.join,
    generation: request.parent?.generation ?? 0,
    ordinal,
    key: spec.key,
    type: spec.type,
    payload,
    priority: spec.priority ?? 0,
    concurrencyKey: spec.concurrencyKey,
    route: routeOf(spec.needs ?? []),
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
