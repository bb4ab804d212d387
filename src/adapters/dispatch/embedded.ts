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
    deliver: (consumer) => deliver(consumer, options),
  };
}

/** The longest sleep when something is scheduled: how late a jump of the clock is noticed, in ms. */
const longestSleepMs = 250;

function deliver(consumer: Consumer, { changes, clock }: { readonly changes: Changes; readonly clock: Clock }): Delivery {
  const bell = new Bell();
  const unsubscribe = changes.subscribe(() => bell.ring());
  let stopped = false;

  async function rounds(): Promise<void> {
    while (!stopped) {
      bell.reset();
      const next = await consumer.attend();
      const places = consumer.places();
      const refs = places > 0 && !stopped ? await consumer.ready(places) : [];
      await Promise.all(refs.map((ref) => consumer.offer(ref)));
      while (!stopped && !bell.rung && (next === undefined || clock.now() < next)) {
        await bell.wait(next === undefined ? undefined : Math.min(longestSleepMs, Math.max(1, next - clock.now())));
      }
    }
  }

  bell.ring();
  const running = rounds().catch((error: unknown) => consumer.failed(error));
  return {
    wake: () => bell.ring(),
    stop: async () => {
      stopped = true;
      unsubscribe();
      bell.ring();
      await running;
    },
  };
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
