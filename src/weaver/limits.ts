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
      if ((await this.#countOf(limit)) >= limit.most) return { of: limit.of, name: limit.name };
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
    await this.#liftOne({ ...limit, most: mostUnder(limit, await this.#inForce()) });
  }

  /**
   * Makes as many tasks ready as the limit has places. One whose job is paused, or which nobody carries, cannot take its place:
   * the next in line is made ready too.
   */
  async #liftOne(limit: SetLimit): Promise<void> {
    let free = limit.most - (await this.#countOf(limit));
    while (free > 0) {
      const held = await (await this.#change.records()).heldBack(limit, Math.min(free, atOnce));
      if (held.length === 0) return;
      for (const task of held) {
        const lifted = await this.#change.move(task, { type: 'lifted' }, 'A place is free');
        if (lifted.state === 'ready' && (await this.#change.job(task.jobId)).carriedBy !== undefined) free -= 1;
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

  async #countOf(limit: ConcurrencyLimit): Promise<number> {
    const name = limitName(limit);
    const count = this.#running.get(name) ?? (await (await this.#change.records()).runningUnder(limit));
    this.#running.set(name, count);
    return count;
  }
}

/** So many are looked at in one go. */
const atOnce = 1_000;
