import { jobHasEnded } from '../../../domain/job.ts';
import type { Job } from '../../../domain/job.ts';
import { hasEnded, waitEnds } from '../../../domain/task.ts';
import type { Task } from '../../../domain/task.ts';
import type { AttemptEndRecord, AttemptRecord, DecisionRecord, DependencyRecord, EffectRecord } from '../../../ports/records.ts';
import type { Tables } from './tables.ts';

/** What must be true of every row, whoever writes it. Each check throws Error; the transaction is then undone. */
export function checkJob(job: Job, tables: Tables): void {
  must(jobStates.has(job.state), `Job ${job.id} is ${job.state}.`);
  must(jobHasEnded(job.state) === (job.endedAt !== undefined), `Job ${job.id} is ${job.state} and ended at ${job.endedAt}.`);
  notNegative(`job ${job.id}`, { wallMs: job.wallMs, lastSeq: job.lastSeq });
  aNumber(`job ${job.id}`, { costMicroUsd: job.costMicroUsd, createdAt: job.createdAt });
  if (job.carriedBy !== undefined) mustExist(tables, 'processes', job.carriedBy);
}

const jobStates: ReadonlySet<string> = new Set(['running', 'waiting', 'paused', 'completed', 'failed', 'cancelled', 'stuck']);

export function checkTask(task: Task, tables: Tables): void {
  const name = `task ${task.id}`;
  mustExist(tables, 'jobs', task.jobId);
  if (task.parentTaskId !== undefined && task.parentTaskId !== task.id) mustExist(tables, 'tasks', task.parentTaskId);
  must(task.number >= 1, `The number of ${name} is ${task.number}.`);
  const { epoch, executions, failures, leasesLost, crashes, repairs, costMicroUsd, wallMs, decompositions } = task;
  notNegative(name, { epoch, executions, failures, leasesLost, crashes, repairs, costMicroUsd, wallMs, decompositions });
  aNumber(name, { priority: task.priority, generation: task.generation, ordinal: task.ordinal, createdAt: task.createdAt });
  checkState(task, name, tables);
}

function checkState(task: Task, name: string, tables: Tables): void {
  switch (task.state) {
    case 'pending':
      must(waitingReasons.has(task.waiting.reason), `What ${name} waits for is not known.`);
      if (task.waiting.reason === 'backoff') aNumber(name, { until: waitEnds(task.waiting) });
      break;
    case 'ready':
      aNumber(name, { readyAt: task.readyAt });
      break;
    case 'running':
      mustExist(tables, 'processes', task.lease.owner);
      aNumber(name, { leaseUntil: task.lease.until });
      must(typeof task.lease.attemptId === 'string', `There is no attempt of ${name}.`);
      break;
    case 'dead':
    case 'cancelled':
    case 'skipped':
      must(typeof task.reason === 'string', `There is no reason why ${name} is ${task.state}.`);
      break;
    case 'succeeded':
    case 'decomposed':
      break;
  }
  if (hasEnded(task)) aNumber(name, { endedAt: task.endedAt });
}

const waitingReasons = new Set(['deps', 'children', 'backoff', 'person', 'event', 'repair', 'budget', 'deadline', 'capacity', 'paused']);

export function checkDependency({ taskId, onTaskId }: DependencyRecord, tables: Tables): void {
  mustExist(tables, 'tasks', taskId);
  mustExist(tables, 'tasks', onTaskId);
}

export function checkAttempt({ taskId, jobId, owner }: AttemptRecord, tables: Tables): void {
  mustExist(tables, 'tasks', taskId);
  mustExist(tables, 'jobs', jobId);
  mustExist(tables, 'processes', owner);
}

export function checkEnd(id: string, end: AttemptEndRecord): void {
  aNumber(`attempt ${id}`, { at: end.at, costMicroUsd: end.costMicroUsd });
}

export function checkDecision({ taskId, jobId, attemptId }: DecisionRecord, tables: Tables): void {
  mustExist(tables, 'tasks', taskId);
  mustExist(tables, 'jobs', jobId);
  if (attemptId !== undefined) mustExist(tables, 'attempts', attemptId);
}

export function checkEffect({ taskId }: EffectRecord, tables: Tables): void {
  mustExist(tables, 'tasks', taskId);
}

export function notNegative(of: string, numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) must(value >= 0, `${name} of ${of} is ${value}.`);
}

function aNumber(of: string, numbers: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    must(value !== undefined && Number.isFinite(value), `${name} of ${of} is ${value}.`);
  }
}

function mustExist(tables: Tables, table: 'jobs' | 'tasks' | 'processes' | 'attempts', id: string): void {
  must(tables[table].get(id) !== undefined, `There is no ${id} among the ${table}.`);
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
