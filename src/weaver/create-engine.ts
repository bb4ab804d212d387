import { defaultDecider } from '../domain/decision.ts';
import type { Decider } from '../domain/decision.ts';
import type { TaskType } from '../domain/task-type.ts';
import { addTasks, seal } from './add-tasks.ts';
import { cancel } from './cancel.ts';
import { ChangeQueue } from './change-queue.ts';
import { checkHandlers } from './check-handlers.ts';
import type { Engine, Worker } from './engine.ts';
import { events } from './events.ts';
import type { Registration } from './handler.ts';
import { defaultTiming } from './parts.ts';
import type { EngineParts, Timing } from './parts.ts';
import { pause, resume } from './pause.ts';
import { jobResult, taskHistory } from './result.ts';
import { retry } from './retry.ts';
import { setLimit } from './set-limit.ts';
import { signal } from './signal.ts';
import { findJobs, jobStatus, jobViews } from './status.ts';
import { submit } from './submit.ts';
import { startWorker } from './worker.ts';

export interface EngineOptions extends Omit<
  EngineParts,
  'types' | 'registrations' | 'decider' | 'timing' | 'random' | 'workersHere' | 'queue'
> {
  readonly registrations: readonly Registration[];
  /**
   * Types that whoever executes tasks must be able to handle: a worker without a handler for one of them is refused. A program
   * that only submits names here what it submits, and registers nothing.
   */
  readonly expects?: readonly TaskType<unknown, unknown>[];
  readonly decider?: Decider;
  readonly random?: () => number;
  readonly timing?: Partial<Timing>;
}

/** Puts the engine together. Disposing it stops its workers; what was handed in stays open. @throws when two registrations have the same name. */
export function createEngine(options: EngineOptions): Engine {
  const base = {
    ...options,
    types: new Map([...(options.expects ?? []), ...options.registrations.map(({ type }) => type)].map((type) => [type.name, type])),
    registrations: byName(options.registrations),
    decider: options.decider ?? defaultDecider(),
    random: options.random ?? Math.random,
    timing: { ...defaultTiming, ...options.timing },
    workersHere: new Set<never>(),
  };
  const parts: EngineParts = { ...base, queue: new ChangeQueue(base) };
  const workers = new Set<Worker>();
  return {
    submit: (spec) => submit(parts, spec),
    add: (jobId, tasks) => addTasks(parts, jobId, tasks),
    seal: (jobId) => seal(parts, jobId),
    status: (id) => jobStatus(parts, id),
    jobs: (filter = {}) => jobViews(parts, filter),
    findJobs: (idOrPrefix) => findJobs(parts, idOrPrefix),
    result: (jobId) => jobResult(parts, jobId),
    task: (taskId) => taskHistory(parts, taskId),
    tasks: (jobId, filter) => parts.store.read((records) => records.tasks(jobId, filter)),
    events: (jobId, range) => events(parts, jobId, range),
    cancel: (jobId, reason) => cancel(parts, jobId, reason),
    signal: (taskId, name, payload, by) => signal(parts, { taskId, name, payload, by }),
    pause: (jobId, reason) => pause(parts, jobId, reason),
    resume: (jobId) => resume(parts, jobId),
    retry: (taskId, by) => retry(parts, taskId, by),
    limit: (limit, most) => setLimit(parts, limit, most),
    work: async (workerOptions) => {
      checkHandlers(parts.registrations, options.expects ?? []);
      const worker = await startWorker(parts, workerOptions);
      workers.add(worker);
      return worker;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...workers].map((worker) => worker.stop()));
    },
  };
}

function byName(registrations: readonly Registration[]): ReadonlyMap<string, Registration> {
  const names = new Map<string, Registration>();
  for (const registration of registrations) {
    const { name } = registration.type;
    if (names.has(name)) throw new Error(`The task type «${name}» is registered twice.`);
    names.set(name, registration);
  }
  return names;
}
