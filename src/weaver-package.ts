import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { folderArtifacts } from './adapters/artifacts/folder-artifacts.ts';
import { systemClock } from './adapters/clock.ts';
import { embeddedChanges } from './adapters/dispatch/embedded-changes.ts';
import { embeddedDispatcher } from './adapters/dispatch/embedded.ts';
import { systemIds } from './adapters/ids.ts';
import { sqliteLocks } from './adapters/lock/sqlite-locks.ts';
import { openWeaverDatabase } from './adapters/store/open-weaver-database.ts';
import type { Decider } from './domain/decision.ts';
import type { TaskType } from './domain/task-type.ts';
import type { Artifacts } from './ports/artifacts.ts';
import { createEngine } from './weaver/create-engine.ts';
import type { Engine } from './weaver/engine.ts';
import type { Registration } from './weaver/handler.ts';
import type { Timing } from './weaver/parts.ts';

/** How an engine on one machine is opened. */
export interface OpenEngineOptions {
  /** Everything of it lies here: `weaver.db`, `locks/`, `artifacts/`. Made when it is not there; not on a network file system. */
  readonly folder: string;
  /** The task types that this program knows, each with what executes it; see {@link handle}. */
  readonly registrations: readonly Registration[];
  /**
   * Types that whoever executes tasks must be able to handle: a worker without a handler for one of them is refused. A program
   * that only submits names here what it submits, and registers nothing.
   */
  readonly expects?: readonly TaskType<unknown, unknown>[];
  /** Says what happens after a failure, a wait or a proposal of children. Default {@link defaultDecider}. */
  readonly decider?: Decider;
  /** Leases, heartbeats and grace periods, all in ms. */
  readonly timing?: Partial<Timing>;
  /** Keeps environments apart that share a folder. Default `default`. */
  readonly namespace?: string;
  /** `FULL` (the default) loses nothing at a power cut; `NORMAL` may lose the last moments then, never at the death of a process. */
  readonly synchronous?: 'FULL' | 'NORMAL';
}

/** An engine with what it was opened with. Disposing it stops its workers and closes the database. */
export interface OpenedEngine extends Engine {
  readonly artifacts: Artifacts;
}

/**
 * Opens a durable engine on a folder of this machine; any number of processes may open the same.
 *
 * @throws Failure (configuration) for a folder or database that cannot be used.
 */
export async function openEngine(options: OpenEngineOptions): Promise<OpenedEngine> {
  const folder = resolve(options.folder);
  await using opening = new AsyncDisposableStack();
  const database = await openWeaverDatabase(join(folder, 'weaver.db'), {
    clock: systemClock,
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    ...(options.synchronous === undefined ? {} : { synchronous: options.synchronous }),
  });
  opening.defer(() => database.close());
  const changes = embeddedChanges({ version: database.version, clock: systemClock });
  opening.defer(() => changes.close());
  const artifacts = folderArtifacts({ folder: join(folder, 'artifacts'), clock: systemClock });
  const engine = createEngine({
    ...options,
    store: database.store,
    heartbeat: database.heartbeat,
    changes,
    dispatcher: embeddedDispatcher({ changes, clock: systemClock }),
    clock: systemClock,
    ids: systemIds,
    locks: sqliteLocks(join(folder, 'locks')),
    artifacts,
    pid: process.pid,
    host: hostname(),
  });
  opening.use(engine);
  const open = opening.move();
  return { ...engine, artifacts, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

export { defaultDecider } from './domain/decision.ts';
export type { Decider, Decision, DecisionInput } from './domain/decision.ts';
export { Failure } from './domain/failure.ts';
export type { FailureText } from './domain/failure.ts';
export type { JobEvent } from './domain/events.ts';
export type { AttemptId, JobId, ProcessId, TaskId } from './domain/ids.ts';
export type { Budget, DependencySpec, JobSpec, JobState, SettledTask, Submitted, TaskSpec } from './domain/job.ts';
export type { ConcurrencyLimit } from './domain/limits.ts';
export { answeredByTime } from './domain/outcome.ts';
export type { Artifact, AttemptEnd, Decomposition, Join, Need, Outcome } from './domain/outcome.ts';
export { repairingPayloads } from './domain/repairing-payloads.ts';
export type { RepairPolicy } from './domain/repairing-payloads.ts';
export { defaultRetryPolicy } from './domain/retry.ts';
export type { RetryPolicy } from './domain/retry.ts';
export type { Task, TaskState, Waiting } from './domain/task.ts';
export { taskOf } from './domain/task-spec.ts';
export { defineTaskType } from './domain/task-type.ts';
export type { StoredJson, TaskType } from './domain/task-type.ts';
export type { ArtifactContent, Artifacts, CollectedArtifacts, StoredArtifact } from './ports/artifacts.ts';
export type { JobFilter, TaskFilter } from './ports/store.ts';
export { AttemptAborted } from './weaver/abort.ts';
export type { Effect, Effects } from './weaver/effect.ts';
export type {
  Answered,
  AttemptView,
  DecisionView,
  Engine,
  JobResult,
  JobStatus,
  JobView,
  Retried,
  TaskHistory,
  Worker,
  WorkerLimits,
  WorkerOptions,
} from './weaver/engine.ts';
export { handle } from './weaver/handler.ts';
export type { Answer, Handler, Registration, TaskContext } from './weaver/handler.ts';
export type { Timing } from './weaver/parts.ts';
