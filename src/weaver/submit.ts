import { budgetFault } from '../domain/budget.ts';
import { Failure } from '../domain/failure.ts';
import type { JobId } from '../domain/ids.ts';
import type { Job, JobSpec, Submitted } from '../domain/job.ts';
import { inChange } from './change.ts';
import type { EngineParts } from './parts.ts';
import { asJson, planTasks } from './plan-tasks.ts';

/** Checks the whole spec, then stores it in one transaction. @throws Failure (usage) naming the path of the fault. */
export async function submit(parts: EngineParts, spec: JobSpec): Promise<Submitted> {
  checkJob(spec);
  const now = parts.clock.now();
  const jobId = parts.ids.next() as JobId;
  const budget = spec.budget ?? {};
  const plan = planTasks({ path: 'tasks', specs: spec.tasks, jobId, budget, parent: undefined, known: new Set(), now }, parts);
  if (plan.kind === 'fault') throw refused(plan.path, plan.problem);
  return inChange(parts, async (change) => {
    const first = spec.idempotencyKey === undefined ? undefined : await change.records.jobByIdempotencyKey(spec.idempotencyKey);
    if (first !== undefined) return { kind: 'already-submitted', jobId: first.id };
    const open = spec.exclusiveKey === undefined ? undefined : await change.records.openJobByExclusiveKey(spec.exclusiveKey);
    if (open !== undefined) return { kind: 'already-open', jobId: open.id };
    const job = newJob(jobId, spec, now);
    await change.records.insertJob(job);
    change.setJob(job);
    await change.event(jobId, { type: 'job.submitted', data: { jobId, title: spec.title, tasks: plan.tasks.length } });
    await change.add(plan.tasks, plan.edges);
    return { kind: 'submitted', jobId };
  });
}

function checkJob(spec: JobSpec): void {
  if (spec.tasks.length === 0) throw refused('tasks', 'a job needs at least one task');
  const budget = budgetFault({ ...spec.budget });
  if (budget !== undefined) throw refused(`budget.${budget.split(':')[0]}`, budget);
  if (spec.attributes !== undefined && asJson(spec.attributes) === undefined) throw refused('attributes', 'cannot be written as JSON');
}

function refused(path: string, problem: string): Failure {
  return new Failure(
    'usage',
    { what: 'The job was not accepted.', why: `${path}: ${problem}.`, fix: 'Correct it and submit the job again; nothing was stored.' },
    { facts: { path, problem } },
  );
}

function newJob(id: JobId, spec: JobSpec, now: number): Job {
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
    carriedBy: undefined,
    cancel: undefined,
    createdAt: now,
    endedAt: undefined,
  };
}
