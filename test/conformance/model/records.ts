import type { Budget, JobState } from '../../../src/domain/job.ts';
import type { ConcurrencyLimit } from '../../../src/domain/limits.ts';
import type { Join } from '../../../src/domain/outcome.ts';
import type { NewTask } from './actions.ts';
import { bucket, hasEnded } from './parts.ts';
import type { ModelAttempt, ModelDecision, ModelEvent, ModelJob, ModelTask, ModelWorker, Situation } from './parts.ts';

/** Everything there is, and what follows from a change of one task. Nothing is counted: every figure is made anew from the tasks. */
export class ModelRecords {
  readonly jobs: ModelJob[] = [];
  readonly attempts: ModelAttempt[] = [];
  readonly decisions: ModelDecision[] = [];
  readonly workers: ModelWorker[] = [];
  readonly limits = new Map<string, number>();
  wall: number;
  monotonic: number;
  #born = 0;
  /** Tasks that have ended, or do not run or stand ready any more; what follows from it has not happened yet. */
  #left: ModelTask[] = [];
  /** Tasks that the transaction under way has made ready, in that order. */
  #readied: ModelTask[] = [];

  constructor(wall: number, monotonic: number) {
    this.wall = wall;
    this.monotonic = monotonic;
  }

  /** In the order of their creation. */
  tasks(): readonly ModelTask[] {
    return this.jobs.flatMap((job) => job.tasks).toSorted((one, other) => one.born - other.born);
  }

  jobOf(task: ModelTask): ModelJob {
    return this.jobAt(task.job);
  }

  jobAt(index: number): ModelJob {
    const job = this.jobs[index];
    if (job === undefined) throw new Error(`The model has no job ${index}.`);
    return job;
  }

  tell(task: ModelTask, type: string, more: Partial<ModelEvent> = {}): void {
    this.jobOf(task).events.push({ type, task: task.number, ...more });
  }

  /** Puts a task into another state; in a paused job nothing stands ready. */
  become(task: ModelTask, next: Situation, reason: string): void {
    const before = bucket(task);
    const { state } = task.now;
    task.now = next;
    if (next.state === 'ready') {
      task.epoch += 1;
      if (this.jobOf(task).paused) task.now = { state: 'pending', waiting: { reason: 'paused' } };
    }
    if (bucket(task) !== before && task.now.state !== 'running') this.tell(task, 'task.state', { ...described(task), reason });
    this.#note(task);
    const isCandidate = task.now.state === 'ready' || task.now.state === 'running';
    if (hasEnded(task) || state === 'running' || (state === 'ready' && !isCandidate)) this.#left.push(task);
  }

  #note(task: ModelTask): void {
    if (task.now.state !== 'ready') this.#readied = this.#readied.filter((each) => each !== task);
    else if (!this.#readied.includes(task)) this.#readied.push(task);
  }

  end(task: ModelTask, state: 'dead' | 'cancelled' | 'skipped', reason: string): void {
    this.become(task, { state, reason, endedAt: this.wall }, reason);
  }

  makeReady(task: ModelTask, reason: string): void {
    this.become(task, { state: 'ready', readyAt: this.wall }, reason);
  }

  create(job: number, specs: readonly NewTask[], from: { readonly budget: Budget; readonly parent?: Parent }): readonly ModelTask[] {
    const { tasks } = this.jobAt(job);
    const made = specs.map((spec): ModelTask => {
      const { key, type, priority, concurrencyKey } = spec;
      const task: ModelTask = {
        job,
        number: tasks.length + 1,
        born: (this.#born += 1),
        key,
        type,
        priority,
        concurrencyKey,
        budget: inherited(from.budget, spec.budget),
        parent: from.parent?.task,
        join: from.parent?.join,
        generation: from.parent?.task.decompositions ?? 0,
        dependencies: [],
        payload: { version: 0 },
        epoch: 0,
        executions: 0,
        failures: 0,
        leasesLost: 0,
        crashes: 0,
        costMicroUsd: 0,
        wallMs: 0,
        decompositions: 0,
        answer: undefined,
        now: {
          state: 'pending',
          waiting: { reason: 'deps' },
        },
      };
      tasks.push(task);
      return task;
    });
    for (const [index, { dependencies }] of specs.entries()) {
      for (const { on, until } of dependencies) {
        const target = 'sibling' in on ? made[on.sibling] : tasks[on.task - 1];
        if (target !== undefined) made[index]?.dependencies.push({ on: target, until });
      }
    }
    for (const task of made) {
      if (task.dependencies.length === 0) {
        task.epoch = 1;
        const ready: Situation = { state: 'ready', readyAt: this.wall };
        task.now = this.jobAt(job).paused ? { state: 'pending', waiting: { reason: 'paused' } } : ready;
      }
      this.#note(task);
      this.tell(task, 'task.created');
    }
    for (const task of made) {
      const known = task.dependencies.filter(({ on }) => !made.includes(on));
      this.#decideOn(task, known.length === task.dependencies.length, known.filter(isHopeless)[0]?.on);
    }
    return made;
  }

  /** Whether a task that waits for others still has to, or never can go on. @param ended the one that has ended just now. */
  #lookAtDependencies(task: ModelTask, ended: ModelTask): void {
    const told = task.dependencies.filter(({ on }) => on === ended || !this.#left.includes(on));
    const hopeless = told.filter(isHopeless).map(({ on }) => on);
    this.#decideOn(task, told.length === task.dependencies.length, hopeless.includes(ended) ? ended : hopeless[0]);
  }

  #decideOn(task: ModelTask, isWhole: boolean, hopeless: ModelTask | undefined): void {
    if (task.now.state !== 'pending' || task.now.waiting.reason !== 'deps') return;
    if (hopeless !== undefined) this.end(task, 'skipped', `Depends on ${hopeless.key}, which ended as ${hopeless.now.state}`);
    else if (isWhole && unmet(task) === 0) this.makeReady(task, 'Its dependencies are met');
  }

