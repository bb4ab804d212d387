import type { EventCursor } from '../../domain/events.ts';
import type { Ended } from '../../ports/traces.ts';

/** What has ended is gathered so long, or up to so much of it, before it is handed over. */
const gatheredMs = 1_000;
const mostGathered = 200;
/** After how many events in which nothing ended it is kept how far they were read. */
const idleEvents = 500;

/** What has ended and is to be handed over together. */
export interface Gathered {
  /** @param position of the event with which it ended. */
  add(all: readonly Ended[], position: EventCursor): Promise<void>;
  /** @throws what it could not be handed over for, now or before. */
  handOver(): Promise<void>;
  /** Aborts when it could not be handed over while nobody waited for that. */
  readonly failed: AbortSignal;
}

/** Keeps what has ended for a moment. @param hand is called one at a time, with the position up to which everything is in it. */
export function gather(hand: (all: readonly Ended[], position: EventCursor) => Promise<void>): Gathered {
  const failed = new AbortController();
  let waiting: { readonly all: Ended[]; position: EventCursor } | undefined;
  let idle = 0;
  let timer: NodeJS.Timeout | undefined;
  let handing: Promise<void> = Promise.resolve();

  async function handOver(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    handing = handing.then(async () => {
      const now = waiting;
      waiting = undefined;
      idle = 0;
      if (now !== undefined) await hand(now.all, now.position);
    });
    await handing;
  }

  return {
    failed: failed.signal,
    handOver,
    async add(all, position) {
      if (waiting === undefined && all.length === 0) {
        idle += 1;
        if (idle < idleEvents) return;
      }
      waiting ??= { all: [], position };
      waiting.all.push(...all);
      waiting.position = position;
      if (waiting.all.length === 0 || waiting.all.length >= mostGathered) return await handOver();
      timer ??= setTimeout(() => void handOver().catch((error: unknown) => failed.abort(error)), gatheredMs);
    },
  };
}
