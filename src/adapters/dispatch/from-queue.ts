import type { Clock } from '../../ports/clock.ts';
import type { Claiming, Consumer, ReadyRefs } from '../../ports/dispatcher.ts';
import type { ForeignQueue, TakenEntry } from '../../ports/foreign-queue.ts';
import type { TaskRef } from '../../ports/records.ts';
import type { Found, Source } from './deliver-from.ts';
import { Returning } from './returning.ts';

export interface FromQueueOptions<Taken extends TakenEntry> {
  readonly queue: Pick<ForeignQueue<Taken>, 'take' | 'drop' | 'giveBack'>;
  readonly clock: Clock;
  /** How long the queue may refuse everything before that ends the delivery, in ms. */
  readonly busyLimitMs: number;
}

/** Ready for so long without being brought here, a task is taken to be lost to the queue, in ms. */
const lostAfterMs = 5_000;
/** How often that is looked for, and how long it takes until a queue is asked again that has refused, in ms. */
const redispatchEveryMs = 5_000;
const retryMs = 200;
/** What is given back comes again within, in ms. */
const longestReturnMs = 35_000;

/** What a consumer carries comes from the records, what is shared from a queue. */
export function fromQueue<Taken extends TakenEntry>(consumer: Consumer, options: FromQueueOptions<Taken>): Source {
  return new QueueSource(consumer, options);
}

class QueueSource<Taken extends TakenEntry> implements Source {
  readonly #consumer: Consumer;
  readonly #options: FromQueueOptions<Taken>;
  readonly #returning: Returning<Taken>;
  /** What came from the queue and is being offered. */
  readonly #offered = new Map<string, Taken[]>();
  /** Something was given back that the records may still hold as ready: until they do not, they are asked too. */
  #declined = false;
  /** Monotonic ms. */
  #refusedSince: number | undefined;
  #redispatchAt: number;

  constructor(consumer: Consumer, options: FromQueueOptions<Taken>) {
    this.#consumer = consumer;
    this.#options = options;
    this.#returning = new Returning(options.queue);
    this.#redispatchAt = options.clock.monotonic() + redispatchEveryMs;
  }

  async find(places: number): Promise<Found> {
    const carried = await this.#consumer.ready(places, 'carried');
    const left = places - carried.refs.length;
    if (!this.#consumer.shares || left <= 0) return carried;
    const taken = await this.#take(left);
    if (taken === undefined) return { refs: carried.refs, more: true, againMs: retryMs };
    for (const entry of taken) this.#offered.set(nameOf(entry.ref), [...(this.#offered.get(nameOf(entry.ref)) ?? []), entry]);
    if (taken.length > 0) this.#quietUntil(redispatchEveryMs);
    const refs = [...carried.refs, ...taken.map(({ ref }) => ref)];
    if (taken.length >= left) return { refs, more: true };
    const others = await this.#declinedOnce(left - taken.length);
    if (refs.length === 0 && others.refs.length === 0) await this.#redispatch();
    return { refs: [...refs, ...others.refs], more: carried.more || others.more };
  }

  answered(ref: TaskRef, claiming: Claiming | undefined): void {
    const name = nameOf(ref);
    const [entry, ...others] = this.#offered.get(name) ?? [];
    if (entry === undefined) return;
    if (others.length === 0) this.#offered.delete(name);
    else this.#offered.set(name, others);
    if (claiming === 'claimed' || claiming === 'stale') return this.#returning.drop(entry);
    if (claiming === 'deferred') {
      this.#declined = true;
      this.#quietUntil(longestReturnMs);
    }
    this.#returning.giveBack(entry);
  }

  close(): Promise<void> {
    return this.#returning.close();
  }

  /** @returns undefined when the queue has refused. @throws what it says, when it has done so for too long. */
  async #take(most: number): Promise<readonly Taken[] | undefined> {
    const { queue, clock, busyLimitMs } = this.#options;
    const began = clock.monotonic();
    try {
      const taken = await queue.take((route) => this.#consumer.accepts(route), most);
      this.#refusedSince = undefined;
      return taken;
    } catch (error) {
      this.#refusedSince ??= began;
      if (clock.monotonic() - this.#refusedSince > busyLimitMs) throw error;
      return undefined;
    }
  }

  /** What this consumer has declined for want of a place is not brought again at once: as soon as there is one, the records say what it was. */
  async #declinedOnce(places: number): Promise<ReadyRefs> {
    if (!this.#declined) return { refs: [], more: false };
    const found = await this.#consumer.ready(places, 'all');
    const refs = found.refs.filter((ref) => !this.#offered.has(nameOf(ref)));
    this.#declined = found.refs.length > 0 || found.more;
    return { refs, more: found.more };
  }

  /** A queue that brings something has not lost everything. */
  #quietUntil(ms: number): void {
    this.#redispatchAt = Math.max(this.#redispatchAt, this.#options.clock.monotonic() + ms);
  }

  async #redispatch(): Promise<void> {
    if (this.#options.clock.monotonic() < this.#redispatchAt) return;
    this.#quietUntil(redispatchEveryMs);
    await this.#consumer.redispatch(lostAfterMs);
  }
}

function nameOf({ taskId, epoch }: TaskRef): string {
  return `${taskId}:${epoch}`;
}
