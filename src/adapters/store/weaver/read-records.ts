import type { EventCursor } from '../../../domain/events.ts';
import type { JobId, ProcessId, TaskId } from '../../../domain/ids.ts';
import { jobHasEnded, openJobs } from '../../../domain/job.ts';
import type { Job, JobState, TaskCounts } from '../../../domain/job.ts';
import { eachOnce, limitName } from '../../../domain/limits.ts';
import type { Limited, SetLimit } from '../../../domain/limits.ts';
import type { Task, TaskIn, TaskState, WaitingReason } from '../../../domain/task.ts';
import type { JobFilter, ReadyFilter, StoreReader, TaskFilter } from '../../../ports/store.ts';
import type { Dialect } from '../dialect.ts';
import { lockNameOrRunAgain } from '../name-locks.ts';
import type { StatementRunner } from '../statement.ts';
import { attemptFromRow, decisionFromRow, dependencyFromRow, effectFromRow, eventFromRow, jobOfStream } from './history-rows.ts';
import { jobFromRow } from './job-row.ts';
import * as historyQueries from './queries/history.ts';
import * as jobQueries from './queries/jobs.ts';
import * as readyQueries from './queries/ready.ts';
import * as schedulingQueries from './queries/scheduling.ts';
import * as taskQueries from './queries/tasks.ts';
import type { JobTable, TaskTable } from './schema.ts';
import { taskFromRow, waitingFromText } from './task-row.ts';

/** More than anybody asks for where no limit is given. */
const everything = 1_000_000_000;
/** The position before the first, in every dialect. */
const beforeAll = '0-0';

/**
 * A cursor as the database has it. One that another kind of database gave out, from which the records were moved, stands for a place at or
 * before its own: what comes after it is never missed.
 */
function placeOf(cursor: string, dialect: Dialect): string {
  if (dialect === 'postgres') return cursor.includes('-') ? cursor : `0-${cursor}`;
  return cursor.slice(cursor.lastIndexOf('-') + 1);
}

