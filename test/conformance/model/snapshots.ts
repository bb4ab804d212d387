import type { JobEvent } from '../../../src/domain/events.ts';
import type { Job } from '../../../src/domain/job.ts';
import type { Task, Waiting } from '../../../src/domain/task.ts';
import type { Model } from './model.ts';
import type { ModelJob, ModelTask } from './parts.ts';
import { countsOf, stuckReason } from './records.ts';
import type { Stand } from './stand.ts';

/** Plain data, the same for the model and for an engine: tasks by job and number, processes by the order of their start. */
export interface Snapshot {
  readonly jobs: readonly unknown[];
  readonly tasks: readonly unknown[];
}

/** What is true after an operation. */
export function modelSnapshot(model: Model): Snapshot {
  return { jobs: model.jobs.map(modelJob), tasks: model.jobs.flatMap((job) => job.tasks.map((task) => modelTask(task, model))) };
}

/** The same, of the records of an engine. */
export async function engineSnapshot(stand: Stand): Promise<Snapshot> {
  const { jobs, tasks } = await stand.store.read(async (records) => ({
    jobs: (await Promise.all(stand.jobIds.map((id) => records.job(id)))).filter((job) => job !== undefined),
    tasks: await Promise.all(stand.jobIds.map((id) => records.tasks(id))),
  }));
  return { jobs: jobs.map((job) => engineJob(job, stand)), tasks: tasks.flat().map((task) => engineTask(task, stand)) };
}

function modelJob(job: ModelJob) {
  const { title, state, costMicroUsd, wallMs, carriedBy, sealed, paused, cancel, endedAt, events } = job;
  return { title, state, costMicroUsd, wallMs, carriedBy, sealed, paused, cancel, endedAt, counts: countsOf(job), events: events.length };
}

function engineJob(job: Job, stand: Stand) {
  const { title, state, costMicroUsd, wallMs, sealed, paused, endedAt, lastSeq } = job;
  const carriedBy = job.carriedBy === undefined ? undefined : stand.processes.indexOf(job.carriedBy);
  const counts = Object.fromEntries(Object.entries(job.counts).filter(([, count]) => count !== 0));
  return { title, state, costMicroUsd, wallMs, carriedBy, sealed, paused, cancel: job.cancel?.reason, endedAt, counts, events: lastSeq };
}

function modelTask(task: ModelTask, model: Model) {
  const { job, number, key, type, priority, concurrencyKey, budget, parent, join, generation, payload, answer } = task;
  const { epoch, executions, failures, leasesLost, crashes, costMicroUsd, wallMs, decompositions } = task;
  return {
    job,
    number,
    key,
    type,
    priority,
    concurrencyKey,
    budget,
    parent: parent?.number,
    join,
    generation,
    payload,
    answer,
    epoch,
    executions,
    failures,
    leasesLost,
    crashes,
    costMicroUsd,
    wallMs,
    decompositions,
    ...modelSituation(task, model),
  };
}

function modelSituation(task: ModelTask, model: Model): object {
  const { now } = task;
  if (now.state !== 'pending') return now;
  const { waiting } = now;
  if (waiting.reason !== 'children') return now;
  const left = model.childrenOf(task).filter(({ now: { state } }) => ['pending', 'ready', 'running'].includes(state)).length;
  return { state: 'pending', waiting: { ...waiting, left } };
}

function engineTask(task: Task, stand: Stand) {
  const { number, key, type, priority, concurrencyKey, budget, parentJoin, generation, payload, answer } = task;
  const { epoch, executions, failures, leasesLost, crashes, costMicroUsd, wallMs, decompositions } = task;
  return {
    job: stand.jobIds.indexOf(task.jobId),
    number,
    key,
    type,
    priority,
    concurrencyKey,
    budget,
    join: parentJoin,
    generation,
    parent: task.parentTaskId === undefined ? undefined : stand.numberOf(task.parentTaskId),
    payload: payload.value,
    answer,
    epoch,
    executions,
    failures,
    leasesLost,
    crashes,
    costMicroUsd,
    wallMs,
    decompositions,
    ...engineSituation(task, stand),
  };
}

function engineSituation(task: Task, stand: Stand): object {
  switch (task.state) {
    case 'pending':
      return { state: task.state, waiting: engineWaiting(task.waiting) };
    case 'ready':
      return { state: task.state, readyAt: task.readyAt };
    case 'running': {
      const { owner, startedAt, until, limit } = task.lease;
      return { state: task.state, lease: { owner: stand.processes.indexOf(owner), startedAt, until, limit } };
    }
    case 'succeeded':
      return { state: task.state, result: task.result.value, endedAt: task.endedAt };
    case 'decomposed':
      return { state: task.state, endedAt: task.endedAt };
    case 'dead':
    case 'cancelled':
    case 'skipped':
      return { state: task.state, reason: stand.readable(task.reason), endedAt: task.endedAt };
  }
}

