import type { Clock } from '../../ports/clock.ts';
import type { Claiming, Consumer } from '../../ports/dispatcher.ts';
import type { ForeignQueue, TakenEntry } from '../../ports/foreign-queue.ts';
import type { TaskRef } from '../../ports/records.ts';
import type { Found, Source } from './deliver-from.ts';
import { Returning } from './returning.ts';

export interface FromQueueOptions<Taken extends TakenEntry> {
  readonly queue: Pick<ForeignQueue<Taken>, 'take' | 'drop' | 'giveBack'>;
  readonly clock: Clock;
  /** How long the queue may refuse everything before that ends the delivery, in ms. */
  readonly busyLimitMs: number;
  /** Ready for so long without being brought here, a task is taken to be lost to the queue, in ms; looked for as often. */
  readonly lostAfterMs: number;
}

/** How long it takes until a queue is asked again that has refused, in ms. */
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
  /** Something was given back for want of a place for its type, or of anything else: see {@link find}. */
  #declined = false;
  /** Monotonic ms. */
  #refusedSince: number | undefined;
  #redispatchAt: number;

  constructor(consumer: Consumer, options: FromQueueOptions<Taken>) {
    this.#consumer = consumer;
    this.#options = options;
    this.#returning = new Returning(options.queue);
    this.#redispatchAt = options.clock.monotonic() + options.lostAfterMs;
  }

  async find(places: number): Promise<Found> {
    const fromRecords = await this.#consumer.ready(places, this.#declined ? 'all' : 'carried');
    // As long as there is something that it cannot take, the records know better than the queue what it can.
    this.#declined &&= fromRecords.more && fromRecords.refs.length < places;
    const left = places - fromRecords.refs.length;
    if (!this.#consumer.shares || this.#declined || left <= 0) return fromRecords;
    const taken = await this.#take(left);
    if (taken === undefined) return { refs: fromRecords.refs, more: true, againMs: retryMs };
    for (const entry of taken) this.#offered.set(nameOf(entry.ref), [...(this.#offered.get(nameOf(entry.ref)) ?? []), entry]);
    if (taken.length > 0) this.#quietFor(this.#options.lostAfterMs);
    else if (fromRecords.refs.length === 0) await this.#redispatch();
    return { refs: [...fromRecords.refs, ...taken.map(({ ref }) => ref)], more: fromRecords.more || taken.length >= left };
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
      this.#quietFor(longestReturnMs);
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

  /** A queue that brings something has not lost everything. */
  #quietFor(ms: number): void {
    this.#redispatchAt = Math.max(this.#redispatchAt, this.#options.clock.monotonic() + ms);
  }

  async #redispatch(): Promise<void> {
    if (this.#options.clock.monotonic() < this.#redispatchAt) return;
    this.#quietFor(this.#options.lostAfterMs);
    await this.#consumer.redispatch(this.#options.lostAfterMs);
  }
}

function nameOf({ taskId, epoch }: TaskRef): string {
  return `${taskId}:${epoch}`;
}
