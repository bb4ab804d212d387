import { setTimeout as delay } from 'node:timers/promises';
import { asPostgresFailure, busyFailure, isConflict, isPassing } from './failures.ts';

export interface Patience {
  /** The database as people may see it. */
  readonly database: string;
  /** How long it may be busy or out of reach before that is a failure, in ms. */
  readonly busyLimitMs: number;
  /** From 0 (included) to 1 (excluded). */
  readonly random: () => number;
  /** Hears each time that it is done again. */
  readonly onBusy?: (() => void) | undefined;
}

/** Does something again, with jitter, as long as what keeps it from being done may pass. @throws Failure (configuration) */
export async function persistently<T>(attempt: () => Promise<T>, { database, busyLimitMs, random, onBusy }: Patience): Promise<T> {
  const since = performance.now();
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error)) throw asPostgresFailure(error, database);
      const waited = performance.now() - since;
      if (waited >= busyLimitMs) throw busyFailure(database, waited, error);
      onBusy?.();
      // Of two that were in each other's way the one that was undone waits for the other alone.
      await delay(isConflict(error) ? random() * 10 * tried : 10 + random() * Math.min(500, 20 * 2 ** Math.min(tried, 6)));
    }
  }
}
