import type { ProcessId } from '../domain/ids.ts';
import { limitName, limitsOf, mostUnder } from '../domain/limits.ts';
import type { ConcurrencyLimit, Limited, SetLimit } from '../domain/limits.ts';
import type { Task } from '../domain/task.ts';
import type { Change } from './change.ts';

/** The limits on running tasks, as one change sees them. Counts are read once and then kept up with what moves. */
export class LimitsInForce {
  readonly #change: Change;
  readonly #read: () => Promise<readonly SetLimit[]>;
  readonly #running = new Map<string, number>();
  #set: ReadonlyMap<string, number> | undefined;

  constructor(change: Change, read: () => Promise<readonly SetLimit[]>) {
    this.#change = change;
    this.#read = read;
  }

  /** Tells that limits were set in this change, in which others may look at them after. */
  changed(): void {
    this.#set = undefined;
    // Counted by the limits that were known.
    this.#running.clear();
  }

  /** The first limit that does not let the task run now. */
  async reached(task: Task): Promise<ConcurrencyLimit | undefined> {
    for (const limit of await this.#of(task)) {
      if ((await this.#freeUnder(limit)) <= 0) return { of: limit.of, name: limit.name };
    }
    return undefined;
  }

  /** Tells what has begun or ceased to run. */
  moved(before: Task, after: Task): void {
    const by = Number(after.state === 'running') - Number(before.state === 'running');
    if (by === 0 || this.#running.size === 0) return;
    for (const limit of limitsOf(after, this.#set ?? new Map())) {
      const count = this.#running.get(limitName(limit));
      if (count !== undefined) this.#running.set(limitName(limit), count + by);
    }
  }

  /** Lets go on what was held back by the limits of a task that does not run any more. */
  async lift(task: Limited): Promise<void> {
    for (const limit of await this.#of(task)) await this.#liftOne(limit);
  }

  /** The same for one limit. */
  async liftUnder(limit: ConcurrencyLimit): Promise<void> {
    await this.#liftOne(limit);
  }

  /**
   * Makes as many tasks ready as the limit has places. One whose job is paused, or which nobody carries or shares, cannot take its place:
   * the next in line is made ready too. And so are as many of every other process: the first in line may have no place for
   * what it carries. Whoever claims first runs, and a claim that comes too late is held back again.
   */
  async #liftOne(limit: ConcurrencyLimit): Promise<void> {
    const free = await this.#freeUnder(limit);
    const lifted = new Map<ProcessId, number>();
    await this.#liftSome(limit, { free, carriedBy: undefined, lifted });
    if (lifted.size === 0) return;
    for (const { id } of await (await this.#change.records()).processes())
      await this.#liftSome(limit, { free: free - (lifted.get(id) ?? 0), carriedBy: id, lifted });
  }

  /** @param lifted counts what was made ready, by who carries it. */
  async #liftSome(
    limit: ConcurrencyLimit,
    {
      free,
      carriedBy,
      lifted,
    }: { readonly free: number; readonly carriedBy: ProcessId | undefined; readonly lifted: Map<ProcessId, number> },
  ): Promise<void> {
    let left = free;
    while (left > 0) {
      const held = await (await this.#change.records()).heldBack(limit, Math.min(left, atOnce), carriedBy);
      if (held.length === 0) return;
      for (const task of held) {
        const { state } = await this.#change.move(task, { type: 'lifted' }, 'A place is free');
        const { carriedBy: carrier } = await this.#change.job(task.jobId);
        if (state !== 'ready' || (carrier === undefined && !this.#change.parts.sharing)) continue;
        left -= 1;
        if (carrier !== undefined) lifted.set(carrier, (lifted.get(carrier) ?? 0) + 1);
      }
    }
  }

  async #of(task: Limited): Promise<readonly SetLimit[]> {
    return limitsOf(task, await this.#inForce());
  }

  async #inForce(): Promise<ReadonlyMap<string, number>> {
    this.#set ??= new Map((await this.#read()).map((limit) => [limitName(limit), limit.most]));
    return this.#set;
  }

  /** How many more may run, as far as this change goes; negative where a limit was lowered. */
  async #freeUnder(limit: ConcurrencyLimit): Promise<number> {
    const count = await this.#countOf(limit);
    return mostUnder(limit, await this.#inForce()) - count;
  }

  async #countOf(limit: ConcurrencyLimit): Promise<number> {
    const name = limitName(limit);
    const known = this.#running.get(name);
    if (known !== undefined) return known;
    const count = await (await this.#change.records()).runningUnder(limit);
    // Nobody else counts from here on. What was set may have changed until here.
    if (this.#running.size === 0) this.#set = undefined;
    this.#running.set(name, count);
    return count;
  }
}

/** So many are looked at in one go. */
const atOnce = 1_000;
