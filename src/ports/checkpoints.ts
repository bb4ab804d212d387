import type { JobId } from '../domain/ids.ts';

/** A task that was being executed when a checkpoint was written. */
export interface RunningTask {
  /** Of the task in its run, such as `task-1/alpha.run`. */
  readonly key: string;
  readonly type: string;
  /** When its execution began, epoch ms. */
  readonly since: number;
  /** From 1. */
  readonly execution: number;
}

/** Where a run stood at a moment while something of it ran. */
export interface Checkpoint {
  readonly jobId: JobId;
  /** Epoch ms. */
  readonly at: number;
  readonly running: readonly RunningTask[];
  /** Tasks by state, in the words of the engine. */
  readonly counts: Readonly<Record<string, number>>;
  /** Spent so far, in millionths of a US dollar. */
  readonly costMicroUsd: number;
}

/** Beside what is written with every step of a run: that it stood like this, also while one step takes long. */
export interface Checkpoints {
  /** Keeps one, unless some process has kept one of the same run within the last `everyMs`. @returns whether it was kept. */
  record(checkpoint: Checkpoint, everyMs: number): Promise<boolean>;
  latest(job: JobId): Promise<Checkpoint | undefined>;
}
