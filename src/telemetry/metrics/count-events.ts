import type { JobEvent } from '../../domain/events.ts';
import type { JobId, TaskId } from '../../domain/ids.ts';
import type { RunPhase } from '../../domain/run-phase.ts';
import { endStates } from '../../domain/task.ts';
import type { ExecutionResult } from './catalogue/work.ts';
import type { Instruments } from './instruments.ts';

type TaskEvent = Extract<JobEvent, { readonly type: 'task.created' | 'task.started' | 'task.state' | 'task.answered' | 'lease.lost' }>;
type TaskChange = Extract<JobEvent, { readonly type: 'task.state' }>;

/** What the counters take of the stream of events. */
export interface EventCounter {
  /** @returns the run that has ended by it, if one has. */
  see(event: JobEvent): JobId | undefined;
}

/** What is known of a task that has not ended, as far as it was seen. */
interface KnownTask {
  /** Epoch ms; undefined while nothing executes it. */
  readonly startedAt: number | undefined;
  /** How its last execution ended. */
  readonly last: ExecutionResult | undefined;
  readonly isLost: boolean;
}

const unknownTask: KnownTask = { startedAt: undefined, last: undefined, isLost: false };

/**
 * Counts what happens to jobs and tasks, whichever process does it. What it remembers is of those that have not ended; of what began before it was first
 * told anything, how long that took is not known, and not counted.
 *
 * @param phaseOf of a type of tasks: whatever has a task of some phase is a run.
 */
export function countEvents(instruments: Instruments, phaseOf: (taskType: string) => RunPhase | undefined): EventCounter {
  const tasks = new Map<TaskId, KnownTask>();
  const submitted = new Map<JobId, number>();
  const runs = new Set<JobId>();

  function noteRun(jobId: JobId, event: TaskEvent): void {
    if (runs.has(jobId) || phaseOf(event.data.taskType) === undefined) return;
    runs.add(jobId);
    if (event.type === 'task.created' && submitted.has(jobId)) instruments.add('runs_started_total', {});
  }

  function start({ data: { taskId, taskType, epoch }, at }: Extract<JobEvent, { readonly type: 'task.started' }>): void {
    const { last } = tasks.get(taskId) ?? unknownTask;
    const reason = reasonOf(last, epoch);
    tasks.set(taskId, { startedAt: at, last, isLost: false });
    instruments.add('task_attempts_total', { reason });
    const phase = phaseOf(taskType);
    if (reason === 'retry' && phase !== undefined) instruments.add('phase_retries_total', { phase });
  }

  function change(event: TaskChange): void {
    const { taskId, taskType, state } = event.data;
    const known = tasks.get(taskId) ?? unknownTask;
    const end = endStates.find((one) => one === state);
    if (end !== undefined) instruments.add('tasks_finished_total', { outcome: end });
    if (known.startedAt !== undefined) {
      const result = known.isLost ? 'lost' : resultOf(event);
      const seconds = Math.max(0, event.at - known.startedAt) / 1_000;
      instruments.observe('task_duration_seconds', { kind: taskType }, seconds);
      const phase = phaseOf(taskType);
      if (phase !== undefined) {
        instruments.observe('phase_duration_seconds', { phase }, seconds);
        instruments.add('phase_results_total', { phase, result });
      }
      tasks.set(taskId, { startedAt: undefined, last: result, isLost: false });
    }
    if (end !== undefined) tasks.delete(taskId);
  }

  function endJob(jobId: JobId, state: 'completed' | 'failed' | 'cancelled', at: number): JobId | undefined {
    const since = submitted.get(jobId);
    submitted.delete(jobId);
    if (!runs.delete(jobId)) return undefined;
    instruments.add('runs_finished_total', { outcome: state });
    if (since !== undefined) instruments.observe('run_duration_seconds', {}, Math.max(0, at - since) / 1_000);
    return jobId;
  }

  return {
    see(event) {
      switch (event.type) {
        case 'job.submitted':
          submitted.set(event.data.jobId, event.at);
          return undefined;
        case 'job.state': {
          const { jobId, state } = event.data;
          return state === 'completed' || state === 'failed' || state === 'cancelled' ? endJob(jobId, state, event.at) : undefined;
        }
        case 'job.sealed':
        case 'job.paused':
        case 'job.resumed':
          return undefined;
        case 'task.created':
          instruments.add('tasks_enqueued_total', { source: event.data.parentTaskId === null ? 'job' : 'task' });
          break;
        case 'task.started':
          start(event);
          break;
        case 'lease.lost':
          instruments.add('task_lease_expirations_total', {});
          tasks.set(event.data.taskId, { ...(tasks.get(event.data.taskId) ?? unknownTask), isLost: true });
          break;
        case 'task.state':
          change(event);
          break;
        case 'task.answered':
      }
      noteRun(jobOf(event), event);
      return undefined;
    },
  };
}

function reasonOf(last: ExecutionResult | undefined, epoch: number): 'first' | 'retry' | 'recovery' | 'continuation' {
  if (last === 'failure') return 'retry';
  if (last === 'lost') return 'recovery';
  return last === undefined && epoch === 1 ? 'first' : 'continuation';
}

/** How an execution ended that led to this. */
function resultOf({ data: { state, waiting } }: TaskChange): ExecutionResult {
  switch (state) {
    case 'succeeded':
    case 'decomposed':
      return 'success';
    case 'dead':
      return 'failure';
    case 'cancelled':
    case 'skipped':
    // Handed back by a process that ends.
    case 'ready':
    case 'running':
      return 'cancelled';
    case 'pending':
      if (waiting === 'children' || waiting === 'deps') return 'success';
      return waiting === 'backoff' || waiting === 'repair' ? 'failure' : 'blocked';
  }
}

/** The streams of tasks are those of their jobs: `job:<id>`. */
function jobOf({ stream }: JobEvent): JobId {
  return stream.slice('job:'.length) as JobId;
}
