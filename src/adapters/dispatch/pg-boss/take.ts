import type { Db } from 'pg-boss';
import type { Route } from '../../../domain/needs.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { ForeignQueue, TakenEntry } from '../../../ports/foreign-queue.ts';
import type { TaskRef } from '../../../ports/records.ts';
import type { Boss } from './boss.ts';
import type { Queues } from './queues.ts';
import { unflushed } from './unflushed.ts';

/** An entry as pg-boss knows it: the number of its attempt keeps apart who has it now from who had it before. */
export interface Fetched extends TakenEntry {
  readonly queue: string;
  readonly id: string;
  readonly retryCount: number;
}

/** How long the list of queues is believed while they give something, in ms; longer than until the next look at an idle one. */
const listMs = 5_000;

/** The side of pg-boss that workers take from. */
export class BossQueue implements Pick<ForeignQueue<Fetched>, 'take' | 'drop' | 'giveBack'> {
  readonly #boss: Boss;
  readonly #queues: Queues;
  readonly #clock: Clock;
  readonly #database: Db;
  /** Which queue is asked first: each in turn, so that a full one keeps nobody from the others. */
  #turn = 0;

  constructor({
    boss,
    queues,
    clock,
    database,
  }: {
    readonly boss: Boss;
    readonly queues: Queues;
    readonly clock: Clock;
    readonly database: Db;
  }) {
    this.#boss = boss;
    this.#queues = queues;
    this.#clock = clock;
    this.#database = unflushed(database);
  }

  async take(accepts: (route: Route) => boolean, most: number): Promise<readonly Fetched[]> {
    const known = this.#queues.accepted(accepts);
    const taken = await this.#fetchFrom(known, most);
    if (taken.length >= most || (taken.length > 0 && this.#queues.age(this.#clock.monotonic()) < listMs)) return taken;
    return orSome(taken, async () => {
      await this.#queues.list(this.#clock.monotonic());
      const others = this.#queues.accepted(accepts).filter((name) => !known.includes(name));
      return [...taken, ...(await this.#fetchFrom(others, most - taken.length))];
    });
  }

  /** Deleted, not kept as completed: what has been done is in the records. */
  async drop(taken: readonly Fetched[]): Promise<void> {
    for (const [queue, entries] of Map.groupBy(taken, (entry) => entry.queue))
      await this.#boss.use((boss) => boss.deleteJob(queue, attemptsOf(entries)));
  }

  async giveBack(taken: readonly Fetched[]): Promise<void> {
    for (const [queue, entries] of Map.groupBy(taken, (entry) => entry.queue))
      await this.#boss.use((boss) => boss.fail(queue, attemptsOf(entries)));
  }

  async #fetchFrom(names: readonly string[], most: number): Promise<readonly Fetched[]> {
    let taken: readonly Fetched[] = [];
    this.#turn += 1;
    for (const index of names.keys()) {
      const queue = names[(this.#turn + index) % names.length];
      if (queue === undefined || taken.length >= most) break;
      const before = taken;
      taken = await orSome(before, async () => [...before, ...(await this.#fetch(queue, most - before.length))]);
    }
    return taken;
  }

  async #fetch(queue: string, batchSize: number): Promise<readonly Fetched[]> {
    const jobs = await this.#boss.use((boss) => boss.fetch<unknown>(queue, { batchSize, includeMetadata: true, db: this.#database }));
    const foreign = jobs.filter(({ data }) => !isRef(data));
    if (foreign.length > 0) await this.#boss.use((boss) => boss.deleteJob(queue, attemptsOf(foreign)));
    // It takes the most urgent ones, and hands them out in any order.
    const inOrder = jobs.toSorted((one, other) => other.priority - one.priority || Number(one.createdOn) - Number(other.createdOn));
    return inOrder.flatMap(({ id, retryCount, data }) => (isRef(data) ? [{ queue, id, retryCount, ref: data }] : []));
  }
}

/** What has been taken is not lost because more of it cannot be had. */
async function orSome(taken: readonly Fetched[], more: () => Promise<readonly Fetched[]>): Promise<readonly Fetched[]> {
  try {
    return await more();
  } catch (error) {
    if (taken.length === 0) throw error;
    return taken;
  }
}

/** Not everything in the queue need be ours. */
function isRef(data: unknown): data is TaskRef {
  if (typeof data !== 'object' || data === null || !('taskId' in data) || !('epoch' in data)) return false;
  return typeof data.taskId === 'string' && typeof data.epoch === 'number';
}

function attemptsOf(entries: readonly { readonly id: string; readonly retryCount: number }[]): { id: string; retryCount: number }[] {
  return entries.map(({ id, retryCount }) => ({ id, retryCount }));
}
