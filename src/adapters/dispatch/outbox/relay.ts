import type { Changes } from '../../../ports/changes.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { ForeignQueue } from '../../../ports/foreign-queue.ts';
import type { SqlExecutor } from '../../store/postgres/executor.ts';
import { clearOutbox, relayBatch, returnToOutbox, takeFromOutbox } from './outbox.ts';

export interface RelayOptions {
  /** Outside of any transaction. */
  readonly executor: SqlExecutor;
  readonly changes: Changes;
  readonly queue: Pick<ForeignQueue, 'put'>;
  readonly clock: Clock;
  readonly namespace: string;
}

/** How long after a failure it is tried again, in ms. */
const retryMs = 500;
/** So long after it has written something a process takes every commit for its own, in ms. */
const ownMs = 10_000;

/**
 * Brings what lies in the outbox to the queue, after a commit of this process and, for what others have left there, whenever something may
 * have happened anywhere. Nothing is taken out before the queue has it, so it may come twice.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #unsubscribe: () => void;
  /** When this process has written something last, monotonic ms. */
  #writtenAt = -Infinity;
  #due = false;
  #relaying: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#unsubscribe = options.changes.subscribe(({ ready, jobs }) => {
      if (ready && (jobs === undefined || options.clock.monotonic() - this.#writtenAt < ownMs)) this.#go();
    });
  }

  written(): void {
    this.#writtenAt = this.#options.clock.monotonic();
  }

  /** Resolves when nothing of it is under way. What is left others relay. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#unsubscribe();
    clearTimeout(this.#retry);
    await this.#relaying;
  }

  #go(): void {
    this.#due = true;
    this.#begin();
  }

  #begin(): void {
    if (this.#closed || this.#relaying !== undefined || !this.#due) return;
    this.#relaying = this.#relayAll().finally(() => {
      this.#relaying = undefined;
      // What came after the last look.
      this.#begin();
    });
  }

  async #relayAll(): Promise<void> {
    try {
      while (this.#due && !this.#closed) {
        this.#due = false;
        while ((await this.#relay()) >= relayBatch);
      }
    } catch {
      // The database or the queue is away: what they have not taken lies where it was.
      clearTimeout(this.#retry);
      if (!this.#closed) this.#retry = setTimeout(() => this.#go(), retryMs);
    }
  }

  async #relay(): Promise<number> {
    const { executor, namespace, queue, changes } = this.#options;
    const entries = await takeFromOutbox(executor, namespace);
    if (entries.length === 0) return 0;
    try {
      await queue.put(entries);
    } catch (error) {
      await returnToOutbox(executor, entries);
      throw error;
    }
    // Who was woken by the commit has found nothing yet.
    changes.announce({ ready: true, attend: false, scheduled: undefined, jobs: new Set() });
    await clearOutbox(executor, entries);
    return entries.length;
  }
}
