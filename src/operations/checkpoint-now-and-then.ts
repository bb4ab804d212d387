import type { Checkpoint, RunningTask } from '../ports/checkpoints.ts';
import { groupsBesideRuns } from '../domain/job-groups.ts';
import type { Task } from '../domain/task.ts';
import type { JobView } from '../weaver/engine.ts';
import type { OperationTools } from './tools.ts';

type CheckpointTools = Pick<OperationTools, 'engine' | 'clock'> & { readonly ledger: Pick<OperationTools['ledger'], 'checkpoints'> };

export interface CheckpointTimes {
  /** At least so often it is written down where each run stands of which something runs, in ms. */
  readonly everyMs: number;
  /** Hears what went wrong, in a sentence. */
  readonly tell: (text: string) => void;
}

/** It is looked so often within the time in which one has to be written: the last look before that time is over writes it. */
const lookShare = 1 / 5;

/**
 * Writes down where runs stand, again and again until it is disposed. Where many processes do so, one of them does for each run. Keeps no process alive; what
 * fails is told and tried again.
 */
export function checkpointNowAndThen(tools: CheckpointTools, { everyMs, tell }: CheckpointTimes): AsyncDisposable {
  let writing: Promise<void> | undefined;
  const timer = setInterval(() => {
    writing ??= checkpointRuns(tools, everyMs)
      .then(() => undefined)
      .catch((error: unknown) => tell(`where runs stand could not be written down: ${String(error)}`))
      .finally(() => (writing = undefined));
  }, everyMs * lookShare);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await writing;
    },
  };
}

/** Writes down where each run stands of which something runs now, where nobody has within `everyMs`. @returns how many. */
export async function checkpointRuns({ engine, ledger, clock }: CheckpointTools, everyMs: number): Promise<number> {
  const jobs = await engine.jobs({ open: true, states: ['running'], exceptGroups: groupsBesideRuns });
  let written = 0;
  for (const job of jobs) {
    const running = (await engine.tasks(job.id, { states: ['running'] })).flatMap(runningTask);
    if (running.length === 0) continue;
    if (await ledger.checkpoints.record(checkpointOf(job, running, clock.now()), everyMs * (1 - lookShare))) written += 1;
  }
  return written;
}

function checkpointOf(job: JobView, running: readonly RunningTask[], at: number): Checkpoint {
  return { jobId: job.id, at, running, counts: job.counts, costMicroUsd: job.costMicroUsd };
}

function runningTask(task: Task): readonly RunningTask[] {
  if (task.state !== 'running') return [];
  return [{ key: task.key, type: task.type, since: task.lease.startedAt, execution: task.executions }];
}
