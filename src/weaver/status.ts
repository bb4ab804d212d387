import { Failure } from '../domain/failure.ts';
import type { JobId, ProcessId } from '../domain/ids.ts';
import { limitName } from '../domain/limits.ts';
import { accepts, needsOf, readLabels } from '../domain/needs.ts';
import type { Route } from '../domain/needs.ts';
import type { Job, TaskBucket, TaskCounts } from '../domain/job.ts';
import type { JobFilter, StoreReader } from '../ports/store.ts';
import type { JobStatus, JobView } from './engine.ts';
import { jobStateReason } from './job-state-reason.ts';
import type { EngineParts } from './parts.ts';
import { processLock } from './process-lock.ts';
import { reapDeadProcesses } from './reap.ts';
import { attemptView, decisionView } from './result.ts';

/** The words in which tasks are counted for people. */
const countNames: Readonly<Record<TaskBucket, string>> = {
  ready: 'queued',
  running: 'running',
  succeeded: 'succeeded',
  backoff: 'retry_scheduled',
  dead: 'dead',
  answered: 'dead',
  decomposed: 'decomposed',
  cancelled: 'cancelled',
  skipped: 'skipped',
  deps: 'waiting_for_dependencies',
  children: 'waiting_for_children',
  person: 'waiting_for_person',
  event: 'waiting_for_event',
  budget: 'waiting_for_budget',
  deadline: 'waiting_for_time',
  repair: 'waiting_for_repair',
  capacity: 'waiting_for_capacity',
  paused: 'paused',
  nobody: 'waiting_for_nobody',
};

/** The newest attempts and decisions that a status shows. */
const latest = 10;

export async function jobStatus(parts: EngineParts, id: JobId): Promise<JobStatus | undefined> {
  const [view] = await views(parts, async (records) => {
    const job = await records.job(id);
    return job === undefined ? [] : [job];
  });
  if (view === undefined) return undefined;
  return parts.store.read(async (records) => ({
    ...view,
    latestAttempts: (await records.latestAttempts(id, latest)).map((each) => ({ ...attemptView(each), taskId: each.taskId })),
    latestDecisions: (await records.latestDecisions(id, latest)).map((each) => ({ ...decisionView(each), taskId: each.taskId })),
  }));
}

export function jobViews(parts: EngineParts, filter: JobFilter): Promise<readonly JobView[]> {
  return views(parts, (records) => records.jobs(filter));
}

/** By full id, or by a beginning of what people see, with or without its `run_`. */
export async function findJobs(parts: EngineParts, idOrPrefix: string): Promise<readonly JobView[]> {
  const typed = idOrPrefix.trim().toLowerCase().replace(/^run_/, '');
  return typed === '' ? [] : views(parts, (records) => records.jobsByPrefix(typed));
}

interface Described {
  readonly job: Job;
  readonly bottleneck: string;
}

async function views(parts: EngineParts, find: (records: StoreReader) => Promise<readonly Job[]>): Promise<readonly JobView[]> {
  const look = (): Promise<readonly Described[]> => parts.store.read((records) => describe(parts, records, find));
  let found = await look();
  let living = await livingCarriers(parts, found);
  if ([...living.values()].includes(false) && (await tookBack(parts))) {
    found = await look();
    living = await livingCarriers(parts, found);
  }
  return found.map(({ job, bottleneck: words }) => ({
    id: job.id,
    title: job.title,
    state: job.state,
    groupKey: job.groupKey,
    exclusiveKey: job.exclusiveKey,
    attributes: job.attributes,
    createdAt: job.createdAt,
    endedAt: job.endedAt,
    cancelReason: job.cancel?.reason,
    carriedBy: job.carriedBy !== undefined && living.get(job.carriedBy) === true ? job.carriedBy : undefined,
    counts: countsInWords(job.counts),
    costMicroUsd: job.costMicroUsd,
    wallMs: job.wallMs,
    sealed: job.sealed,
    isPaused: job.paused,
    lastEvent: job.lastSeq,
    bottleneck: words,
  }));
}

async function describe(
  parts: EngineParts,
  records: StoreReader,
  find: (records: StoreReader) => Promise<readonly Job[]>,
): Promise<readonly Described[]> {
  const described: Described[] = [];
  for (const job of await find(records)) described.push({ job, bottleneck: await bottleneck(parts, records, job) });
  return described;
}

/** Whether the processes live that carry open jobs. */
async function livingCarriers(parts: EngineParts, found: readonly Described[]): Promise<ReadonlyMap<ProcessId, boolean>> {
  const living = new Map<ProcessId, boolean>();
  for (const { job } of found) {
    if (job.carriedBy === undefined || job.endedAt !== undefined || living.has(job.carriedBy)) continue;
    living.set(job.carriedBy, await isAlive(parts, job.carriedBy));
  }
  return living;
}

