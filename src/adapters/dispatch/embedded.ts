import type { Changes } from '../../ports/changes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Consumer, Delivery, Dispatcher } from '../../ports/dispatcher.ts';

/**
 * Delivery inside one process. The ready row is the dispatch: nothing is sent, the consumer looks into the
 * records when a commit is announced or the next scheduled time has come, and otherwise sleeps.
 */
export function embeddedDispatcher(options: { readonly changes: Changes; readonly clock: Clock }): Dispatcher {
  return {
    send: async () => undefined,
    deliver: (consumer) => new EmbeddedDelivery(consumer, options),
  };
}

/** The longest time that a timer can be set to, in ms. */
const longestTimerMs = 2 ** 31 - 1;

class EmbeddedDelivery implements Delivery {
  readonly #consumer: Consumer;
  readonly #clock: Clock;
  readonly #unsubscribe: () => void;
  readonly #delivering: Promise<void>;
  readonly #offers = new Set<Promise<void>>();
  readonly #bell = new Bell();
  #stopped = false;
  /** The consumer has to be told that something happened. */
  #attend = true;
  /** The records may hold ready tasks that were not offered yet. */
  #ready = true;
  #next: number | undefined;

  constructor(consumer: Consumer, { changes, clock }: { readonly changes: Changes; readonly clock: Clock }) {
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
      await this.#offerReady();
      while (!this.#stopped && !this.#bell.rung && !this.#isTime()) await this.#bell.wait(this.#untilNext());
    }
  }

  async #offerReady(): Promise<void> {
    const places = this.#consumer.places();
    if (!this.#ready || places <= 0 || this.#stopped) return;
    this.#ready = false;
    const { refs, more } = await this.#consumer.ready(places);
    this.#ready ||= more;
    for (const ref of refs) {
      const offer: Promise<void> = this.#consumer
        .offer(ref)
        .then(
          (claiming) => {
            // Its place is still free, and the next one in the records may want it.
            if (claiming === 'claimed') return;
            this.#ready = true;
            this.#bell.ring();
          },
          (error: unknown) => this.#consumer.failed(error),
        )
        .finally(() => this.#offers.delete(offer));
      this.#offers.add(offer);
    }
  }

  #isTime(): boolean {
    return this.#next !== undefined && this.#clock.now() >= this.#next;
  }

  #untilNext(): number | undefined {
    return this.#next === undefined ? undefined : Math.min(longestTimerMs, Math.max(1, this.#next - this.#clock.now()));
  }
}

/** The one place that waits: until it is rung, or for a while. */
class Bell {
  rung = false;
  #waiting: (() => void) | undefined;

  ring(): void {
    this.rung = true;
    this.#waiting?.();
  }

  reset(): void {
    this.rung = false;
  }

  /** @param ms undefined waits for the ring alone. */
  async wait(ms: number | undefined): Promise<void> {
    if (this.rung) return;
    await new Promise<void>((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      this.#waiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#waiting = undefined;
  }
}