/** The reading half of the engine's records. */
export function readRecords(runner: StatementRunner, namespace: string): StoreReader {
  const oneJob = async (rows: Promise<JobTable[]>): Promise<Job | undefined> => first(await rows, jobFromRow);
  const jobs = async (rows: Promise<JobTable[]>): Promise<readonly Job[]> => (await rows).map(jobFromRow);
  const tasks = async (rows: Promise<TaskTable[]>): Promise<readonly Task[]> => (await rows).map(taskFromRow);
  return {
    job: (id) => oneJob(runner.all(runner.locks ? jobQueries.jobToChange : jobQueries.jobById, { id, namespace })),
    jobsById: (ids) =>
      jobs(runner.all(runner.locks ? jobQueries.jobsToChange : jobQueries.jobsById, { ids: JSON.stringify(ids), namespace })),
    jobByIdempotencyKey: (key) => oneJob(runner.all(jobQueries.jobByIdempotencyKey, { key, namespace })),
    openJobByExclusiveKey: (key) => oneJob(runner.all(jobQueries.openJobByExclusiveKey, { key, namespace })),
    jobs: (filter) => jobs(filteredJobs(runner, namespace, filter)),
    jobsByPrefix: (prefix) => jobs(runner.all(jobQueries.jobsByPrefix, { id: prefix, from: prefix, to: `${prefix}~`, namespace })),
    task: async (id) => first(await runner.all(taskQueries.taskById, { id, namespace }), taskFromRow),
    tasksById: (ids) => tasks(runner.all(taskQueries.tasksById, { ids: JSON.stringify(ids), namespace })),
    tasks: (job, filter) => tasks(runner.all(taskQueries.tasksOfJob, { job, namespace, ...taskFilter(filter) })),
    taskKinds: async (of) =>
      of.length === 0
        ? []
        : (await runner.all(taskQueries.kindsOfJobs, { jobs: JSON.stringify(of), namespace })).map((row) => ({
            jobId: row.job_id as JobId,
            type: row.type,
            state: row.state as TaskState,
            waiting: (row.waiting_reason ?? undefined) as WaitingReason | undefined,
            count: row.count,
          })),
    backlog: async () => ({
      ...openJobs(
        (await runner.all(jobQueries.openCounts, { namespace })).map(({ counts, state }) => ({
          counts: JSON.parse(counts) as TaskCounts,
          state: state as JobState,
        })),
      ),
      readySince: (await runner.all(taskQueries.readySince, { namespace }))[0]?.since ?? undefined,
    }),
    taskIds: async (job, { states, waiting, after = 0, limit = everything } = {}) =>
      (
        await runner.all(taskQueries.taskIdsOfJob, { job, namespace, states: jsonList(states), waiting: waiting ?? null, after, limit })
      ).map(({ id, number }) => ({ id: id as TaskId, number })),
    pendingTasks: async (job, { needing = false, limit = everything } = {}) =>
      (await runner.all(taskQueries.pendingOfJob, { job, namespace, needing: Number(needing), limit })).map((row) => ({
        id: row.id as TaskId,
        key: row.key,
        parentTaskId: (row.parent_task_id ?? undefined) as TaskId | undefined,
        waiting: waitingFromText(row.waiting),
      })),
    children: (parent, generation) => tasks(runner.all(taskQueries.childrenOf, { parent, generation })),
    dependencies: async (of) => (await runner.all(taskQueries.dependenciesOf, { tasks: JSON.stringify(of) })).map(dependencyFromRow),
    dependents: async (on) => (await runner.all(taskQueries.dependentsOf, { on: JSON.stringify(on) })).map(dependencyFromRow),
    attempts: async (of) =>
      (
        await ('jobId' in of
          ? runner.all(historyQueries.attemptsOfJob, { job: of.jobId })
          : runner.all(historyQueries.attemptsOfTask, { task: of.taskId }))
      ).map(attemptFromRow),
    decisions: async (of) =>
      (
        await ('jobId' in of
          ? runner.all(historyQueries.decisionsOfJob, { job: of.jobId })
          : runner.all(historyQueries.decisionsOfTask, { task: of.taskId }))
      ).map(decisionFromRow),
    latestAttempts: async (job, limit) => (await runner.all(historyQueries.latestAttempts, { job, limit })).map(attemptFromRow),
    latestDecisions: async (job, limit) => (await runner.all(historyQueries.latestDecisions, { job, limit })).map(decisionFromRow),
    events: async (stream, seq, limit) =>
      (await runner.all(historyQueries.eventsAfter, { stream, job: jobOfStream(stream), seq, limit })).map(eventFromRow),
    eventsAfter: async (after, limit) =>
      (await runner.all(historyQueries.eventsBehind, { position: placeOf(after ?? beforeAll, runner.dialect), namespace, limit })).map(
        eventFromRow,
      ),
    newestEvent: async () => (await runner.all(historyQueries.newestPosition, {}))[0]?.position as EventCursor | undefined,
    readyTypes: async (job, among) => (await runner.all(readyQueries.readyTypesOfJob, { job, among })).map(({ type }) => type),
    readyTasks: (process, limit, filter) => readyTasks(runner, { namespace, process, limit, filter }),
    readyRoutes: async () => (await runner.all(readyQueries.readyRoutesOfNobody, { namespace })).map(({ route }) => route),
    readyKinds: (process) => readyKinds(runner, namespace, process),
    runningUnder: async ({ of, name }) => {
      // Whoever counts decides by it what begins, and others would count the same.
      await lockNameOrRunAgain(runner, `limits:${namespace}`);
      const query = of === 'type' ? schedulingQueries.runningOfType : schedulingQueries.runningOfKey;
      return (await runner.all(query, { name, namespace }))[0]?.count ?? 0;
    },
    heldBack: (limit, most, process) => {
      const held = { limit: limitName(limit), most, namespace };
      return tasks(
        process === undefined
          ? runner.all(schedulingQueries.heldBack, held)
          : runner.all(schedulingQueries.heldBackFrom, { ...held, process }),
      );
    },
    limits: async () =>
      (await runner.all(schedulingQueries.limits, { namespace })).map((row) => ({
        of: row.limited as SetLimit['of'],
        name: row.name,
        most: row.most,
      })),
    runningTasks: (owner) => tasks(runner.all(taskQueries.runningOfOwner, { owner, namespace })),
    dueTasks: async (now, limit) => [
      ...(await tasks(runner.all(schedulingQueries.dueTasks, { now, limit, namespace }))),
      ...(await tasks(runner.all(schedulingQueries.waitsFromTheFuture, { now, limit, namespace }))),
    ],
    expiredTasks: (now, limit) => tasks(runner.all(schedulingQueries.expiredTasks, { now, limit, namespace })),
    nextScheduled: async (now) => (await runner.all(schedulingQueries.nextScheduled, { now, namespace }))[0]?.next ?? undefined,
    unclaimedJobs: async (limit, { ready, types } = {}) =>
      (
        await runner.all(jobQueries.unclaimedJobs, {
          limit,
          namespace,
          ready: ready === undefined ? null : Number(ready),
          types: jsonList(types),
        })
      ).map((row) => row.id as JobId),
    unmovedJobs: async (limit) => (await runner.all(jobQueries.unmovedJobs, { limit, namespace })).map((row) => row.id as JobId),
    processes: async () =>
      (await runner.all(schedulingQueries.livingProcesses, { namespace })).map((row) => ({
        id: row.id as ProcessId,
        pid: row.pid,
        host: row.host,
        labels: row.labels === null ? undefined : (JSON.parse(row.labels) as readonly string[]),
        startedAt: row.started_at,
      })),
    effect: async (key) => first(await runner.all(schedulingQueries.effectByKey, { key }), effectFromRow),
  };
}

