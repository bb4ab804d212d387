import { defaultDecider } from '../domain/decision.ts';
import type { Decider } from '../domain/decision.ts';
import type { TaskId } from '../domain/ids.ts';
import { cancel } from './cancel.ts';
import type { Engine, Worker } from './engine.ts';
import { events } from './events.ts';
import type { Registration } from './handler.ts';
import { defaultTiming } from './parts.ts';
import type { EngineParts, Timing } from './parts.ts';
import { signal } from './signal.ts';
import { findJobs, history, jobView, jobViews } from './status.ts';
import { submit } from './submit.ts';
import { startWorker } from './worker.ts';

export interface EngineOptions extends Omit<EngineParts, 'registrations' | 'decider' | 'timing' | 'random'> {
  readonly registrations: readonly Registration[];
  readonly decider?: Decider;
  readonly random?: () => number;
  readonly timing?: Partial<Timing>;
}

/** Puts the engine together. Disposing it stops its workers; what was handed in stays open. @throws when two registrations have the same name. */
export function createEngine(options: EngineOptions): Engine {
  const parts: EngineParts = {
    ...options,
    registrations: byName(options.registrations),
    decider: options.decider ?? defaultDecider(),
    random: options.random ?? Math.random,
    timing: { ...defaultTiming, ...options.timing },
  };
  const workers = new Set<Worker>();
  return {
    submit: (spec) => submit(parts, spec),
    job: (id) => jobView(parts, id),
    jobs: (filter = {}) => jobViews(parts, filter),
    findJobs: (idOrPrefix) => findJobs(parts, idOrPrefix),
    tasks: (jobId) => parts.store.read((records) => records.tasks(jobId)),
    history: (jobId) => history(parts, jobId),
    events: (jobId, range) => events(parts, jobId, range),
    cancel: (jobId, reason) => cancel(parts, jobId, reason),
    signal: (taskId: TaskId, name, payload, by) => signal(parts, { taskId, name, payload, by }),
    work: async (workerOptions) => {
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
