import type { EventCursor } from '../../../domain/events.ts';
import { limitName } from '../../../domain/limits.ts';
import { TaskChanged } from '../../../domain/task-changed.ts';
import type { Task } from '../../../domain/task.ts';
import type { Rows, StoreReader, StoreTransaction, StreamedEvent, TaskReplacement } from '../../../ports/store.ts';
import {
  changingPartOfJob,
  copyOf,
  replacedTask,
  storedDecision,
  storedEffect,
  storedEnd,
  storedEvent,
  storedJob,
  storedTask,
} from './copies.ts';
import { checkAttempt, checkDecision, checkDependency, checkEffect, checkEnd, checkJob, checkTask, notNegative } from './integrity.ts';
import type { Session } from './session.ts';
import { keyOf } from './tables.ts';
import type { JobRow, TaskRow, Tables } from './tables.ts';

/** The writing half of the engine's records; it keeps copies of what it is given. */
export function writeRecords(session: Session, namespace: string): Omit<StoreTransaction, keyof StoreReader> {
  return {
    save: async (rows) => save(session, namespace, rows),
    saveEffect: async (effect) => {
      const { effects } = session.tables;
      checkEffect(effect, session.tables);
      const known = effects.get(effect.key);
      effects.put(known === undefined ? storedEffect(effect) : { ...known, done: storedEffect(effect).done });
    },
    limitLeases: async (jobId, limit) => {
      const { tasks } = session.tables;
      for (const row of tasks.where('job', jobId)) limitLease(session.tables, row, limit);
    },
    setLimit: async ({ of, name }, most) => {
      const { limits } = session.tables;
      if (most === undefined) return limits.remove(keyOf(namespace, limitName({ of, name })));
      notNegative(`limit ${name}`, { most });
      limits.put({ namespace, limit: { of, name, most } });
    },
    insertProcess: async ({ id, pid, host, labels, startedAt }) => {
      session.tables.processes.insert({ namespace, process: { id, pid, host, labels, startedAt }, endedAt: undefined });
    },
    endProcess: async (id, at) => {
      const row = session.tables.processes.get(id);
      if (row !== undefined && row.endedAt === undefined) session.tables.processes.put({ ...row, endedAt: at });
    },
    carry: async (jobId, by) => {
      const job = session.tables.jobs.get(jobId)?.job;
      if (job === undefined || job.endedAt !== undefined || (job.carriedBy ?? by) !== by) return false;
      changeJob(session.tables, jobId, (row) => ({ ...row.job, carriedBy: by }));
      return true;
    },
    uncarry: async (by) => {
      const { jobs } = session.tables;
      for (const { job } of jobs.where('carrier', by)) {
        changeJob(session.tables, job.id, (row) => ({ ...row.job, carriedBy: undefined }));
      }
    },
  };
}

function save(session: Session, namespace: string, rows: Rows): void {
  const { tables } = session;
  for (const each of rows.newJobs ?? []) {
    const job = storedJob(each);
    checkJob(job, tables);
    tables.jobs.insert({ namespace, job });
  }
  for (const each of rows.newTasks ?? []) {
    const task = storedTask(each);
    checkTask(task, tables);
    tables.tasks.insert({ namespace, task });
  }
  for (const replacement of rows.tasks ?? []) replaceTask(tables, replacement);
  saveHistory(tables, rows);
  for (const job of rows.jobs ?? []) changeJob(tables, job.id, (row) => ({ ...row.job, ...changingPartOfJob(job) }));
}

function saveHistory(tables: Tables, rows: Rows): void {
  const { attempts } = tables;
  for (const { id, taskId, jobId, epoch, owner, startedAt } of rows.newAttempts ?? []) {
    const attempt = { id, taskId, jobId, epoch, owner, startedAt, end: undefined };
    checkAttempt(attempt, tables);
    attempts.insert(attempt);
  }
  for (const { id, end } of rows.attemptEnds ?? []) {
    const attempt = attempts.get(id);
    checkEnd(id, end);
    if (attempt !== undefined) attempts.put({ ...attempt, end: storedEnd(end) });
  }
  for (const decision of rows.decisions ?? []) {
    checkDecision(decision, tables);
    tables.decisions.insert(storedDecision(decision));
  }
  for (const dependency of rows.dependencies ?? []) {
    checkDependency(dependency, tables);
    tables.dependencies.insert(copyOf(dependency));
  }
  for (const event of rows.events ?? []) appendEvent(tables, event);
}

function changeJob(tables: Tables, id: string, changed: (row: JobRow) => JobRow['job']): void {
  const row = tables.jobs.get(id);
  if (row === undefined) return;
  const job = changed(row);
  checkJob(job, tables);
  tables.jobs.put({ ...row, job });
}

function replaceTask(tables: Tables, { before, after }: TaskReplacement): void {
  const row = tables.tasks.get(after.id);
  if (row === undefined || row.task.state !== before.state || row.task.epoch !== before.epoch) throw new TaskChanged(before);
  putTask(tables, row, replacedTask(row.task, before, after));
}

function limitLease(tables: Tables, row: TaskRow, limit: number): void {
  const { task } = row;
  if (task.state !== 'running') return;
  const { lease } = task;
  const limited = { ...lease, limit: Math.min(lease.limit ?? limit, limit), until: Math.min(lease.until, limit) };
  putTask(tables, row, { ...task, lease: limited });
}

function putTask(tables: Tables, row: TaskRow, task: Task): void {
  checkTask(task, tables);
  tables.tasks.put({ ...row, task });
}

/** @throws Error when it is not the next of its stream. */
function appendEvent({ events }: Tables, event: StreamedEvent): void {
  const { stream, seq } = event;
  if (seq !== 1 && events.get(keyOf(stream, seq - 1)) === undefined) throw new Error(`Event ${seq} of ${stream} has no event before it.`);
  events.insert(storedEvent(event, String(events.size + 1) as EventCursor));
}
