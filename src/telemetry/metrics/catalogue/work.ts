import { endStates } from '../../../domain/task.ts';
import type { JobState } from '../../../domain/job.ts';
import { runPhases } from '../../../domain/run-phase.ts';
import type { Metric } from '../metric.ts';
import { longBuckets, shortBuckets } from './buckets.ts';

/** States of jobs that have not ended. */
export const openStates = ['running', 'waiting', 'paused', 'stuck'] as const satisfies readonly JobState[];

/** As what an open task waits. */
export const queueStates = ['ready', 'running', 'waiting', 'retry', 'asks'] as const;

/** How an execution of a task came to its end. */
export const executionResults = ['success', 'failure', 'blocked', 'lost', 'cancelled'] as const;
export type ExecutionResult = (typeof executionResults)[number];

export const workMetrics = {
  jobs: {
    type: 'gauge',
    of: 'records',
    help: 'Jobs that have not ended, by state.',
    labels: { state: openStates },
  },
  runs_started_total: { type: 'counter', of: 'records', help: 'Runs that were begun.', labels: {} },
  runs_finished_total: {
    type: 'counter',
    of: 'records',
    help: 'Runs that came to their end.',
    labels: { outcome: ['completed', 'failed', 'cancelled'] },
  },
  run_duration_seconds: {
    type: 'histogram',
    of: 'records',
    help: 'From the beginning of a run to its end.',
    labels: {},
    buckets: longBuckets,
  },
  tasks_enqueued_total: {
    type: 'counter',
    of: 'records',
    help: 'Tasks that were made: with their job, or by another task.',
    labels: { source: ['job', 'task'] },
  },
  tasks_finished_total: { type: 'counter', of: 'records', help: 'Tasks that came to their end.', labels: { outcome: endStates } },
  task_duration_seconds: {
    type: 'histogram',
    of: 'records',
    help: 'How long one execution of a task took, by its type.',
    labels: { kind: 'types of tasks' },
    buckets: shortBuckets,
  },
  task_queue_depth: {
    type: 'gauge',
    of: 'records',
    help: 'Tasks of jobs that have not ended: ready to be taken, running, waiting for others or for a place, waiting for their next try, or asking for something.',
    labels: { state: queueStates },
  },
  task_queue_oldest_age_seconds: {
    type: 'gauge',
    of: 'records',
    help: 'For how long the task is ready that is ready longest; 0 where none is.',
    labels: {},
  },
  task_attempts_total: {
    type: 'counter',
    of: 'records',
    help: 'Executions that began: the first of a task, one after another that failed, one after a process that was lost, or one that goes on with an answer or with what its parts came to.',
    labels: { reason: ['first', 'retry', 'recovery', 'continuation'] },
  },
  task_lease_expirations_total: {
    type: 'counter',
    of: 'records',
    help: 'Executions that were taken from a process because it was heard of no more.',
    labels: {},
  },
  fencing_rejections_total: {
    type: 'counter',
    of: 'process',
    help: 'What somebody wanted to write or deploy who had lost the right to it: nothing of it was done.',
    labels: { by: ['task', 'environment'] },
  },
  phase_duration_seconds: {
    type: 'histogram',
    of: 'records',
    help: 'How long one execution of a task of a phase took.',
    labels: { phase: runPhases },
    buckets: longBuckets,
  },
  phase_results_total: {
    type: 'counter',
    of: 'records',
    help: 'Executions of tasks of a phase that came to their end.',
    labels: { phase: runPhases, result: executionResults },
  },
  phase_retries_total: {
    type: 'counter',
    of: 'records',
    help: 'Executions of tasks of a phase after another that failed.',
    labels: { phase: runPhases },
  },
  workers: { type: 'gauge', of: 'records', help: 'Programs that execute tasks, by machine.', labels: { host: 'names of machines' } },
  running_tasks: {
    type: 'gauge',
    of: 'records',
    help: 'Tasks that are being executed, by machine.',
    labels: { host: 'names of machines' },
  },
} as const satisfies Readonly<Record<string, Metric>>;
