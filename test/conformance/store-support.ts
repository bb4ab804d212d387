import { systemIds } from '../../src/adapters/ids.ts';
import type { AttemptId, JobId, ProcessId, TaskId } from '../../src/domain/ids.ts';
import type { Job } from '../../src/domain/job.ts';
import type { Task, TaskCommon, Waiting } from '../../src/domain/task.ts';
import type { Heartbeat } from '../../src/ports/heartbeat.ts';
import type { AttemptEndRecord, AttemptRecord, DecisionRecord } from '../../src/ports/records.ts';
import type { Store, StoreReader, StoreTransaction } from '../../src/ports/store.ts';

/** What one process has of the records under test. */
export interface StoreConnection {
  readonly store: Store;
  readonly heartbeat: Heartbeat;
}

/** Records that several processes may open; gone when it is disposed. */
export interface StoreUnderTest<Connection extends StoreConnection = StoreConnection> extends AsyncDisposable {
  /** One more process on the same records. */
  connect(namespace?: string): Promise<Connection>;
}

export type MakeStore<Connection extends StoreConnection = StoreConnection> = () => Promise<StoreUnderTest<Connection>>;

/** Runs a case on one store of its own. */
export function onStore(make: MakeStore, run: (store: Store) => Promise<void>): () => Promise<void> {
  return async () => {
    await using made = await make();
    await run((await made.connect()).store);
  };
}

export function write(store: Store, change: (transaction: StoreTransaction) => Promise<void>): Promise<void> {
  return store.write(change);
}

export function read<T>(store: Store, look: (records: StoreReader) => Promise<T>): Promise<T> {
  return store.read(look);
}

export const newTaskId = (): TaskId => systemIds.next() as TaskId;
export const newProcessId = (): ProcessId => systemIds.next() as ProcessId;
export const newAttemptId = (): AttemptId => systemIds.next() as AttemptId;

/** An open job that nobody carries. */
export function aJob(more: Partial<Job> = {}): Job {
  return {
    id: systemIds.next() as JobId,
    title: 'a job',
    state: 'running',
    groupKey: undefined,
    exclusiveKey: undefined,
    idempotencyKey: undefined,
    attributes: undefined,
    budget: {},
    counts: {},
    costMicroUsd: 0,
    wallMs: 0,
    lastSeq: 0,
    carriedBy: undefined,
    sealed: true,
    paused: false,
    cancel: undefined,
    createdAt: 1_000,
    endedAt: undefined,
    ...more,
  };
}

let lastNumber = 0;

type State = Task extends infer Each ? (Each extends Task ? Omit<Each, keyof TaskCommon> : never) : never;

/** A task of a job; ready unless another state is given. Its number is above those of all tasks made before. */
export function aTask(job: Pick<Job, 'id'>, more: Partial<TaskCommon> = {}, state: State = { state: 'ready', readyAt: 1_000 }): Task {
  lastNumber += 1;
  return {
    id: newTaskId(),
    jobId: job.id,
    number: lastNumber,
    parentTaskId: undefined,
    parentJoin: undefined,
    generation: 0,
    ordinal: 0,
    key: `task ${lastNumber}`,
    type: 'test.step',
    payload: { schemaVersion: 1, value: null },
    priority: 0,
    concurrencyKey: undefined,
    route: '',
    budget: {},
    epoch: state.state === 'pending' ? 0 : 1,
    executions: 0,
    failures: 0,
    leasesLost: 0,
    crashes: 0,
    repairs: 0,
    costMicroUsd: 0,
    wallMs: 0,
    decompositions: 0,
    answer: undefined,
    createdAt: 1_000,
    ...more,
    ...state,
  } as Task;
}

export function waiting(wait: Waiting): State {
  return { state: 'pending', waiting: wait };
}

/** Running under a lease that lasts until `until` (epoch ms). */
export function running(owner: ProcessId, until: number, limit?: number): State {
  return { state: 'running', lease: { owner, attemptId: newAttemptId(), startedAt: 1_000, until, limit } };
}

export function dead(): State {
  return { state: 'dead', reason: 'it was hopeless', endedAt: 2_000 };
}

export function anAttempt(task: Pick<Task, 'id' | 'jobId' | 'epoch'>, owner: ProcessId, more: Partial<AttemptRecord> = {}): AttemptRecord {
  return { id: newAttemptId(), taskId: task.id, jobId: task.jobId, epoch: task.epoch, owner, startedAt: 1_000, end: undefined, ...more };
}

export const anEnd: AttemptEndRecord = {
  at: 2_000,
  outcome: 'failure',
  errorKind: 'business',
  cause: undefined,
  reason: 'no',
  artifacts: [],
  observations: [],
  costMicroUsd: 0,
};

export function aDecision(task: Pick<Task, 'id' | 'jobId' | 'epoch'>, more: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    id: systemIds.next(),
    taskId: task.id,
    jobId: task.jobId,
    attemptId: undefined,
    epoch: task.epoch,
    trigger: 'failure: no',
    policy: 'default',
    kind: 'retry',
    reason: 'again',
    childTaskIds: [],
    decidedAt: 2_000,
    ...more,
  };
}

/** Stores one living process, one job that it carries, and what is given. */
export async function stored(
  store: Store,
  more: { readonly job?: Partial<Job>; readonly tasks?: (job: Job, owner: ProcessId) => Task[] } = {},
) {
  const owner = newProcessId();
  const given = aJob({ carriedBy: owner, ...more.job });
  const tasks = more.tasks?.(given, owner) ?? [];
  const ready = tasks.filter(({ state }) => state === 'ready').length;
  const job = ready === 0 ? given : { ...given, counts: { ...given.counts, ready } };
  await store.write(async (transaction) => {
    await transaction.insertProcess({ id: owner, pid: 1, host: 'here', labels: undefined, startedAt: 1_000 });
    await transaction.save({ newJobs: [job] });
    await transaction.save({ newTasks: tasks });
  });
  return { owner, job, tasks };
}

export function ids(records: readonly { readonly id: string }[]): string[] {
  return records.map(({ id }) => id);
}

export function keys(tasks: readonly Task[]): string[] {
  return tasks.map(({ key }) => key);
}
