import { expect } from 'vitest';
import { z } from 'zod';
import type { Decider } from '../../../src/domain/decision.ts';
import type { JobEvent } from '../../../src/domain/events.ts';
import type { JobId, TaskId } from '../../../src/domain/ids.ts';
import type { DependencySpec, JobSpec, TaskSpec } from '../../../src/domain/job.ts';
import type { Need, Outcome } from '../../../src/domain/outcome.ts';
import { defineTaskType } from '../../../src/domain/task-type.ts';
import type { TaskType } from '../../../src/domain/task-type.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Dispatcher } from '../../../src/ports/dispatcher.ts';
import type { Engine, JobStatus, TaskHistory } from '../../../src/weaver/engine.ts';
import { handle } from '../../../src/weaver/handler.ts';
import type { Handler, Registration } from '../../../src/weaver/handler.ts';
import type { Timing } from '../../../src/weaver/parts.ts';

/** An engine on the store under test. It retries after 10, 20, 40 ... ms instead of seconds. */
export interface EngineUnderTest extends AsyncDisposable {
  readonly engine: Engine;
  /**
   * One more engine on the same records, locks and artifacts, as another process or a later start would open it. The records stay until
   * the engine that {@link MakeEngine} gave is disposed.
   */
  another(registrations: readonly Registration[], options?: ConformanceOptions): Promise<EngineUnderTest>;
}

/** What cases ask of an engine besides its handlers. */
export interface ConformanceOptions {
  readonly timing?: Partial<Timing>;
  readonly decider?: Decider;
  readonly expects?: readonly TaskType<unknown, unknown>[];
  readonly namespace?: string;
  /** The clock of everything, the heartbeat included. */
  readonly clock?: Clock;
  /** In place of the one under test. */
  readonly dispatcher?: Dispatcher;
  /** Jobs that nobody carries belong to all workers that share. */
  readonly sharing?: boolean;
  /** It is about who carries a job: where jobs are shared, its engines do not share. */
  readonly carrying?: boolean;
}

export type MakeEngine = (registrations: readonly Registration[], options?: ConformanceOptions) => Promise<EngineUnderTest>;

/** The task type of most cases: any payload, any result. */
export const step = defineTaskType({ name: 'test.step', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });

export type StepHandler = Handler<unknown, unknown>;

/** A registration whose behaviour is chosen by the task's key; others succeed with their key. */
export function steps(behaviours: Readonly<Record<string, StepHandler>> = {}): Registration {
  return handle(step, async (context) => (await behaviours[context.key]?.(context)) ?? success(context.key));
}

export function success(result: unknown): Outcome {
  return { kind: 'success', result };
}

export function spec(key: string, more: Partial<TaskSpec> = {}): TaskSpec {
  return { type: 'test.step', key, payload: {}, ...more };
}

/** Waits for the success of each. */
export function after(...keys: readonly string[]): { readonly dependencies: readonly DependencySpec[] } {
  return { dependencies: keys.map((key) => ({ on: key, until: 'succeeded' })) };
}

/** Waits for the end of each, whatever it is. */
export function afterEndOf(...keys: readonly string[]): { readonly dependencies: readonly DependencySpec[] } {
  return { dependencies: keys.map((key) => ({ on: key, until: 'settled' })) };
}

/** Fails and wants no further attempt. */
export const failing: StepHandler = async () => ({ kind: 'failure', reason: 'no', retryHint: 'never' });

/** Fails and wants another attempt only in an hour. */
export const failingForAnHour: StepHandler = async () => ({ kind: 'failure', reason: 'later', retryHint: { delayMs: 3_600_000 } });

/** Waits for a signal «go» and succeeds with what it was told. */
export function asking(need: Partial<Need> & Pick<Need, 'from'>): StepHandler {
  const whole = { signal: 'go', question: 'Go on?', ...need } as Need;
  return async ({ answer }) =>
    answer === undefined
      ? { kind: 'blocked', reason: 'needs an answer', need: whole }
      : success({ payload: answer.payload, by: answer.by });
}

/** A handler that runs until its signal aborts. */
export function untilAborted(started: () => void = () => undefined): StepHandler {
  return ({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      started();
    });
}

export async function submitted(engine: Engine, job: Partial<JobSpec> & Pick<JobSpec, 'tasks'>): Promise<JobId> {
  const answer = await engine.submit({ title: 'a job', ...job });
  expect(answer.kind).toBe('submitted');
  return answer.jobId;
}

export async function statusOf(engine: Engine, jobId: JobId): Promise<JobStatus> {
  const status = await engine.status(jobId);
  if (status === undefined) throw new Error('The job is gone.');
  return status;
}

/** Runs a job until it can go no further by itself. */
export async function runJob(engine: Engine, jobId: JobId, concurrency = 4): Promise<JobStatus> {
  await using worker = await engine.work({ jobs: [jobId], concurrency });
  await worker.settled(jobId);
  return statusOf(engine, jobId);
}

/** Runs a job to its end, also when on the way it waits for what comes by itself. */
export async function runToEnd(engine: Engine, jobId: JobId): Promise<JobStatus> {
  await using _worker = await engine.work({ jobs: [jobId], concurrency: 4 });
  await Array.fromAsync(engine.events(jobId, { follow: true }));
  return statusOf(engine, jobId);
}

export async function run(engine: Engine, tasks: readonly TaskSpec[]): Promise<JobStatus> {
  return runJob(engine, await submitted(engine, { tasks }));
}

export async function taskByKey(engine: Engine, jobId: JobId, key: string): Promise<TaskHistory> {
  const found = (await engine.result(jobId)).tasks.find(({ task }) => task.key === key);
  if (found === undefined) throw new Error(`There is no task ${key}.`);
  return found;
}

export async function idOf(engine: Engine, jobId: JobId, key: string): Promise<TaskId> {
  return (await taskByKey(engine, jobId, key)).task.id;
}

/** The states of all tasks of a job, by key. */
export async function statesOf(engine: Engine, jobId: JobId): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await engine.tasks(jobId)).map((task) => [task.key, task.state]));
}

/** Resolves with the first event of the job, from its beginning, that is asked for. */
export async function happened(engine: Engine, jobId: JobId, wanted: (event: JobEvent) => boolean): Promise<JobEvent> {
  for await (const event of engine.events(jobId, { follow: true })) if (wanted(event)) return event;
  throw new Error('The job ended before it happened.');
}

/** Resolves once the task waits for this reason. */
export function waits(engine: Engine, jobId: JobId, key: string, waiting: string): Promise<JobEvent> {
  return happened(engine, jobId, (event) => event.type === 'task.state' && event.data.key === key && event.data.waiting === waiting);
}
