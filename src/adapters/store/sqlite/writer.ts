import type { StatementRunner } from '../statement.ts';
import { runBody } from './connection.ts';
import type { Connection } from './connection.ts';
import { asStoreFailure, busyFailure, isBusy, isFull, isStorageFault } from './failures.ts';

interface Queued {
  run(runner: StatementRunner): Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

type Applied = { readonly queued: Queued } & (
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
);

/**
 * Group commit: the changes of one turn of the event loop share one transaction and so one wait for the
 * disk. Each has a savepoint, so that one which fails is undone alone. Results are handed back after the
 * commit. When another process is writing, the whole batch is tried again later, with jitter; the event
 * loop never waits for it. When the disk is full and somebody can make room on it, the batch is tried again at once.
 */
export class Writer {
  readonly #connection: Connection;
  readonly #random: () => number;
  readonly #busyLimitMs: number;
  readonly #onBusy: () => void;
  readonly #makeRoom: () => boolean;
  #queue: Queued[] = [];
  #scheduled = false;
  #closing: { resolve(): void } | undefined;

  constructor(
    connection: Connection,
    options: {
      readonly random: () => number;
      readonly busyLimitMs: number;
      readonly onBusy?: (() => void) | undefined;
      /** Called when the disk is full; says whether it has made room. */
      readonly makeRoom?: (() => boolean) | undefined;
    },
  ) {
    this.#connection = connection;
    this.#random = options.random;
    this.#busyLimitMs = options.busyLimitMs;
    this.#onBusy = options.onBusy ?? (() => undefined);
    this.#makeRoom = options.makeRoom ?? (() => false);
  }

  write<T>(run: (runner: StatementRunner) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(new Error('The database is closed.'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ run, resolve: resolve as (value: unknown) => void, reject });
      this.#schedule();
    });
  }

  /** Resolves when everything that was handed in is committed or refused. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#closing = { resolve };
      if (!this.#scheduled) resolve();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => void this.#drain(performance.now()));
  }

  /** @param since when this batch was first tried. */
  async #drain(since: number): Promise<void> {
    const busy = this.#begin();
    if (busy !== undefined) {
      const waited = performance.now() - since;
      if (waited < this.#busyLimitMs && isBusy(busy)) {
        this.#onBusy();
        setTimeout(() => void this.#drain(since), 1 + this.#random() * Math.min(40, 4 + waited / 4));
        return;
      }
      if (isFull(busy) && this.#makeRoom()) return this.#finish();
      const batch = this.#take();
      const failure = isBusy(busy) ? busyFailure(this.#connection.path, waited, busy) : asStoreFailure(busy, this.#connection.path);
      for (const queued of batch) queued.reject(failure);
    } else {
      await this.#commit(this.#take());
    }
    this.#finish();
  }

  #finish(): void {
    this.#scheduled = false;
    if (this.#queue.length > 0) this.#schedule();
    else this.#closing?.resolve();
  }

  #take(): Queued[] {
    const batch = this.#queue;
    this.#queue = [];
    return batch;
  }

  #begin(): unknown {
    try {
      this.#connection.database.exec('BEGIN IMMEDIATE');
      return undefined;
    } catch (error) {
      return error;
    }
  }

  async #commit(batch: readonly Queued[]): Promise<void> {
    const applied: Applied[] = [];
    try {
      for (const queued of batch) applied.push(await this.#apply(queued));
      this.#connection.database.exec('COMMIT');
    } catch (error) {
      this.#connection.rollback();
      if (isFull(error) && this.#makeRoom()) {
        this.#queue = [...batch, ...this.#queue];
        return;
      }
      const failure = asStoreFailure(error, this.#connection.path);
      for (const queued of batch) queued.reject(failure);
      return;
    }
    for (const each of applied) {
      if (each.kind === 'done') each.queued.resolve(each.value);
      else each.queued.reject(each.error);
    }
  }

  /** @throws what makes the whole batch impossible. */
  async #apply(queued: Queued): Promise<Applied> {
    const { database } = this.#connection;
    database.exec('SAVEPOINT change');
    try {
      const value = await runBody(this.#connection, (runner) => queued.run(runner));
      database.exec('RELEASE change');
      return { kind: 'done', queued, value };
    } catch (error) {
      if (isStorageFault(error) || !database.isTransaction) throw error;
      database.exec('ROLLBACK TO change');
      database.exec('RELEASE change');
      return { kind: 'failed', queued, error };
    }
  }
}
