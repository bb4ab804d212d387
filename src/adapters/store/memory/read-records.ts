import { shortId } from '../../../domain/ids.ts';
import type { JobId, ProcessId } from '../../../domain/ids.ts';
import { openJobs } from '../../../domain/job.ts';
import type { Job } from '../../../domain/job.ts';
import { eachOnce, limitName } from '../../../domain/limits.ts';
import type { Task, TaskIn } from '../../../domain/task.ts';
import type { JobFilter, JobText, ReadyFilter, StoreReader, TaskFilter, TaskKind, UnclaimedFilter } from '../../../ports/store.ts';
import { copyOf } from './copies.ts';
import { byText, newestFirst, readyFirst } from './orders.ts';
import { readHistory } from './read-history.ts';
import { dueTasks, expiredTasks, nextScheduled } from './scheduled.ts';
import type { Session } from './session.ts';
import { keyOf } from './tables.ts';
import type { JobRow, TaskRow, Tables } from './tables.ts';

/** The reading half of the engine's records; what it hands out is the caller's own. */
export function readRecords(session: Session, namespace: string): StoreReader {
  const tasksIn = (index: Parameters<Tables['tasks']['where']>[0], key: string): Task[] => tasks(session.tables.tasks.where(index, key));
  const inNamespace = <Row extends { readonly namespace: string }>(row: Row | undefined): Row | undefined =>
    row?.namespace === namespace ? row : undefined;
  return {
    ...readHistory(session, namespace),
    job: async (id) => copyOf(inNamespace(session.tables.jobs.get(id))?.job),
    jobsById: async (ids) => copyOf(each(ids, (id) => inNamespace(session.tables.jobs.get(id))?.job)),
    jobByIdempotencyKey: async (key) => copyOf(session.tables.jobs.where('idempotencyKey', keyOf(namespace, key))[0]?.job),
    openJobByExclusiveKey: async (key) => copyOf(session.tables.jobs.where('openExclusiveKey', keyOf(namespace, key))[0]?.job),
    jobs: async (filter) => copyOf(filteredJobs(session.tables.jobs.where('namespace', namespace), filter)),
    jobsByPrefix: async (prefix) => copyOf(jobsByPrefix(session.tables.jobs.where('namespace', namespace), prefix)),
    task: async (id) => copyOf(inNamespace(session.tables.tasks.get(id))?.task),
    tasksById: async (ids) => copyOf(each(ids, (id) => inNamespace(session.tables.tasks.get(id))?.task)),
    tasks: async (jobId, filter) =>
      copyOf(
        filteredTasks(
          session.tables.tasks.where('job', jobId).filter((row) => row.namespace === namespace),
          filter,
        ),
      ),
    taskKinds: async (of) => kindsOf(of.flatMap((jobId) => tasksIn('job', jobId))),
    backlog: async () => {
      const open = session.tables.jobs.where('namespace', namespace).filter(({ job }) => job.endedAt === undefined);
      const ready = open.flatMap(({ job }) => tasksIn('ready', job.id)).flatMap((task) => (task.state === 'ready' ? [task.readyAt] : []));
      return { ...openJobs(open.map(({ job }) => job)), readySince: ready.sort((one, other) => one - other)[0] };
    },
    taskIds: async (jobId, { states, waiting, after = 0, limit } = {}) =>
      filteredTasks(session.tables.tasks.where('job', jobId), states === undefined ? {} : { states })
        .filter(({ number }) => number > after)
        .filter((task) => waiting === undefined || (task.state === 'pending' && task.waiting.reason === waiting))
        .slice(0, limit)
        .map(({ id, number }) => ({ id, number })),
    pendingTasks: async (jobId, { needing = false, limit } = {}) =>
      copyOf(
        filteredTasks(session.tables.tasks.where('job', jobId))
          .flatMap((task) => (task.state === 'pending' && (!needing || 'need' in task.waiting) ? [task] : []))
          .slice(0, limit)
          .map(({ id, key, parentTaskId, waiting }) => ({ id, key, parentTaskId, waiting })),
      ),
    children: async (parent, generation) => copyOf(tasksIn('parent', keyOf(parent, generation)).sort((a, b) => a.ordinal - b.ordinal)),
    readyTypes: async (jobId, among) => {
      const ready = session.tables.tasks.where('ready', jobId).flatMap(({ task }) => (task.state === 'ready' ? [task] : []));
      const first = ready.sort(readyFirst).slice(0, among);
      return [...new Set(first.map(({ type }) => type))].sort(byText);
    },
    readyTasks: async (carriedBy, limit, filter) => copyOf(readyTasks(session.tables, { namespace, carriedBy, filter }).slice(0, limit)),
    readyRoutes: async () =>
      [...new Set(readyTasks(session.tables, { namespace, carriedBy: undefined }).map(({ route }) => route))].sort(byText),
    readyKinds: async (carriedBy) =>
      eachOnce(readyTasks(session.tables, { namespace, carriedBy }).map(({ type, concurrencyKey }) => ({ type, concurrencyKey }))),
    runningUnder: async ({ of, name }) =>
      tasksIn('running', namespace).filter((task) => (of === 'type' ? task.type : task.concurrencyKey) === name).length,
    heldBack: async (limit, most, carriedBy) =>
      copyOf(
        tasksIn('heldBy', keyOf(namespace, limitName(limit)))
          .filter((task) => carriedBy === undefined || session.tables.jobs.get(task.jobId)?.job.carriedBy === carriedBy)
          .sort((one, other) => other.priority - one.priority || byText(one.id, other.id))
          .slice(0, most),
      ),
    limits: async () =>
      session.tables.limits
        .where('namespace', namespace)
        .map((row) => ({ ...row.limit }))
        .sort((one, other) => byText(limitName(one), limitName(other))),
    runningTasks: async (owner) => copyOf(tasks(session.tables.tasks.where('owner', owner).filter((row) => row.namespace === namespace))),
    dueTasks: async (now, limit) => copyOf(dueTasks(tasksIn('scheduled', namespace), now, limit)),
    expiredTasks: async (now, limit) => copyOf(expiredTasks(tasksIn('running', namespace), now, limit)),
    nextScheduled: async (now) => nextScheduled([...tasksIn('scheduled', namespace), ...tasksIn('running', namespace)], now),
    unclaimedJobs: async (limit, filter) => unclaimedJobs(session.tables, namespace, filter).slice(0, limit),
    unmovedJobs: async (limit) =>
      session.tables.jobs
        .where('unmoved', namespace)
        .map(({ job }) => job.id)
        .sort(byText)
        .slice(0, limit),
    processes: async () =>
      session.tables.processes
        .where('living', namespace)
        .map(({ process }) => ({ ...process }))
        .sort((one, other) => one.startedAt - other.startedAt || byText(one.id, other.id)),
  };
}