  /** A dependency that has ended and not as it had to. */
  hopelessDependency(task: ModelTask): ModelTask | undefined {
    return task.dependencies.find(isHopeless)?.on;
  }

  /**
   * Ends a transaction: everything follows that has to, and the states of the jobs are what their tasks make them.
   * @param takeUp may claim of what was made ready, which comes in the order in which it would be offered.
   */
  commit(takeUp: (readied: readonly ModelTask[]) => void = () => undefined): void {
    this.settleDown();
    takeUp(this.#readied.toSorted((one, other) => other.priority - one.priority));
    this.settleDown();
    this.#readied = [];
    for (const job of this.jobs) {
      const state = stateOf(job);
      if (state !== job.state) job.events.push({ type: 'job.state', task: 0, state, reason: reasonOf(job, state) });
      job.state = state;
      job.endedAt = ['completed', 'failed', 'cancelled', 'stuck'].includes(state) ? (job.endedAt ?? this.wall) : undefined;
    }
  }

  settleDown(): void {
    for (let task = this.#left.shift(); task !== undefined; task = this.#left.shift()) {
      if (hasEnded(task)) {
        const ended = task;
        const dependents = this.jobOf(task).tasks.filter((each) => each.dependencies.some(({ on }) => on === ended));
        for (const dependent of dependents) this.#lookAtDependencies(dependent, ended);
        if (task.parent !== undefined) this.#lookAtChildren(task.parent, task);
      }
      for (const limit of this.limitsOf(task)) this.lift(limit, limit.most);
    }
  }

  /** The limits under which a task stands: a key allows one, unless a limit says otherwise. */
  limitsOf({ type, concurrencyKey }: ModelTask): readonly (ConcurrencyLimit & { readonly most: number })[] {
    const ofType = this.limits.get(`type:${type}`);
    return [
      ...(ofType === undefined ? [] : [{ of: 'type' as const, name: type, most: ofType }]),
      ...(concurrencyKey === undefined
        ? []
        : [{ of: 'key' as const, name: concurrencyKey, most: this.limits.get(`key:${concurrencyKey}`) ?? 1 }]),
    ];
  }

  under({ of, name }: ConcurrencyLimit): readonly ModelTask[] {
    return this.tasks().filter((task) => (of === 'type' ? task.type : task.concurrencyKey) === name);
  }

  runningUnder(limit: ConcurrencyLimit): number {
    return this.under(limit).filter((task) => task.now.state === 'running').length;
  }

  heldBy(limit: ConcurrencyLimit): readonly ModelTask[] {
    return this.under(limit)
      .filter(({ now }) => now.state === 'pending' && now.waiting.reason === 'capacity' && now.waiting.limit.of === limit.of)
      .toSorted((one, other) => other.priority - one.priority || one.born - other.born);
  }

  /**
   * As many as there are places go on; those that nobody would take up now (a pause, no worker) keep no place from others. And as many of
   * every other worker: the one in whose jobs they are may have no place.
   */
  lift(limit: ConcurrencyLimit, most: number): void {
    const free = most - this.runningUnder(limit);
    const lifted: number[] = [];
    const liftSome = (tasks: readonly ModelTask[], places: number): void => {
      let left = places;
      for (const task of tasks) {
        if (left <= 0) return;
        this.makeReady(task, 'A place is free');
        const { carriedBy } = this.jobOf(task);
        if (task.now.state !== 'ready' || carriedBy === undefined) continue;
        left -= 1;
        lifted.push(carriedBy);
      }
    };
    liftSome(this.heldBy(limit), free);
    if (lifted.length === 0) return;
    const carriers = new Set(this.jobs.flatMap(({ carriedBy }) => carriedBy ?? []));
    for (const carrier of [...carriers].toSorted((one, other) => one - other)) {
      const held = this.heldBy(limit).filter((task) => this.jobOf(task).carriedBy === carrier);
      liftSome(held, free - lifted.filter((each) => each === carrier).length);
    }
  }

  childrenOf(parent: ModelTask): readonly ModelTask[] {
    return this.jobOf(parent).tasks.filter((each) => each.parent === parent && each.generation === parent.decompositions);
  }

  #lookAtChildren(parent: ModelTask, last: ModelTask): void {
    if (parent.now.state !== 'pending' || parent.now.waiting.reason !== 'children') return;
    const { join, nextPayload } = parent.now.waiting;
    const children = this.childrenOf(parent);
    if (last.generation !== parent.decompositions || !children.every((child) => hasEnded(child) && !this.#left.includes(child))) return;
    const settled = `All children have settled, the last was ${last.key}`;
    if (join === 'resume') {
      parent.payload = nextPayload ?? parent.payload;
      this.makeReady(parent, settled);
      return;
    }
    const failed = children.filter(({ now }) => now.state !== 'succeeded').map(({ key, now }) => `${key} (${now.state})`);
    if (failed.length > 0) {
      this.end(parent, 'dead', `Not all children succeeded: ${failed.join(', ')}`);
      return;
    }
    const result = Object.fromEntries(children.map(({ key, now }) => [key, now.state === 'succeeded' ? now.result : undefined]));
    this.become(parent, { state: 'succeeded', result, endedAt: this.wall }, settled);
  }
}

interface Parent {
  readonly task: ModelTask;
  readonly join: Join;
}

function isHopeless({ on, until }: ModelTask['dependencies'][number]): boolean {
  return hasEnded(on) && until === 'succeeded' && on.now.state !== 'succeeded';
}

/** How many of those a task waits for have not ended as it needs it. */
export function unmet(task: ModelTask): number {
  return task.dependencies.filter(({ on, until }) => !(on.now.state === 'succeeded' || (until === 'settled' && hasEnded(on)))).length;
}

/** Attempts are handed down, a deadline comes only nearer, cost and wall time are each level's own. */
function inherited(outer: Budget, inner: Budget): Budget {
  const attempts = inner.attempts ?? outer.attempts;
  const deadline = Math.min(inner.deadline ?? Infinity, outer.deadline ?? Infinity);
  return {
    ...(attempts === undefined ? {} : { attempts }),
    ...(deadline === Infinity ? {} : { deadline }),
    ...(inner.wallMs === undefined ? {} : { wallMs: inner.wallMs }),
    ...(inner.costMicroUsd === undefined ? {} : { costMicroUsd: inner.costMicroUsd }),
  };
}

function described({ now }: ModelTask): Partial<ModelEvent> {
  return { state: now.state, ...(now.state === 'pending' ? { waiting: now.waiting.reason } : {}) };
}

/** How many tasks of a job count under each bucket. */
export function countsOf({ tasks }: ModelJob): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const task of tasks) counts[bucket(task)] = (counts[bucket(task)] ?? 0) + 1;
  return counts;
}

