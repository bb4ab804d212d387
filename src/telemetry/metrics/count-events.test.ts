import { beforeEach, expect, it } from 'vitest';
import type { EventCursor, JobEvent, NewJobEvent } from '../../domain/events.ts';
import type { JobId, TaskId } from '../../domain/ids.ts';
import { countEvents } from './count-events.ts';
import type { EventCounter } from './count-events.ts';
import { createInstruments } from './instruments.ts';
import type { Instruments } from './instruments.ts';

const job = 'job-1' as JobId;
let instruments: Instruments;
let counter: EventCounter;
let now: number;

beforeEach(() => {
  instruments = createInstruments({});
  counter = countEvents(instruments, (type) => (type === 'world' ? 'worlds' : undefined));
  now = 1_000;
});

function see(event: NewJobEvent, afterMs = 0, of = job): JobId | undefined {
  now += afterMs;
  return counter.see({ ...event, stream: `job:${of}`, seq: 1, position: '1' as EventCursor, version: 2, at: now } as JobEvent);
}

function task(id: string, taskType = 'world') {
  return { taskId: id as TaskId, taskType, key: id };
}

function begin(id: string, epoch: number): void {
  see({ type: 'task.started', data: { ...task(id), attemptId: 'a', epoch } });
}

/** Lines of the metric that are not zero. */
async function counted(metric: string): Promise<readonly string[]> {
  const lines = (await instruments.text()).split('\n');
  return lines.filter((line) => line.startsWith(`miyabi_${metric}`) && !line.endsWith(' 0')).map((line) => line.slice('miyabi_'.length));
}

it('counts a run from its beginning to its end, and hands its name on once', async () => {
  see({ type: 'job.submitted', data: { jobId: job, title: 'x', tasks: 1 } });
  see({ type: 'task.created', data: { ...task('a'), parentTaskId: null } });
  see({ type: 'task.created', data: { ...task('b'), parentTaskId: 'a' as TaskId } });
  expect(see({ type: 'job.state', data: { jobId: job, state: 'running', reason: '' } })).toBeUndefined();
  expect(see({ type: 'job.state', data: { jobId: job, state: 'completed', reason: '' } }, 2_000)).toBe(job);
  expect(await counted('runs_')).toEqual(['runs_started_total 1', 'runs_finished_total{outcome="completed"} 1']);
  expect(await counted('run_duration_seconds_sum')).toEqual(['run_duration_seconds_sum 2']);
  expect(await counted('tasks_enqueued_total')).toEqual(['tasks_enqueued_total{source="job"} 1', 'tasks_enqueued_total{source="task"} 1']);
});

it('a job without a task of a phase is no run', async () => {
  see({ type: 'job.submitted', data: { jobId: job, title: 'a notice', tasks: 1 } });
  see({ type: 'task.created', data: { ...task('a', 'notice'), parentTaskId: null } });
  expect(see({ type: 'job.state', data: { jobId: job, state: 'completed', reason: '' } })).toBeUndefined();
  expect(await counted('runs_')).toEqual([]);
});

it('tells executions apart by why they began and how they ended', async () => {
  begin('a', 1);
  see({ type: 'task.state', data: { ...task('a'), state: 'pending', waiting: 'backoff', reason: '' } }, 1_000);
  begin('a', 2);
  see({ type: 'lease.lost', data: { ...task('a'), epoch: 2, owner: 'p' } }, 500);
  see({ type: 'task.state', data: { ...task('a'), state: 'ready', reason: '' } });
  begin('a', 3);
  see({ type: 'task.state', data: { ...task('a'), state: 'pending', waiting: 'person', reason: '' } });
  begin('a', 4);
  see({ type: 'task.state', data: { ...task('a'), state: 'succeeded', reason: '' } }, 250);
  expect(await counted('task_attempts_total')).toEqual([
    'task_attempts_total{reason="first"} 1',
    'task_attempts_total{reason="retry"} 1',
    'task_attempts_total{reason="recovery"} 1',
    'task_attempts_total{reason="continuation"} 1',
  ]);
  expect(await counted('phase_results_total')).toEqual([
    'phase_results_total{phase="worlds",result="success"} 1',
    'phase_results_total{phase="worlds",result="failure"} 1',
    'phase_results_total{phase="worlds",result="blocked"} 1',
    'phase_results_total{phase="worlds",result="lost"} 1',
  ]);
  expect(await counted('phase_retries_total')).toEqual(['phase_retries_total{phase="worlds"} 1']);
  expect(await counted('task_lease_expirations_total')).toEqual(['task_lease_expirations_total 1']);
  expect(await counted('phase_duration_seconds_sum{phase="worlds"}')).toEqual(['phase_duration_seconds_sum{phase="worlds"} 1.75']);
  expect(await counted('tasks_finished_total')).toEqual(['tasks_finished_total{outcome="succeeded"} 1']);
});

it('what was handed back by a process that ends has not failed, and of what began before it was looked the time is not known', async () => {
  begin('a', 1);
  see({ type: 'task.state', data: { ...task('a'), state: 'ready', reason: '' } });
  see({ type: 'task.state', data: { ...task('b'), state: 'succeeded', reason: '' } });
  expect(await counted('phase_results_total')).toEqual(['phase_results_total{phase="worlds",result="cancelled"} 1']);
  expect(await counted('tasks_finished_total')).toEqual(['tasks_finished_total{outcome="succeeded"} 1']);
});

it('clocks that go back make no time less than nothing', async () => {
  begin('a', 1);
  see({ type: 'task.state', data: { ...task('a'), state: 'dead', reason: '' } }, -500);
  expect(await counted('phase_duration_seconds_sum')).toEqual([]);
  expect(await counted('phase_duration_seconds_count')).toEqual(['phase_duration_seconds_count{phase="worlds"} 1']);
});