/** How many dependencies are left is a count of the engine's own; whether there are any shows in the state. */
function engineWaiting(waiting: Waiting): object {
  if (waiting.reason === 'deps') return { reason: waiting.reason };
  return waiting.reason === 'children' ? { ...waiting, nextPayload: waiting.nextPayload?.value } : waiting;
}

/** What was tried and decided, and what was told of it, from the beginning. */
export interface History {
  readonly attempts: readonly unknown[];
  readonly decisions: readonly unknown[];
  /** By job, operation and task: in what order several tasks are told of within one operation is nobody's business. */
  readonly events: readonly unknown[];
}

interface ToldEvent {
  readonly type: string;
  readonly task: number;
  readonly state?: string | undefined;
  readonly waiting?: string | undefined;
  readonly reason?: string | undefined;
}

/** @param marks how many events each job had after each operation. */
export function modelHistory(model: Model, marks: Marks): History {
  const byNumber = (one: { readonly task: ModelTask; readonly epoch: number }, other: typeof one): number =>
    one.task.job - other.task.job || one.task.number - other.task.number || one.epoch - other.epoch;
  return {
    attempts: model.attempts.toSorted(byNumber).map(({ task, epoch, owner, startedAt, end }) => {
      return { job: task.job, number: task.number, epoch, owner, startedAt, end };
    }),
    decisions: model.decisions.toSorted(byNumber).map(({ task, ...rest }) => ({ job: task.job, number: task.number, ...rest })),
    events: model.jobs.flatMap((job, index) => grouped(job.events, marks, index)),
  };
}

export async function engineHistory(stand: Stand, marks: Marks): Promise<History> {
  const read = await stand.store.read(async (records) => ({
    attempts: (await Promise.all(stand.jobIds.map((jobId) => records.attempts({ jobId })))).flat(),
    decisions: (await Promise.all(stand.jobIds.map((jobId) => records.decisions({ jobId })))).flat(),
    events: await Promise.all(stand.jobIds.map((id) => records.events(`job:${id}`, 0, 10_000))),
  }));
  const place = (jobId: Job['id'], taskId: Task['id']) => ({ job: stand.jobIds.indexOf(jobId), number: stand.numberOf(taskId) });
  return {
    attempts: read.attempts.map(({ taskId, jobId, epoch, owner, startedAt, end }) => {
      const seen = end === undefined ? undefined : { ...end, reason: end.reason === undefined ? undefined : stand.readable(end.reason) };
      const { at, outcome, errorKind, cause, reason, costMicroUsd } = seen ?? {};
      const ended = end === undefined ? undefined : { at, outcome, errorKind, cause, reason, costMicroUsd };
      return { ...place(jobId, taskId), epoch, owner: stand.processes.indexOf(owner), startedAt, end: ended };
    }),
    decisions: read.decisions.map(({ taskId, jobId, attemptId, epoch, trigger, policy, kind, reason, childTaskIds, decidedAt }) => ({
      ...place(jobId, taskId),
      epoch,
      ofAttempt: attemptId !== undefined,
      trigger: stand.readable(trigger),
      policy,
      kind,
      reason: stand.readable(reason),
      children: childTaskIds.map((id) => stand.numberOf(id)),
      at: decidedAt,
    })),
    events: read.events.flatMap((events, index) =>
      grouped(
        events.map((event) => told(event, stand)),
        marks,
        index,
      ),
    ),
  };
}

const afterStuck = new RegExp(`(?<=^${stuckReason}): .*$`);

/** How many events each job had after each operation. */
export type Marks = readonly (readonly number[])[];

function grouped(events: readonly ToldEvent[], marks: Marks, job: number): readonly unknown[] {
  let from = 0;
  return marks.flatMap((counts, operation) => {
    const to = counts[job] ?? 0;
    const part = events.slice(from, to).toSorted((one, other) => one.task - other.task);
    from = to;
    return part.map((event) => ({ job, operation, ...event }));
  });
}

function told(event: JobEvent, stand: Stand): ToldEvent {
  const task = 'taskId' in event.data ? stand.numberOf(event.data.taskId) : 0;
  if (event.type === 'job.state')
    return { type: event.type, task, state: event.data.state, reason: event.data.reason.replace(afterStuck, '') };
  if (event.type !== 'task.state') return { type: event.type, task };
  const { state, waiting, reason } = event.data;
  return { type: event.type, task, state, waiting, reason: stand.readable(reason) };
}
