import { eventVersion } from '../../../domain/events.ts';
import type { EventCursor, JobEvent } from '../../../domain/events.ts';
import type { Job } from '../../../domain/job.ts';
import type { StoredJson } from '../../../domain/task-type.ts';
import type { Task, TaskCommon } from '../../../domain/task.ts';
import type { AttemptEndRecord, DecisionRecord, EffectRecord } from '../../../ports/records.ts';
import type { StreamedEvent } from '../../../ports/store.ts';

/** A copy that shares nothing with the original, for what went through JSON before: what is handed out may be changed by whoever has it. */
export function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (typeof value !== 'object' || value === null) return value;
  // Records are flat for the most part, and copied at every read: this way takes a fraction of the time of making entries.
  const copy = { ...value } as Record<string, unknown>;
  for (const key of Object.keys(copy)) {
    const part = copy[key];
    if (typeof part === 'object' && part !== null) copy[key] = copyOf(part);
  }
  return copy as T;
}

/** What a database that keeps JSON as text would give back: a value of its own, without what is undefined. */
function throughJson<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}

function storedJson({ schemaVersion, value }: StoredJson): StoredJson {
  return { schemaVersion, value: throughJson(value) };
}

/** A job as it is kept: with nothing of the one that was handed in, and nobody carries it unless that is said. */
export function storedJob(job: Job): Job {
  return {
    id: job.id,
    title: job.title,
    groupKey: job.groupKey,
    exclusiveKey: job.exclusiveKey,
    idempotencyKey: job.idempotencyKey,
    attributes: throughJson(job.attributes),
    budget: throughJson(job.budget),
    carriedBy: job.carriedBy,
    createdAt: job.createdAt,
    ...changingPartOfJob(job),
  };
}

/** What an update of a job replaces. */
export function changingPartOfJob(job: Job) {
  return {
    state: job.state,
    counts: throughJson(job.counts),
    costMicroUsd: job.costMicroUsd,
    wallMs: job.wallMs,
    lastSeq: job.lastSeq,
    sealed: job.sealed,
    paused: job.paused,
    pausedReason: job.paused ? job.pausedReason : undefined,
    cancel: job.cancel === undefined ? undefined : { reason: job.cancel.reason, at: job.cancel.at },
    endedAt: job.endedAt,
  };
}

/** A task as it is kept. */
export function storedTask(task: Task): Task {
  return inStateOf(task, {
    ...fixedPartOf(task),
    payload: storedJson(task.payload),
    budget: throughJson(task.budget),
    answer: throughJson(task.answer),
    ...countsOf(task),
  });
}

/** A stored task in the state of another form of it; what it was given is taken over only where that has changed. */
export function replacedTask(stored: Task, before: Task, after: Task): Task {
  const sameInput = after.payload === before.payload && after.answer === before.answer;
  return inStateOf(after, {
    ...fixedPartOf(stored),
    payload: sameInput ? stored.payload : storedJson(after.payload),
    budget: stored.budget,
    answer: sameInput ? stored.answer : throughJson(after.answer),
    ...countsOf(after),
  });
}

/** What no change of a task changes. */
function fixedPartOf(task: Task) {
  return {
    id: task.id,
    jobId: task.jobId,
    number: task.number,
    parentTaskId: task.parentTaskId,
    parentJoin: task.parentJoin,
    generation: task.generation,
    ordinal: task.ordinal,
    key: task.key,
    type: task.type,
    priority: task.priority,
    concurrencyKey: task.concurrencyKey,
    route: task.route,
    createdAt: task.createdAt,
  };
}

function countsOf(task: Task) {
  return {
    epoch: task.epoch,
    executions: task.executions,
    failures: task.failures,
    leasesLost: task.leasesLost,
    crashes: task.crashes,
    repairs: task.repairs,
    costMicroUsd: task.costMicroUsd,
    wallMs: task.wallMs,
    decompositions: task.decompositions,
  };
}

function inStateOf(task: Task, common: TaskCommon): Task {
  switch (task.state) {
    case 'pending':
      return { ...common, state: 'pending', waiting: throughJson(task.waiting) };
    case 'ready':
      return { ...common, state: 'ready', readyAt: task.readyAt };
    case 'running': {
      const { owner, attemptId, startedAt, until, limit } = task.lease;
      return { ...common, state: 'running', lease: { owner, attemptId, startedAt, until, limit } };
    }
    case 'succeeded':
      return { ...common, state: 'succeeded', result: storedJson(task.result), endedAt: task.endedAt };
    case 'decomposed':
      return { ...common, state: 'decomposed', endedAt: task.endedAt };
    case 'dead':
    case 'cancelled':
    case 'skipped':
      return { ...common, state: task.state, reason: task.reason, endedAt: task.endedAt };
  }
}

export function storedEnd(end: AttemptEndRecord): AttemptEndRecord {
  return {
    at: end.at,
    outcome: end.outcome,
    errorKind: end.errorKind,
    cause: end.cause,
    reason: end.reason,
    artifacts: end.artifacts.map(({ kind, name, reference }) => ({ kind, name, reference })),
    observations: [...end.observations],
    costMicroUsd: end.costMicroUsd,
  };
}

export function storedDecision(decision: DecisionRecord): DecisionRecord {
  const { id, taskId, jobId, attemptId, epoch, trigger, policy, kind, reason, childTaskIds, decidedAt } = decision;
  return { id, taskId, jobId, attemptId, epoch, trigger, policy, kind, reason, childTaskIds: [...childTaskIds], decidedAt };
}

export function storedEvent({ stream, seq, at, event }: StreamedEvent, position: EventCursor): JobEvent {
  return { stream, seq, position, version: eventVersion, at, type: event.type, data: throughJson(event.data) } as JobEvent;
}

/** A result that is undefined is null in JSON. */
export function storedEffect({ key, taskId, intendedAt, done }: EffectRecord): EffectRecord {
  return { key, taskId, intendedAt, done: done === undefined ? undefined : { at: done.at, result: throughJson(done.result ?? null) } };
}
