import type { JobId, TaskId } from '../../src/domain/ids.ts';
import { bucketOf, deriveJobState, jobHasEnded } from '../../src/domain/job.ts';
import type { Job } from '../../src/domain/job.ts';
import { limitName, limitsOf } from '../../src/domain/limits.ts';
import { hasEnded } from '../../src/domain/task.ts';
import type { Task } from '../../src/domain/task.ts';
import type { AttemptRecord, DecisionRecord, DependencyRecord } from '../../src/ports/records.ts';
import type { StoreReader } from '../../src/ports/store.ts';
import { isMet } from '../../src/weaver/neighbours.ts';
import type { Look } from './faulty-store.ts';
import type { Machine } from './machine.ts';
import type { Touched } from './touched.ts';

/** Everything about one job at one moment. */
interface Seen {
  readonly job: Job;
  readonly tasks: readonly Task[];
  readonly attempts: readonly AttemptRecord[];
  readonly decisions: readonly DecisionRecord[];
}

/** Looks after every commit whether what was written is what may be. */
export class CommitChecks {
  readonly #machine: Machine;
  readonly #look: Look;
  readonly #tasks = new Map<TaskId, Task>();
  readonly #lastSeq = new Map<JobId, number>();
  /** Edges that held nobody back at some moment. */
  readonly #met = new Set<string>();
  /** How attempts ended, by their ids. */
  readonly #ends = new Map<string, string>();
  #limits: ReadonlyMap<string, number> = new Map();
  #commits = 0;

  constructor(machine: Machine, look: Look) {
    this.#machine = machine;
    this.#look = look;
  }

  /** How many commits wrote something. */
  get commits(): number {
    return this.#commits;
  }