/** What a dead process was executing does not run, whatever is stored: it is taken back before it is shown. */
async function tookBack(parts: EngineParts): Promise<boolean> {
  try {
    await reapDeadProcesses(parts);
    return true;
  } catch (error) {
    // Looking must be possible on a full disk too; then what is stored is shown.
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** Whether a process still holds the lock of its life. */
export async function isAlive(parts: EngineParts, id: ProcessId): Promise<boolean> {
  const held = await parts.locks.tryAcquire(processLock(id));
  await held?.release();
  return held === undefined;
}

/** `queued`, `running`, `succeeded`, `retry_scheduled` and `dead` are always there, the rest when there are any. */
export function countsInWords(counts: TaskCounts): Readonly<Record<string, number>> {
  const words: Record<string, number> = { queued: 0, running: 0, succeeded: 0, retry_scheduled: 0, dead: 0, decomposed: 0 };
  for (const [bucket, name] of Object.entries(countNames)) {
    const count = counts[bucket as TaskBucket] ?? 0;
    if (count > 0) words[name] = (words[name] ?? 0) + count;
  }
  return words;
}

/** What the job is waiting for, in words. */
async function bottleneck(parts: EngineParts, records: StoreReader, job: Job): Promise<string> {
  if (job.state !== 'running') return jobStateReason(records, job, job.state);
  const { running = 0, ready = 0, backoff = 0, capacity = 0 } = job.counts;
  if (job.cancel !== undefined) return `${running} running tasks are being stopped`;
  if (running > 0) return ready > 0 ? `${running} tasks run, ${ready} wait for a free place` : `${running} tasks run`;
  if (ready > 0)
    return (
      (await unhandled(parts, records, job)) ??
      (parts.sharing && job.carriedBy === undefined ? await untaken(records, job) : undefined) ??
      (job.carriedBy === undefined ? 'No process carries it' : `${ready} tasks wait for a free place`)
    );
  if (capacity > 0) return `${capacity} tasks wait for capacity: ${await whatLimits(records, job)}`;
  return backoff > 0 ? `${backoff} tasks wait for their next attempt` : 'Open for more tasks: nobody has sealed it';
}

/** Says so where no worker has what the ready tasks of a shared job need. */
async function untaken(records: StoreReader, { id, counts }: Job): Promise<string> {
  const workers = (await records.processes()).map(({ labels }) => labels);
  if (workers.length === 0) return `${counts.ready} tasks wait for a worker: none is running`;
  const routes = (await records.tasks(id, { states: ['ready'], limit: mostLookedAt })).map(({ route }) => route);
  const taken = routes.some((route) => workers.some((labels) => labels === undefined || acceptsRoute(labels, route)));
  if (taken || routes.length === 0) return `${counts.ready} tasks wait for a free place`;
  return `${counts.ready} tasks wait for a worker that has ${needsOf(routes[0] ?? '').join(', ')}`;
}

function acceptsRoute(labels: readonly string[], route: Route): boolean {
  const read = readLabels(labels);
  return read.kind === 'labels' && accepts(read.labels, route);
}

/** So many ready tasks are looked at to say what has no handler. */
const mostLookedAt = 20;

/** Says so where the workers of this program could do the job if there were handlers here. What other programs handle is not known. */
async function unhandled(parts: EngineParts, records: StoreReader, { id, carriedBy }: Job): Promise<string | undefined> {
  const adopting = [...parts.workersHere].filter(({ adopts }) => adopts);
  if (!adopting.some(({ process }) => carriedBy === undefined || process === carriedBy)) return undefined;
  const types = await records.readyTypes(id, mostLookedAt);
  if (types.length === 0 || types.some((type) => parts.registrations.has(type))) return undefined;
  return `No process here handles ${types.map((type) => `«${type}»`).join(', ')}`;
}

/** What holds back tasks that wait for capacity. */
async function whatLimits(records: StoreReader, { id }: Job): Promise<string> {
  const none = (await records.limits()).filter(({ most }) => most === 0);
  if (none.length > 0) {
    const held = (await records.pendingTasks(id, { limit: 500 })).flatMap(({ waiting }) =>
      waiting.reason === 'capacity' ? [limitName(waiting.limit)] : [],
    );
    const stopping = none.find((limit) => held.includes(limitName(limit)));
    if (stopping !== undefined) return `the limit on the ${stopping.of} «${stopping.name}» lets none run`;
  }
  return 'others run under the same limit';
}