/** What there is under these ids, each once, in their order. */
function each<Id extends string, Found>(ids: readonly Id[], find: (id: Id) => Found | undefined): Found[] {
  return [...new Set(ids)].sort(byText).flatMap((id) => find(id) ?? []);
}

function tasks(rows: readonly TaskRow[]): Task[] {
  return rows.map((row) => row.task);
}

function filteredJobs(
  rows: readonly JobRow[],
  { groupKey, exceptGroups = [], open, states, text, before, limit = 1_000 }: JobFilter,
): Job[] {
  return rows
    .map((row) => row.job)
    .filter((job) => groupKey === undefined || job.groupKey === groupKey)
    .filter((job) => groupKey !== undefined || job.groupKey === undefined || !exceptGroups.includes(job.groupKey))
    .filter((job) => open === undefined || (job.endedAt === undefined) === open)
    .filter((job) => states === undefined || states.includes(job.state))
    .filter((job) => text === undefined || hasText(job, text))
    .filter((job) => before === undefined || newestFirst(before, job) < 0)
    .sort(newestFirst)
    .slice(0, limit);
}

function hasText({ id, title, groupKey = '', exclusiveKey = '' }: Job, { words, orGroups, orKey }: JobText): boolean {
  const wanted = words.toLowerCase();
  const key = groupKey === '' ? exclusiveKey : exclusiveKey.replaceAll(groupKey, '');
  const { begins, contains, inGroups = [groupKey] } = orKey;
  return (
    title.toLowerCase().includes(wanted) ||
    shortId(id).startsWith(wanted) ||
    orGroups.includes(groupKey) ||
    (inGroups.includes(groupKey) && key.startsWith(begins) && key.slice(begins.length).toLowerCase().includes(contains.toLowerCase()))
  );
}