  async committed(touched: Touched): Promise<void> {
    if (!touched.wrote) return;
    this.#commits += 1;
    await this.#look(async (records) => {
      const limits = new Map((await records.limits()).map((limit) => [limitName(limit), limit.most]));
      for (const id of touched.jobs) await this.#job(records, id, limits);
      this.#limits = limits;
      for (const { childTaskIds, taskId } of touched.decisions) {
        for (const child of childTaskIds) {
          if ((await records.task(child)) === undefined)
            this.#wrong(`A decision on ${taskId} names the child ${child}, which does not exist.`);
        }
      }
    });
  }

  async #job(records: StoreReader, id: JobId, limits: ReadonlyMap<string, number>): Promise<void> {
    const job = await records.job(id);
    if (job === undefined) return this.#wrong(`Job ${id} is gone.`);
    const tasks = await records.tasks(id);
    const seen = { job, tasks, attempts: await records.attempts({ jobId: id }), decisions: await records.decisions({ jobId: id }) };
    this.#sums(seen);
    await this.#events(records, job);
    const attempts = Map.groupBy(seen.attempts, ({ taskId }) => taskId);
    const decisions = Map.groupBy(seen.decisions, ({ taskId }) => taskId);
    for (const task of tasks) {
      this.#attempts(task, attempts.get(task.id) ?? [], decisions.get(task.id) ?? []);
    }
    const byId = new Map(tasks.map((task) => [task.id, task]));
    for (const task of tasks) {
      const before = this.#tasks.get(task.id);
      if (before?.epoch === task.epoch && before.state === task.state && task.state !== 'running') continue;
      for (const edge of await records.dependencies([task.id])) {
        const on = byId.get(edge.onTaskId);
        if (on === undefined) this.#wrong(`${task.key} depends on ${edge.onTaskId}, which is no task of its job.`);
        else if (isMet(edge, on)) this.#met.add(nameOf(edge));
      }
      await this.#moved(records, before, task, { job, limits });
    }
    // Also the edges of those that did not move themselves.
    for (const task of tasks) {
      if (!hasEnded(task) || this.#tasks.get(task.id)?.state === task.state) continue;
      for (const edge of await records.dependents([task.id])) if (isMet(edge, task)) this.#met.add(nameOf(edge));
    }
    for (const task of tasks) this.#tasks.set(task.id, task);
  }

  #sums({ job, tasks }: Seen): void {
    const counts: Record<string, number> = {};
    for (const task of tasks) counts[bucketOf(task)] = (counts[bucketOf(task)] ?? 0) + 1;
    for (const bucket of new Set([...Object.keys(counts), ...Object.keys(job.counts)])) {
      const stored = (job.counts as Readonly<Record<string, number>>)[bucket] ?? 0;
      if (stored !== (counts[bucket] ?? 0))
        this.#wrong(`${job.title} counts ${stored} tasks as ${bucket}, there are ${counts[bucket] ?? 0}.`);
    }
    if (job.state !== deriveJobState(job)) this.#wrong(`${job.title} is ${job.state}; its tasks make it ${deriveJobState(job)}.`);
    if (jobHasEnded(job.state) !== (job.endedAt !== undefined)) this.#wrong(`${job.title} is ${job.state} and ended at ${job.endedAt}.`);
    const cost = tasks.reduce((sum, task) => sum + task.costMicroUsd, 0);
    if (job.costMicroUsd !== cost) this.#wrong(`${job.title} has cost ${job.costMicroUsd}, its tasks ${cost}.`);
    const wall = tasks.reduce((sum, task) => sum + task.wallMs, 0);
    if (job.wallMs !== wall) this.#wrong(`${job.title} took ${job.wallMs} ms, its tasks ${wall}.`);
    if (new Set(tasks.map((task) => task.number)).size !== tasks.length) this.#wrong(`Two tasks of ${job.title} have the same number.`);
  }

  async #events(records: StoreReader, job: Job): Promise<void> {
    const last = this.#lastSeq.get(job.id) ?? 0;
    const fresh = await records.events(`job:${job.id}`, last, 100_000);
    for (const [index, event] of fresh.entries()) {
      if (event.seq !== last + index + 1)
        this.#wrong(`Event ${last + index + 1} of ${job.title} is missing: ${event.seq} follows ${last + index}.`);
    }
    if (job.lastSeq !== last + fresh.length)
      this.#wrong(`${job.title} has numbered ${job.lastSeq} events, there are ${last + fresh.length}.`);
    this.#lastSeq.set(job.id, job.lastSeq);
  }

  #attempts(task: Task, attempts: readonly AttemptRecord[], decisions: readonly DecisionRecord[]): void {
    if (attempts.length !== task.executions)
      this.#wrong(`${task.key} was executed ${task.executions} times in ${attempts.length} attempts.`);
    if (new Set(attempts.map(({ epoch }) => epoch)).size !== attempts.length)
      this.#wrong(`Two attempts of ${task.key} have the same epoch.`);
    const open = attempts.filter(({ end }) => end === undefined);
    const expected = task.state === 'running' ? [task.lease.attemptId] : [];
    if (open.map(({ id }) => id).join() !== expected.join()) this.#wrong(`${task.key} is ${task.state} with ${open.length} open attempts.`);
    for (const { id, end } of attempts) {
      if (end === undefined) continue;
      const ended = `${end.outcome} at ${end.at}`;
      const before = this.#ends.get(id) ?? ended;
      if (ended !== before) this.#wrong(`An attempt of ${task.key} ended as ${before}, and again as ${ended}.`);
      this.#ends.set(id, ended);
    }
    const decided = decisions.flatMap(({ attemptId }) => attemptId ?? []);
    if (new Set(decided).size !== decided.length) this.#wrong(`Two decisions were made on one attempt of ${task.key}.`);
    this.#successes(task, attempts, decisions);
  }

  /** Each success ended its task, or gave birth to others; only of a job that was being cancelled was that left. */
  #successes(task: Task, attempts: readonly AttemptRecord[], decisions: readonly DecisionRecord[]): void {
    const successes = attempts.filter(({ end }) => end?.outcome === 'success');
    const births = new Set(decisions.filter(({ kind }) => kind === 'decompose').map(({ attemptId }) => attemptId));
    const own = successes.filter(({ id }) => !births.has(id));
    const last = attempts.at(-1);
    const composed = last !== undefined && births.has(last.id);
    const most = (task.state === 'succeeded' && !composed) || task.state === 'cancelled' ? 1 : 0;
    const least = task.state === 'cancelled' ? 0 : most;
    if (own.length < least || own.length > most) this.#wrong(`${task.key} is ${task.state} after ${own.length} successes of its own.`);
  }

  async #moved(
    records: StoreReader,
    before: Task | undefined,
    task: Task,
    { job, limits }: { readonly job: Job; readonly limits: ReadonlyMap<string, number> },
  ): Promise<void> {
    if (before !== undefined) {
      if (task.epoch < before.epoch) this.#wrong(`The epoch of ${task.key} fell from ${before.epoch} to ${task.epoch}.`);
      const final = before.state === 'succeeded' || before.state === 'decomposed' || before.state === 'cancelled';
      if (final && task.state !== before.state) this.#wrong(`${task.key} was ${before.state} and is ${task.state}.`);
    }
    if (task.state !== 'running' || (before?.state === 'running' && before.epoch === task.epoch)) return;
    if (job.carriedBy !== task.lease.owner) this.#wrong(`${task.key} runs in ${task.lease.owner}; ${job.carriedBy} carries its job.`);
    if (!(await records.processes()).some(({ id }) => id === task.lease.owner))
      this.#wrong(`${task.key} runs in ${task.lease.owner}, which has ended.`);
    for (const edge of await records.dependencies([task.id])) {
      if (!this.#met.has(nameOf(edge))) this.#wrong(`${task.key} was started before its dependency on ${edge.onTaskId} was met.`);
    }
    for (const limit of [...limitsOf(task, limits), ...limitsOf(task, this.#limits)]) {
      const name = limitName(limit);
      // One that was changed in the same transaction may have been the old one when the task was started.
      const each = [limits, this.#limits].map((set) => limitsOf(task, set).find((other) => limitName(other) === name)?.most ?? Infinity);
      const most = Math.max(...each);
      const running = await records.runningUnder(limit);
      if (running > most) this.#wrong(`${running} tasks run under the limit ${name} of ${most}.`);
    }
  }

  #wrong(what: string): void {
    this.#machine.violate(what);
  }
}

function nameOf(edge: DependencyRecord): string {
  return `${edge.taskId}>${edge.onTaskId}`;
}