/** Comes before every job in their order, the newest first. */
const newerThanAll = { createdAt: Number.MAX_SAFE_INTEGER, id: '' };

function filteredJobs(runner: StatementRunner, namespace: string, filter: JobFilter): Promise<JobTable[]> {
  const { groupKey, exceptGroups, open, before = newerThanAll, limit = 1_000 } = filter;
  const common = { namespace, beforeAt: before.createdAt, beforeId: before.id, limit, ...meant(filter) };
  const except = jsonList(exceptGroups);
  const isOpen = open === true || filter.states?.every((state) => !jobHasEnded(state)) === true;
  if (groupKey === undefined && isOpen && open !== false) return runner.all(jobQueries.openJobsNewestFirst, { ...common, except });
  const all = { ...common, open: open === undefined ? null : Number(open) };
  if (groupKey === undefined) return runner.all(jobQueries.jobsNewestFirst, { ...all, except });
  return runner.all(jobQueries.jobsOfGroup, { ...all, group: groupKey });
}

function meant({ states, text }: JobFilter): jobQueries.Meant {
  return {
    states: jsonList(states),
    words: text?.words ?? null,
    orGroups: jsonList(text?.orGroups),
    keyBegins: text?.orKey.begins ?? null,
    keyContains: text?.orKey.contains ?? null,
    keyGroups: jsonList(text?.orKey.inGroups),
  };
}

function taskFilter({ states, type, limit }: TaskFilter = {}) {
  return { states: jsonList(states), type: type ?? null, limit: limit ?? everything };
}

function jsonList(values: readonly string[] | undefined): string | null {
  return values === undefined ? null : JSON.stringify(values);
}

/** Of several jobs, each in the order of its index: the first of all, and only those are read whole. */
async function readyTasks(
  runner: StatementRunner,
  {
    namespace,
    process,
    limit,
    filter = {},
  }: {
    readonly namespace: string;
    readonly process: string | undefined;
    readonly limit: number;
    readonly filter: ReadyFilter | undefined;
  },
): Promise<readonly TaskIn<'ready'>[]> {
  const { only: types, except, routes, readyUntil } = filter;
  const wanted = { limit, only: jsonList(types), except: jsonList(except), routes: jsonList(routes), until: readyUntil ?? null };
  if (runner.dialect === 'postgres') {
    const found = await runner.all(readyQueries.readyOfJobs, { namespace, process: process ?? null, ...wanted });
    return found.map(taskFromRow).filter(isReady);
  }
  const jobs = await (process === undefined
    ? runner.all(jobQueries.readyJobsOfNobody, { namespace })
    : runner.all(jobQueries.readyJobsOf, { namespace, process }));
  const [only] = jobs;
  if (only === undefined) return [];
  if (jobs.length === 1) return (await runner.all(readyQueries.readyOfJob, { job: only.id, ...wanted })).map(taskFromRow).filter(isReady);
  const found: readyQueries.ReadyRow[] = [];
  for (const { id } of jobs) found.push(...(await runner.all(readyQueries.readyIdsOfJob, { job: id, ...wanted })));
  const rows: TaskTable[] = [];
  for (const { id } of found.toSorted(byPriority).slice(0, limit))
    rows.push(...(await runner.all(taskQueries.taskById, { id, namespace })));
  return rows.map(taskFromRow).filter(isReady);
}

async function readyKinds(runner: StatementRunner, namespace: string, process: string): Promise<readonly Limited[]> {
  const kinds: Limited[] = [];
  for (const { id } of await runner.all(jobQueries.readyJobsOf, { namespace, process })) {
    const found = await runner.all(readyQueries.readyKindsOfJob, { job: id });
    kinds.push(...found.map((row) => ({ type: row.type, concurrencyKey: row.concurrency_key ?? undefined })));
  }
  return eachOnce(kinds);
}

function isReady(task: Task): task is TaskIn<'ready'> {
  return task.state === 'ready';
}

function byPriority(one: readyQueries.ReadyRow, other: readyQueries.ReadyRow): number {
  return other.priority - one.priority || one.ready_at - other.ready_at || (one.id < other.id ? -1 : 1);
}

function first<Row, Record>(rows: readonly Row[], read: (row: Row) => Record): Record | undefined {
  const [row] = rows;
  return row === undefined ? undefined : read(row);
}