/** Alike are those of one job, type, state and wait. */
function kindsOf(all: readonly Task[]): TaskKind[] {
  const kinds = new Map<string, TaskKind>();
  for (const task of all) {
    const { jobId, type, state } = task;
    const waiting = task.state === 'pending' ? task.waiting.reason : undefined;
    const key = keyOf(jobId, type, state, waiting ?? '');
    kinds.set(key, { jobId, type, state, waiting, count: (kinds.get(key)?.count ?? 0) + 1 });
  }
  return [...kinds.values()];
}

function jobsByPrefix(rows: readonly JobRow[], prefix: string): Job[] {
  return rows
    .map((row) => row.job)
    .filter((job) => job.id === prefix || shortId(job.id).startsWith(prefix))
    .sort(newestFirst)
    .slice(0, 20);
}

function filteredTasks(rows: readonly TaskRow[], { states, type, limit }: TaskFilter = {}): Task[] {
  return tasks(rows)
    .filter((task) => states === undefined || states.includes(task.state))
    .filter((task) => type === undefined || task.type === type)
    .sort((one, other) => one.number - other.number)
    .slice(0, limit);
}

function openJobsOf({ jobs }: Tables, namespace: string, carriedBy: ProcessId | undefined): JobId[] {
  return jobs
    .where('openCarrier', keyOf(namespace, carriedBy ?? ''))
    .map((row) => row.job.id)
    .sort(byText);
}

function readyTasks(
  tables: Tables,
  {
    namespace,
    carriedBy,
    filter = {},
  }: { readonly namespace: string; readonly carriedBy: ProcessId | undefined; readonly filter?: ReadyFilter | undefined },
): TaskIn<'ready'>[] {
  return readyOf(tables, openJobsOf(tables, namespace, carriedBy))
    .filter(({ type }) => (filter.only?.includes(type) ?? true) && filter.except?.includes(type) !== true)
    .filter(({ route, readyAt }) => (filter.routes?.includes(route) ?? true) && readyAt <= (filter.readyUntil ?? Infinity))
    .sort(readyFirst);
}

function readyOf({ tasks: all, jobs }: Tables, ids: readonly JobId[]): TaskIn<'ready'>[] {
  const startable = ids.filter((id) => {
    const job = jobs.get(id)?.job;
    return job?.cancel === undefined && job?.paused === false;
  });
  return startable.flatMap((id) => all.where('ready', id)).flatMap(({ task }) => (task.state === 'ready' ? [task] : []));
}

function unclaimedJobs(tables: Tables, namespace: string, { ready, types }: UnclaimedFilter = {}): JobId[] {
  const [first, last]: [JobId[], JobId[]] = [[], []];
  for (const id of openJobsOf(tables, namespace, undefined)) {
    const found = readyOf(tables, [id]);
    if (found.length === 0) last.push(id);
    else if (types === undefined || found.some(({ type }) => types.includes(type))) first.push(id);
  }
  return [...(ready === false ? [] : first), ...(ready === true ? [] : last)];
}
