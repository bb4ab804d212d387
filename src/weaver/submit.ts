import type { JobId, ProcessId } from '../domain/ids.ts';
import type { Job, JobSpec, Submitted } from '../domain/job.ts';
import { jobSpecShape } from '../domain/specs.ts';
import { inChange } from './change.ts';
import type { Change } from './change.ts';
import { checkGiven, refused } from './check-given.ts';
import type { EngineParts } from './parts.ts';
import { plain, valueFault } from './plain.ts';
import { planTasks } from './plan-tasks.ts';

const refusal = { what: 'The job was not accepted.', fix: 'Correct it and submit it again; nothing was stored.' };

/** Checks the whole spec, then stores it in one transaction. @throws Failure (usage) naming the path of the fault. */
export async function submit(parts: EngineParts, given: JobSpec): Promise<Submitted> {
  const spec = checkGiven(jobSpecShape, given, refusal);
  const problem = valueFault(spec.attributes);
  if (problem !== undefined) throw refused(refusal, 'attributes', problem);
  // Before anything is awaited: what was judged is what is stored, whatever its owner does to it meanwhile.
  const attributes = spec.attributes === undefined ? undefined : plain(spec.attributes);
  const now = parts.clock.now();
  const jobId = parts.ids.next() as JobId;
  const budget = spec.budget ?? {};
  const plan = planTasks(
    { path: 'tasks', specs: spec.tasks, jobId, budget, parent: undefined, known: new Set(), now, firstNumber: 1 },
    parts,
  );
  if (plan.kind === 'fault') throw refused(refusal, plan.path, plan.problem);
  return inChange(parts, async (change) => {
    const earlier = await alreadyThere(change, spec);
    if (earlier !== undefined) return earlier;
    const handled = plan.tasks.length === 0 || plan.tasks.some(({ type }) => parts.registrations.has(type));
    const carriedBy = handled ? [...parts.workersHere].find((worker) => worker.adopts)?.process : undefined;
    change.insertJob(newJob(jobId, { ...spec, attributes }, { now, carriedBy }));
    await change.event(jobId, { type: 'job.submitted', data: { jobId, title: spec.title, tasks: plan.tasks.length } });
    await change.add(plan.tasks, plan.edges);
    return { kind: 'submitted', jobId };
  });
}

async function alreadyThere(change: Change, { idempotencyKey, exclusiveKey }: JobSpec): Promise<Submitted | undefined> {
  if (idempotencyKey === undefined && exclusiveKey === undefined) return undefined;
  const records = await change.records();
  const first = idempotencyKey === undefined ? undefined : await records.jobByIdempotencyKey(idempotencyKey);
  if (first !== undefined) return { kind: 'already-submitted', jobId: first.id };
  const open = exclusiveKey === undefined ? undefined : await records.openJobByExclusiveKey(exclusiveKey);
  return open === undefined ? undefined : { kind: 'already-open', jobId: open.id };
}

function newJob(id: JobId, spec: JobSpec, { now, carriedBy }: { readonly now: number; readonly carriedBy: ProcessId | undefined }): Job {
  return {
    id,
    title: spec.title,
    state: 'running',
    groupKey: spec.groupKey,
    exclusiveKey: spec.exclusiveKey,
    idempotencyKey: spec.idempotencyKey,
    attributes: spec.attributes,
    budget: spec.budget ?? {},
    counts: {},
    costMicroUsd: 0,
    wallMs: 0,
    lastSeq: 0,
    carriedBy,
    sealed: spec.open !== true,
    paused: false,
    cancel: undefined,
    createdAt: now,
    endedAt: undefined,
  };
}
