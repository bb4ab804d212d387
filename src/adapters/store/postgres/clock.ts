import type { Clock } from '../../../ports/clock.ts';

/** Time as the database has it, the same for everybody who uses it. */
export interface PostgresClock extends Clock {
  /** Nothing is measured any more. */
  stop(): void;
}

interface Options {
  /** Asks the database for its time, in epoch ms. */
  readonly ask: () => Promise<number>;
  /** How often it is asked, in ms. */
  readonly everyMs: number;
  readonly monotonic?: () => number;
}

/** Of several answers the one that was on its way for the shortest time says most. */
const samples = 3;

/**
 * A clock that counts from what the database said last with this machine's monotonic clock: what the wall clocks of machines say matters
 * nowhere. An answer is taken for what was true in the middle between question and answer, so it is wrong by half of that time at most.
 */
export async function postgresClock({ ask, everyMs, monotonic = () => performance.now() }: Options): Promise<PostgresClock> {
  const measure = async (): Promise<number> => {
    let best = { tookMs: Infinity, offset: 0 };
    for (let sample = 0; sample < samples; sample += 1) {
      const asked = monotonic();
      const said = await ask();
      const answered = monotonic();
      const tookMs = answered - asked;
      if (tookMs < best.tookMs) best = { tookMs, offset: said - (asked + answered) / 2 };
    }
    return best.offset;
  };
  let offset = await measure();
  const timer = setInterval(() => {
    measure().then(
      (measured) => (offset = measured),
      // Out of reach: it goes on from what it said last, which is right as long as this machine's clock runs as fast.
      () => undefined,
    );
  }, everyMs);
  timer.unref();
  return {
    now: () => Math.floor(offset + monotonic()),
    monotonic,
    stop: () => clearInterval(timer),
  };
}
