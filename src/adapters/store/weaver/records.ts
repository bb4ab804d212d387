import type { JobEvent, NewJobEvent } from '../../../domain/events.ts';
import type { JobId, ProcessId, TaskId } from '../../../domain/ids.ts';
import type { Job } from '../../../domain/job.ts';
import type { Task } from '../../../domain/task.ts';
import type { AttemptEndRecord, AttemptRecord } from '../../../ports/records.ts';
import type { JobFilter, StoreTransaction } from '../../../ports/store.ts';
import type { StatementRunner } from '../statement.ts';
import * as commands from './commands.ts';
import { attemptFromRow, decisionFromRow, decisionToRow, dependencyFromRow, eventFromRow } from './history-rows.ts';
import { jobFromRow, jobToRow } from './job-row.ts';
import * as queries from './queries.ts';
import type { JobTable, TaskTable } from './schema.ts';
import { taskFromRow, taskToRow } from './task-row.ts';

const eventVersion = 1;

/** The engine's records over whatever runs statements. A reader is given the same object and sees less of it. */
export function weaverRecords(runner: StatementRunner): StoreTransaction {
  const oneJob = async (rows: Promise<JobTable[]>): Promise<Job | undefined> => first(await rows, jobFromRow);
  const jobs = async (rows: Promise<JobTable[]>): Promise<readonly Job[]> => (await rows).map(jobFromRow);
  const tasks = async (rows: Promise<TaskTable[]>): Promise<readonly Task[]> => (await rows).map(taskFromRow);
  return {
    job: (id) => oneJob(runner.all(queries.jobById, { id })),
    jobByIdempotencyKey: (key) => oneJob(runner.all(queries.jobByIdempotencyKey, { key })),
    openJobByExclusiveKey: (key) => oneJob(runner.all(queries.openJobByExclusiveKey, { key })),
    jobs: (filter) => jobs(runner.all(queries.jobsNewestFirst, jobFilter(filter))),
    jobsByPrefix: (prefix) => jobs(runner.all(queries.jobsByPrefix, { id: prefix, from: prefix, to: `${prefix}~` })),
    task: async (id) => first(await runner.all(queries.taskById, { id }), taskFromRow),
    tasks: (jobId) => tasks(runner.all(queries.tasksOfJob, { job: jobId })),
    children: (parent, generation) => tasks(runner.all(queries.childrenOf, { parent, generation })),
    dependencies: async (task) => (await runner.all(queries.dependenciesOf, { task })).map(dependencyFromRow),
    dependents: async (on) => (await runner.all(queries.dependentsOf, { on })).map(dependencyFromRow),
    attempts: async (jobId) => (await runner.all(queries.attemptsOfJob, { job: jobId })).map(attemptFromRow),
    decisions: async (jobId) => (await runner.all(queries.decisionsOfJob, { job: jobId })).map(decisionFromRow),
    events: async (stream, seq, limit): Promise<readonly JobEvent[]> =>
      (await runner.all(queries.eventsAfter, { stream, seq, limit })).map(eventFromRow),
    readyTasks: async (process: ProcessId, limit) =>
      (await runner.all(queries.readyTasks, { process, limit })).map((row) => ({
        taskId: row.id as TaskId,
        epoch: row.epoch,
        type: row.type,
      })),
    concurrencyKeyTaken: async (key) => (await runner.all(queries.runningByConcurrencyKey, { key })).length > 0,
    runningTasks: (owner) => tasks(runner.all(queries.runningOfOwner, { owner })),
    dueTasks: (now, limit) => tasks(runner.all(queries.dueTasks, { now, limit })),
    expiredTasks: (now, limit) => tasks(runner.all(queries.expiredTasks, { now, limit })),
    nextScheduled: async () => (await runner.all(queries.nextScheduled, queries.noParameters))[0]?.next ?? undefined,
    unclaimedJobs: async (limit) => (await runner.all(queries.unclaimedJobs, { limit })).map((row) => row.id as JobId),
    processes: async () =>
      (await runner.all(queries.livingProcesses, queries.noParameters)).map((row) => ({
        id: row.id as ProcessId,
        pid: row.pid,
        startedAt: row.started_at,
      })),
    insertJob: (record) => done(runner.run(commands.insertJob, jobToRow(record))),
    updateJob: (record) => done(runner.run(commands.updateJob, jobToRow(record))),
    insertTask: (task) => done(runner.run(commands.insertTask, taskToRow(task))),
    replaceTask: async (task, expected) => {
      const parameters = { ...taskToRow(task), expected_state: expected.state, expected_epoch: expected.epoch };
      return (await runner.run(commands.replaceTask, parameters)) === 1;
    },
    insertDependency: (edge) =>
      done(
        runner.run(commands.insertDependency, {
          task_id: edge.taskId,
          ordinal: edge.ordinal,
          on_task_id: edge.onTaskId,
          until: edge.until,
        }),
      ),
    insertAttempt: (attempt) =>
      done(
        runner.run(commands.insertAttempt, {
          id: attempt.id,
          task_id: attempt.taskId,
          job_id: attempt.jobId,
          epoch: attempt.epoch,
          owner: attempt.owner,
          started_at: attempt.startedAt,
        }),
      ),
    endAttempt: (id, end) => done(runner.run(commands.endAttempt, attemptEndRow(id, end))),
    insertDecision: (decision) => done(runner.run(commands.insertDecision, decisionToRow(decision))),
    appendEvent: (stream: string, at: number, event: NewJobEvent) =>
      done(runner.run(commands.appendEvent, { stream, at, type: event.type, version: eventVersion, data: JSON.stringify(event.data) })),
    limitLeases: (jobId: JobId, limit) => done(runner.run(commands.limitLeases, { job: jobId, limit })),
    insertProcess: (process) =>
      done(runner.run(commands.insertProcess, { id: process.id, pid: process.pid, started_at: process.startedAt })),
    endProcess: (id, at) => done(runner.run(commands.endProcess, { id, at })),
    carry: async (job, by) => (await runner.run(commands.carry, { job, by })) === 1,
    uncarry: (by) => done(runner.run(commands.uncarry, { by })),
  };
}

function jobFilter(filter: JobFilter) {
  return { group: filter.groupKey ?? null, open: filter.open === undefined ? null : Number(filter.open), limit: filter.limit ?? 1_000 };
}

function attemptEndRow(id: AttemptRecord['id'], end: AttemptEndRecord) {
  return {
    id,
    ended_at: end.at,
    outcome: end.outcome,
    error_kind: end.errorKind ?? null,
    cause: end.cause ?? null,
    reason: end.reason ?? null,
    artifacts: JSON.stringify(end.artifacts),
    observations: JSON.stringify(end.observations),
    cost_micro_usd: end.costMicroUsd,
  };
}

function first<Row, Record>(rows: readonly Row[], read: (row: Row) => Record): Record | undefined {
  const [row] = rows;
  return row === undefined ? undefined : read(row);
}

async function done(running: Promise<unknown>): Promise<void> {
  await running;
}
