import type { Changes } from '../../ports/changes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Claiming, Consumer, Delivery, ReadyRefs } from '../../ports/dispatcher.ts';
import type { TaskRef } from '../../ports/records.ts';
import { Bell } from './bell.ts';

/** What a source has for the places that are free. */
export interface Found extends ReadyRefs {
  /** When to look again although nobody announces anything, in ms; undefined for not at all. */
  readonly againMs?: number | undefined;
}

/** Where the ids come from that are offered to a consumer. */
export interface Source {
  /** Ids for at most `places` tasks; what it throws ends the delivery. */
  find(places: number): Promise<Found>;
  /** What became of an id that was found; undefined for one that was not offered. */
  answered(ref: TaskRef, claiming: Claiming | undefined): void;
  /** Nothing is found or offered any more. Resolves when nothing of it is under way. */
  close(): Promise<void>;
}

export interface DeliveryParts {
  readonly changes: Changes;
  readonly clock: Clock;
}

/** Offers what a source has whenever there is a place and something has been announced, and lets the consumer attend when it is time. */
export function deliverFrom(source: Source, consumer: Consumer, parts: DeliveryParts): Delivery {
  return new SourceDelivery(source, consumer, parts);
}

/** The longest time that a timer can be set to, in ms. */
const longestTimerMs = 2 ** 31 - 1;

class SourceDelivery implements Delivery {
  readonly #source: Source;
  readonly #consumer: Consumer;
  readonly #clock: Clock;
  readonly #unsubscribe: () => void;
  readonly #delivering: Promise<void>;
  readonly #offers = new Set<Promise<void>>();
  readonly #bell = new Bell();
  #stopped = false;
  /** The consumer has to be told that something happened. */
  #attend = true;
  /** The source may have ids that were not offered yet. */
  #ready = true;
  /** Epoch ms. */
  #next: number | undefined;
  /** Monotonic ms. */
  #again: number | undefined;

  constructor(source: Source, consumer: Consumer, { changes, clock }: DeliveryParts) {
    this.#source = source;
    this.#consumer = consumer;
    this.#clock = clock;
    this.#unsubscribe = changes.subscribe((news) => {
      this.#attend ||= news.attend;
      this.#ready ||= news.ready;
      if (news.scheduled !== undefined) this.#next = Math.min(news.scheduled, this.#next ?? news.scheduled);
      this.#bell.ring();
    });
    this.#delivering = this.#deliver().catch((error: unknown) => consumer.failed(error));
  }

  get idle(): boolean {
    return !this.#ready;
  }

  wake(): void {
    this.#bell.ring();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    this.#bell.ring();
    await this.#delivering;
    await Promise.all(this.#offers);
    await this.#source.close();
  }

  async #deliver(): Promise<void> {
    while (!this.#stopped) {
      this.#bell.reset();
      if (this.#attend || this.#isTime()) {
        this.#attend = false;
        this.#next = undefined;
        const next = await this.#consumer.attend();
        if (next !== undefined) this.#next = Math.min(next, this.#next ?? next);
      }
      await this.#offerFound();
      while (!this.#stopped && !this.#bell.rung && !this.#isTime() && !this.#isAgain()) await this.#bell.wait(this.#untilNext());
    }
  }

  async #offerFound(): Promise<void> {
    const places = this.#consumer.places();
    if (this.#isAgain()) {
      this.#ready = true;
      this.#again = undefined;
    }
    if (!this.#ready || places <= 0 || this.#stopped) return;
    this.#ready = false;
    const { refs, more, againMs } = await this.#source.find(places);
    this.#ready ||= more;
    if (againMs !== undefined) this.#again = this.#clock.monotonic() + againMs;
    for (const ref of refs) this.#offer(ref);
  }

  #offer(ref: TaskRef): void {
    if (this.#stopped) {
      this.#source.answered(ref, undefined);
      return;
    }
    const offer: Promise<void> = this.#consumer
      .offer(ref)
      .then(
        (claiming) => {
          this.#source.answered(ref, claiming);
          // Its place is still free, and the next one may want it.
          if (claiming === 'claimed') return;
          this.#ready = true;
          this.#bell.ring();
        },
        (error: unknown) => {
          this.#source.answered(ref, undefined);
          this.#consumer.failed(error);
        },
      )
      .finally(() => this.#offers.delete(offer));
    this.#offers.add(offer);
  }

  #isTime(): boolean {
    return this.#next !== undefined && this.#clock.now() >= this.#next;
  }

  #isAgain(): boolean {
    return this.#again !== undefined && this.#clock.monotonic() >= this.#again;
  }

  #untilNext(): number | undefined {
    const next = this.#next === undefined ? Infinity : this.#next - this.#clock.now();
    const again = this.#again === undefined ? Infinity : this.#again - this.#clock.monotonic();
    const ms = Math.min(next, again);
    return ms === Infinity ? undefined : Math.min(longestTimerMs, Math.max(1, ms));
  }
}
