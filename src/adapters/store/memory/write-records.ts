import { limitName } from '../../../domain/limits.ts';
import { TaskChanged } from '../../../domain/task-changed.ts';
import type { Task } from '../../../domain/task.ts';
import type { StoreReader, StoreTransaction, StreamedEvent, TaskReplacement } from '../../../ports/store.ts';
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
    ...writeHistory(session),
    insertJob: async (job) => {
      const row = { namespace, job: storedJob(job) };
      checkJob(row.job, session.tables);
      session.tables.jobs.insert(row);
    },
    updateJobs: async (jobs) => {
      for (const job of jobs) changeJob(session.tables, job.id, (row) => ({ ...row.job, ...changingPartOfJob(job) }));
    },
    insertTasks: async (tasks) => {
      for (const task of tasks) {
        const row = { namespace, task: storedTask(task) };
        checkTask(row.task, session.tables);
        session.tables.tasks.insert(row);
      }
    },
    replaceTasks: async (replacements) => {
      for (const replacement of replacements) replaceTask(session.tables, replacement);
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
    insertProcess: async ({ id, pid, startedAt }) => {
      session.tables.processes.insert({ namespace, process: { id, pid, startedAt }, endedAt: undefined });
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

function writeHistory(session: Session) {
  const history: Pick<
    StoreTransaction,
    'insertDependencies' | 'insertAttempts' | 'endAttempts' | 'insertDecisions' | 'appendEvents' | 'saveEffect'
  > = {
    insertDependencies: async (dependencies) => {
      for (const dependency of dependencies) {
        checkDependency(dependency, session.tables);
        session.tables.dependencies.insert(copyOf(dependency));
      }
    },
    insertAttempts: async (attempts) => {
      for (const { id, taskId, jobId, epoch, owner, startedAt } of attempts) {
        const attempt = { id, taskId, jobId, epoch, owner, startedAt, end: undefined };
        checkAttempt(attempt, session.tables);
        session.tables.attempts.insert(attempt);
      }
    },
    endAttempts: async (ends) => {
      const { attempts } = session.tables;
      for (const { id, end } of ends) {
        const attempt = attempts.get(id);
        checkEnd(id, end);
        if (attempt !== undefined) attempts.put({ ...attempt, end: storedEnd(end) });
      }
    },
    insertDecisions: async (decisions) => {
      for (const decision of decisions) {
        checkDecision(decision, session.tables);
        session.tables.decisions.insert(storedDecision(decision));
      }
    },
    appendEvents: async (events) => {
      for (const event of events) appendEvent(session.tables, event);
    },
    saveEffect: async (effect) => {
      const { effects } = session.tables;
      checkEffect(effect, session.tables);
      const known = effects.get(effect.key);
      effects.put(known === undefined ? storedEffect(effect) : { ...known, done: storedEffect(effect).done });
    },
  };
  return history;
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
  events.insert(storedEvent(event, events.size + 1));
}
