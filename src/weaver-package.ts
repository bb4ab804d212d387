import { join, resolve } from 'node:path';
import { folderArtifacts } from './adapters/artifacts/folder-artifacts.ts';
import { systemClock } from './adapters/clock.ts';
import { embeddedChanges } from './adapters/dispatch/embedded-changes.ts';
import { embeddedDispatcher } from './adapters/dispatch/embedded.ts';
import { systemIds } from './adapters/ids.ts';
import { sqliteLocks } from './adapters/lock/sqlite-locks.ts';
import { openDatabase } from './adapters/store/open-database.ts';
import type { Artifacts } from './ports/artifacts.ts';
import { createEngine } from './weaver/create-engine.ts';
import type { EngineOptions } from './weaver/create-engine.ts';
import type { Engine } from './weaver/engine.ts';

/** How an engine on one machine is opened. */
export interface OpenEngineOptions extends Pick<EngineOptions, 'registrations' | 'expects' | 'decider' | 'timing'> {
  /** Everything of it lies here: `weaver.db`, `locks/`, `artifacts/`. Made when it is not there; not on a network file system. */
  readonly folder: string;
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
  const database = await openDatabase(join(folder, 'weaver.db'), {
    clock: systemClock,
    ids: systemIds,
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    ...(options.synchronous === undefined ? {} : { synchronous: options.synchronous }),
  });
  const changes = embeddedChanges({ version: database.version, clock: systemClock });
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
  });
  return {
    ...engine,
    artifacts,
    [Symbol.asyncDispose]: async () => {
      await engine[Symbol.asyncDispose]();
      await database.close();
    },
  };
}

export { defaultDecider } from './domain/decision.ts';
export type { Decider, Decision, DecisionInput } from './domain/decision.ts';
export { Failure } from './domain/failure.ts';
export type { JobEvent } from './domain/events.ts';
export type { JobId, TaskId } from './domain/ids.ts';
export type { Budget, DependencySpec, JobSpec, JobState, SettledTask, Submitted, TaskSpec } from './domain/job.ts';
export type { ConcurrencyLimit } from './domain/limits.ts';
export type { Artifact, Decomposition, Join, Need, Outcome } from './domain/outcome.ts';
export { repairingPayloads } from './domain/repairing-payloads.ts';
export type { RepairPolicy } from './domain/repairing-payloads.ts';
export type { RetryPolicy } from './domain/retry.ts';
export type { Task, TaskState, Waiting } from './domain/task.ts';
export { defineTaskType } from './domain/task-type.ts';
export type { TaskType } from './domain/task-type.ts';
export type { Artifacts, StoredArtifact } from './ports/artifacts.ts';
export type { Effect, Effects } from './weaver/effect.ts';
export type { Engine, JobResult, JobStatus, JobView, TaskHistory, Worker, WorkerLimits, WorkerOptions } from './weaver/engine.ts';
export { handle } from './weaver/handler.ts';
export type { Handler, Registration, TaskContext } from './weaver/handler.ts';
export type { Timing } from './weaver/parts.ts';