/** What holds a job that is stuck is told after it, in words that are not for the model to choose. */
export const stuckReason = 'Nothing can move any more';

function stateOf(job: ModelJob): JobState {
  const counts = countsOf(job);
  const some = (...buckets: readonly string[]): boolean => buckets.some((each) => (counts[each] ?? 0) > 0);
  const goesOnAlone = some('ready', 'backoff', 'capacity', 'paused');
  const answerable = some('person', 'event', 'budget', 'deadline');
  const open = !job.sealed && job.cancel === undefined;
  if (some('running')) return 'running';
  if (job.paused && (goesOnAlone || answerable || open)) return 'paused';
  if (goesOnAlone) return 'running';
  if (answerable) return 'waiting';
  if (open) return 'running';
  if (some('deps', 'children', 'nobody')) return 'stuck';
  if (job.cancel !== undefined) return 'cancelled';
  return some('dead', 'cancelled') ? 'failed' : 'completed';
}

function reasonOf(job: ModelJob, state: JobState): string {
  const { dead = 0, cancelled = 0, answered = 0 } = countsOf(job);
  const all = job.tasks.length;
  const began = answered === 1 ? 'the task that had begun it' : 'the tasks that had begun them';
  switch (state) {
    case 'running':
      return 'Tasks can be run';
    case 'paused':
      return 'Paused: a break';
    case 'completed':
      return `All ${all} tasks are done${answered === 0 ? '' : `; ${answered} of them died, and ${began} went on`}`;
    case 'failed':
      return `${dead + cancelled} of ${all} tasks did not succeed`;
    case 'cancelled':
      return job.cancel ?? '';
    case 'waiting':
      return job.tasks
        .flatMap(({ key, now }) => (now.state === 'pending' && 'need' in now.waiting ? [`${key}: ${now.waiting.need.question}`] : []))
        .join('; ');
    case 'stuck':
      return stuckReason;
  }
}
