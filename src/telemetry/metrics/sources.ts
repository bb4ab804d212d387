import type { Circuit } from '../../domain/breaker.ts';
import type { JobState, TaskCounts } from '../../domain/job.ts';
import type { IsolationLevel } from '../../domain/machine.ts';
import type { MachineLoad } from '../../domain/scaler.ts';
import type { ModelSpending } from './running-spending.ts';

/** What is looked at when somebody asks, each as it is then. */
export interface Sources {
  /** Jobs that have not ended, with their tasks, and for how long (ms) one is ready. */
  readonly backlog: () => Promise<{
    readonly counts: TaskCounts;
    readonly jobs: Partial<Readonly<Record<JobState, number>>>;
    readonly oldestReadyMs: number;
  }>;
  /** Programs that execute tasks, and how many each executes. */
  readonly workers: () => Promise<ReadonlyArray<{ readonly host: string; readonly alive: boolean; readonly running: number }>>;
  readonly spending: () => Promise<readonly ModelSpending[]>;
  /** Of this month, in millionths of a US dollar; spent with what is reserved. */
  readonly budget: () => Promise<{ readonly limitMicroUsd: number; readonly spentMicroUsd: number }>;
  readonly breakers: () => Promise<ReadonlyArray<{ readonly kind: 'provider' | 'world'; readonly circuit: Circuit['kind'] }>>;
  /** Messages to people that have not gone out, and for how long (ms) the oldest waits. */
  readonly outbox: () => Promise<{ readonly pending: number; readonly oldestMs: number }>;
  /** On the disk of the state folder. */
  readonly freeBytes: () => Promise<number>;
  readonly load: () => Promise<MachineLoad>;
  /** The strongest walls that can be used here, and those that are asked for; `any` that confine. */
  readonly walls: () => Promise<{ readonly best: IsolationLevel; readonly required: IsolationLevel | 'any' }>;
}
