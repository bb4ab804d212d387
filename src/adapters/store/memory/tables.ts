import type { JobEvent } from '../../../domain/events.ts';
import type { Job } from '../../../domain/job.ts';
import { limitName } from '../../../domain/limits.ts';
import type { SetLimit } from '../../../domain/limits.ts';
import { waitEnds } from '../../../domain/task.ts';
import type { Task } from '../../../domain/task.ts';
import { unmoved } from '../../../domain/unmoved.ts';
import type { AttemptRecord, DecisionRecord, DependencyRecord, EffectRecord, ProcessRecord } from '../../../ports/records.ts';
import type { Journal } from './journal.ts';
import { Table } from './table.ts';

interface InNamespace {
  readonly namespace: string;
}

export type JobRow = InNamespace & { readonly job: Job };
export type TaskRow = InNamespace & { readonly task: Task };
export type ProcessRow = InNamespace & { readonly process: ProcessRecord; readonly endedAt: number | undefined };
type LimitRow = InNamespace & { readonly limit: SetLimit };

/** The key of several values. */
export function keyOf(...parts: readonly (string | number)[]): string {
  return parts.length === 1 ? String(parts[0]) : JSON.stringify(parts);
}

/** Everything there is, as rows. */
export type Tables = ReturnType<typeof makeTables>;

export function makeTables(journal: Journal) {
  return {
    processes: processTable(journal),
    jobs: jobTable(journal),
    tasks: taskTable(journal),
    dependencies: dependencyTable(journal),
    attempts: attemptTable(journal),
    decisions: decisionTable(journal),
    events: eventTable(journal),
    limits: limitTable(journal),
    effects: effectTable(journal),
  };
}

function processTable(journal: Journal) {
  return new Table<ProcessRow, 'living'>(journal, {
    name: 'process',
    id: ({ process }) => process.id,
    indexes: { living: ({ namespace, endedAt }) => (endedAt === undefined ? namespace : undefined) },
  });
}

function jobTable(journal: Journal) {
  return new Table<JobRow, 'namespace' | 'idempotencyKey' | 'openExclusiveKey' | 'carrier' | 'openCarrier' | 'unmoved'>(journal, {
    name: 'job',
    id: ({ job }) => job.id,
    indexes: {
      namespace: ({ namespace }) => namespace,
      idempotencyKey: ({ namespace, job }) => (job.idempotencyKey === undefined ? undefined : keyOf(namespace, job.idempotencyKey)),
      openExclusiveKey: ({ namespace, job }) =>
        job.exclusiveKey === undefined || job.endedAt !== undefined ? undefined : keyOf(namespace, job.exclusiveKey),
      carrier: ({ job }) => job.carriedBy,
      unmoved: ({ namespace, job }) => (unmoved(job) === undefined ? undefined : namespace),
      openCarrier: ({ namespace, job }) => (job.endedAt === undefined ? keyOf(namespace, job.carriedBy ?? '') : undefined),
    },
    unique: ['idempotencyKey', 'openExclusiveKey'],
  });
}

function taskTable(journal: Journal) {
  return new Table<TaskRow, 'number' | 'job' | 'parent' | 'ready' | 'running' | 'owner' | 'scheduled' | 'heldBy'>(journal, {
    name: 'task',
    id: ({ task }) => task.id,
    indexes: {
      number: ({ task }) => keyOf(task.jobId, task.number),
      job: ({ task }) => task.jobId,
      parent: ({ task }) => (task.parentTaskId === undefined ? undefined : keyOf(task.parentTaskId, task.generation)),
      ready: ({ task }) => (task.state === 'ready' ? task.jobId : undefined),
      running: ({ namespace, task }) => (task.state === 'running' ? namespace : undefined),
      owner: ({ task }) => (task.state === 'running' ? task.lease.owner : undefined),
      scheduled: ({ namespace, task }) => (task.state === 'pending' && waitEnds(task.waiting) !== undefined ? namespace : undefined),
      heldBy: ({ namespace, task }) =>
        task.state === 'pending' && task.waiting.reason === 'capacity' ? keyOf(namespace, limitName(task.waiting.limit)) : undefined,
    },
    unique: ['number'],
  });
}

function dependencyTable(journal: Journal) {
  return new Table<DependencyRecord, 'task' | 'on'>(journal, {
    name: 'dependency',
    id: ({ taskId, ordinal }) => keyOf(taskId, ordinal),
    indexes: { task: ({ taskId }) => taskId, on: ({ onTaskId }) => onTaskId },
  });
}

function attemptTable(journal: Journal) {
  return new Table<AttemptRecord, 'epoch' | 'task' | 'job'>(journal, {
    name: 'attempt',
    id: ({ id }) => id,
    indexes: { epoch: ({ taskId, epoch }) => keyOf(taskId, epoch), task: ({ taskId }) => taskId, job: ({ jobId }) => jobId },
    unique: ['epoch'],
  });
}

function decisionTable(journal: Journal) {
  return new Table<DecisionRecord, 'task' | 'job'>(journal, {
    name: 'decision',
    id: ({ id }) => id,
    indexes: { task: ({ taskId }) => taskId, job: ({ jobId }) => jobId },
  });
}

function eventTable(journal: Journal) {
  return new Table<JobEvent, never>(journal, { name: 'event', id: ({ stream, seq }) => keyOf(stream, seq), indexes: {} });
}

function limitTable(journal: Journal) {
  return new Table<LimitRow, 'namespace'>(journal, {
    name: 'limit',
    id: ({ namespace, limit }) => keyOf(namespace, limitName(limit)),
    indexes: { namespace: ({ namespace }) => namespace },
  });
}

function effectTable(journal: Journal) {
  return new Table<EffectRecord, never>(journal, { name: 'effect', id: ({ key }) => key, indexes: {} });
}
