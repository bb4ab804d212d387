import { defaultDecider } from '../domain/decision.ts';
import type { Decider } from '../domain/decision.ts';
import { Failure } from '../domain/failure.ts';
import type { TaskType } from '../domain/task-type.ts';
import { addTasks, seal } from './add-tasks.ts';
import { cancel } from './cancel.ts';
import { ChangeQueue } from './change-queue.ts';
import { checkHandlers } from './check-handlers.ts';
import { checkWorkerOptions, timingOf } from './check-options.ts';
import type { Engine, Worker } from './engine.ts';
import { closed, EngineLife } from './engine-life.ts';
import { events, eventsOfAll } from './events.ts';
import type { Registration } from './handler.ts';
import type { EngineParts, Timing } from './parts.ts';
import { pause, resume } from './pause.ts';
import { attemptsOf, decisionsOf, jobResult, taskHistory } from './result.ts';
import { redispatch } from './redispatch.ts';
import { retry } from './retry.ts';
import { setLimit } from './set-limit.ts';
import { signal } from './signal.ts';
import { findJobs, jobStatus, jobViews } from './status.ts';
import { stalled } from './stalled.ts';
import { submit } from './submit.ts';
import { startWorker } from './start-worker.ts';
import { workers } from './workers.ts';

export interface EngineOptions extends Omit<
  EngineParts,
  'types' | 'registrations' | 'decider' | 'timing' | 'random' | 'workersHere' | 'queue' | 'life' | 'sharing'
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
  /** See {@link EngineParts.sharing}. Default false. */
  readonly sharing?: boolean;
}

/**
 * Puts the engine together. Disposing it stops its workers, waits for what is under way and refuses whatever is asked for later; what was
 * handed in stays open.
 *
 * @throws Failure (usage) when two registrations have the same name, or a time is none.
 */
export function createEngine(options: EngineOptions): Engine {
  const life = new EngineLife();
  const base = {
    ...options,
    types: new Map([...(options.expects ?? []), ...options.registrations.map(({ type }) => type)].map((type) => [type.name, type])),
    registrations: byName(options.registrations),
    decider: options.decider ?? defaultDecider(),
    random: options.random ?? Math.random,
    timing: timingOf(options.timing),
    sharing: options.sharing ?? false,
    workersHere: new Set<never>(),
    life,
  };
  const parts: EngineParts = { ...base, queue: new ChangeQueue(base) };
  const started = new Set<Worker>();
  let disposing: Promise<void> | undefined;

  async function dispose(): Promise<void> {
    life.refuse();
    try {
      await Promise.all([...started].map((worker) => worker.stop()));
    } finally {
      await life.idle();
    }
  }

  return {
    submit: (spec) => life.call(() => submit(parts, spec)),
    add: (jobId, tasks) => life.call(() => addTasks(parts, jobId, tasks)),
    seal: (jobId) => life.call(() => seal(parts, jobId)),
    status: (id) => life.call(() => jobStatus(parts, id)),
    jobs: (filter = {}) => life.call(() => jobViews(parts, filter)),
    findJobs: (idOrPrefix) => life.call(() => findJobs(parts, idOrPrefix)),
    result: (jobId) => life.call(() => jobResult(parts, jobId)),
    task: (taskId) => life.call(() => taskHistory(parts, taskId)),
    tasks: (jobId, filter) => life.call(() => parts.store.read((records) => records.tasks(jobId, filter))),
    taskKinds: (jobIds) => life.call(() => parts.store.read((records) => records.taskKinds(jobIds))),
    attempts: (jobId) => life.call(() => attemptsOf(parts, jobId)),
    decisions: (jobId) => life.call(() => decisionsOf(parts, jobId)),
    backlog: () => life.call(() => parts.store.read((records) => records.backlog())),
    stalled: (readyForMs, limit) => life.call(() => stalled(parts, { readyForMs, limit })),
    events: (jobId, range) => events(parts, jobId, range),
    eventsOfAll: (range) => eventsOfAll(parts, range),
    newestEvent: () => life.call(() => parts.store.read((records) => records.newestEvent())),
    cancel: (jobId, reason) => life.call(() => cancel(parts, jobId, reason)),
    signal: (taskId, name, payload, by) => life.call(() => signal(parts, { taskId, name, payload, by })),
    pause: (jobId, reason) => life.call(() => pause(parts, jobId, reason)),
    resume: (jobId) => life.call(() => resume(parts, jobId)),
    retry: (taskId, by) => life.call(() => retry(parts, taskId, by)),
    limit: (limit, most) => life.call(() => setLimit(parts, limit, most)),
    workers: () => life.call(() => workers(parts)),
    redispatch: () => life.call(() => redispatch(parts, { readyForMs: 0 })),
    work: (workerOptions) =>
      life.call(async () => {
        checkHandlers(parts.registrations, options.expects ?? []);
        checkWorkerOptions(workerOptions, parts.sharing);
        const worker = await startWorker(parts, workerOptions);
        started.add(worker);
        if (!life.over.aborted) return worker;
        await worker.stop();
        throw closed();
      }),
    [Symbol.asyncDispose]: () => {
      disposing ??= dispose();
      return disposing;
    },
  };
}

function byName(registrations: readonly Registration[]): ReadonlyMap<string, Registration> {
  const names = new Map<string, Registration>();
  for (const registration of registrations) {
    const { name } = registration.type;
    if (names.has(name)) throw registeredTwice(name);
    names.set(name, registration);
  }
  return names;
}

function registeredTwice(name: string): Failure {
  return new Failure(
    'usage',
    {
      what: 'The engine was not opened.',
      why: `The task type «${name}» is registered twice.`,
      fix: 'Register one handler for it, or give the other one a type of another name.',
    },
    { facts: { name } },
  );
}
