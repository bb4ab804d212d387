import type { Decider } from '../domain/decision.ts';
import type { TaskType } from '../domain/task-type.ts';
import type { Artifacts } from '../ports/artifacts.ts';
import type { Changes } from '../ports/changes.ts';
import type { Clock } from '../ports/clock.ts';
import type { Dispatcher } from '../ports/dispatcher.ts';
import type { Heartbeat } from '../ports/heartbeat.ts';
import type { IdSource } from '../ports/ids.ts';
import type { Locks } from '../ports/lock.ts';
import type { Store } from '../ports/store.ts';
import type { ChangeQueue } from './change-queue.ts';
import type { WorkerHere } from './claim-here.ts';
import type { EngineLife } from './engine-life.ts';
import type { Registration } from './handler.ts';

/** Times of the engine's own, all in ms. */
export interface Timing {
  /** How long a lease lasts without a heartbeat, and how long the storage may refuse a worker before it gives up. */
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  /** How long a handler may go on after its signal was aborted before its task is taken from it. */
  readonly graceMs: number;
  /** How often a worker looks whether the other processes are still alive. */
  readonly livenessMs: number;
}

export const defaultTiming: Timing = { leaseMs: 30_000, heartbeatMs: 10_000, graceMs: 10_000, livenessMs: 500 };

/** Everything the engine's verbs work with. */
export interface EngineParts {
  readonly store: Store;
  readonly dispatcher: Dispatcher;
  /** Jobs that nobody carries belong to all workers that share, on whatever machine; else they wait for somebody to carry them. */
  readonly sharing: boolean;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly locks: Locks;
  readonly heartbeat: Heartbeat;
  /** The task types that are known, by name: those that are handled here, and those that are only expected. */
  readonly types: ReadonlyMap<string, TaskType<unknown, unknown>>;
  /** The code that executes them, by the name of the type. */
  readonly registrations: ReadonlyMap<string, Registration>;
  readonly decider: Decider;
  /** From 0 (included) to 1 (excluded). */
  readonly random: () => number;
  readonly timing: Timing;
  /** Of this program, for people; and of its machine. */
  readonly pid: number;
  readonly host: string;
  readonly artifacts: Artifacts;
  /** The workers of this program. */
  readonly workersHere: Set<WorkerHere>;
  readonly queue: ChangeQueue;
  readonly life: EngineLife;
  /** Hears of an attempt whose end was refused because its lease was lost. */
  readonly onFenced?: () => void;
}
