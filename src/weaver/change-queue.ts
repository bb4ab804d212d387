import { TaskChanged } from '../domain/task-changed.ts';
import { Change } from './change.ts';
import type { ChangeParts } from './change.ts';
import type { Anticipated } from './unit-of-work.ts';

interface Queued {
  readonly anticipated: Partial<Anticipated> | undefined;
  readonly body: (change: Change) => Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** A transaction takes in no more changes after this time, in ms: nobody waits long for another's commit. */
const longestTransactionMs = 10;
/** For so long a few changes wait at most for the commit of those before them, in ms: what comes up meanwhile then shares one of its own. */
const longestGatheringMs = 10;
/** So often a change is made that somebody else is faster than each time: whoever is has got on. */
const mostTries = 100;
/** So many are begun together, what they look at being read at once. */
const mostTogether = 50;

/**
 * Changes that are asked for in the same turn of the event loop are made as one, in one transaction: rows that several of them
 * touch are written once. When one of them fails, all are undone and made again without it, so that none suffers for another.
 */
export class ChangeQueue {
  readonly #parts: ChangeParts;
  #waiting: Queued[] = [];
  #writing = false;
  /** Transactions that take in nothing more and are not committed yet. */
  #committing = 0;
  #gathering: NodeJS.Timeout | undefined;

  constructor(parts: ChangeParts) {
    this.#parts = parts;
  }

  /** Runs `body` in a transaction and resolves after the commit. It may await its change and nothing else, and may be run again. */
  run<T>(body: (change: Change) => Promise<T>, anticipated?: Partial<Anticipated>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ anticipated, body, resolve: resolve as (value: unknown) => void, reject });
    this.#begin();
    return promise;
  }

  #begin(): void {
    if (this.#writing || this.#waiting.length === 0) return;
    if (this.#committing === 0 || this.#waiting.length >= mostTogether) this.#beginNow();
    else this.#gathering ??= setTimeout(() => this.#beginNow(), longestGatheringMs);
  }

  #beginNow(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    if (this.#writing || this.#waiting.length === 0) return;
    this.#writing = true;
    void this.#write();
  }

  async #write(): Promise<void> {
    const taken: Queued[] = [];
    let isCommitting = false;
    const committed = (): void => {
      if (isCommitting) this.#committing -= 1;
      isCommitting = false;
    };
    try {
      const values = await this.#transact(async (change) => {
        const results: unknown[] = [];
        for (const together of this.#take(taken)) results.push(...(await makeAll(change, together)));
        if (!isCommitting) this.#committing += 1;
        isCommitting = true;
        this.#writing = false;
        this.#begin();
        return results;
      });
      committed();
      for (const [index, queued] of taken.entries()) queued.resolve(values[index]);
      this.#begin();
    } catch (error) {
      committed();
      this.#failed(taken, error);
    }
  }

  /** Makes one change in one transaction; afterwards tells those who wait, and starts what was claimed in it. */
  async #transact<T>(body: (change: Change) => Promise<T>): Promise<T> {
    let change: Change | undefined;
    const giveBack = (): void => {
      for (const { worker, claim } of change?.claimed ?? []) worker.giveBack({ taskId: claim.task.id, epoch: claim.task.epoch });
    };
    try {
      const { value, news } = await this.#parts.store.write(async (records) => {
        giveBack();
        change = new Change(records, this.#parts);
        return { value: await body(change), news: await change.finish() };
      });
      for (const { worker, claim } of change?.claimed ?? []) worker.start(claim);
      if (news !== undefined) this.#parts.changes.announce(news);
      return value;
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  /** Those that were taken by an earlier run of the same transaction, then whoever waits, as long as there is time. */
  *#take(taken: Queued[]): Generator<readonly Queued[], void, undefined> {
    if (taken.length > 0) yield taken.slice();
    const until = this.#parts.clock.monotonic() + longestTransactionMs;
    while (taken.length === 0 || this.#parts.clock.monotonic() < until) {
      const together = this.#waiting.splice(0, mostTogether);
      if (together.length === 0) return;
      taken.push(...together);
      yield together;
    }
  }

  #failed(taken: readonly Queued[], error: unknown): void {
    if (taken.length === 0) {
      // It could not even begin: so it is for everybody who waits.
      const waiting = this.#waiting;
      this.#waiting = [];
      this.#writing = false;
      for (const queued of waiting) queued.reject(error);
      return;
    }
    const [only, ...others] = taken;
    if (error instanceof TaskChanged) this.#halve(taken);
    else if (others.length === 0) only?.reject(error);
    else for (const queued of taken) void this.#alone(queued);
    this.#writing = false;
    this.#begin();
  }

  /** One of them has seen a task that is not so any more: it is found in few transactions, and the others go on together. */
  #halve(taken: readonly Queued[]): void {
    const [only, ...others] = taken;
    if (only === undefined) return;
    if (others.length === 0) return void this.#alone(only);
    const middle = Math.ceil(taken.length / 2);
    for (const half of [taken.slice(0, middle), taken.slice(middle)]) void this.#together(half);
  }

  async #together(taken: readonly Queued[]): Promise<void> {
    try {
      const values = await this.#transact((change) => makeAll(change, taken));
      for (const [index, queued] of taken.entries()) queued.resolve(values[index]);
    } catch (error) {
      if (error instanceof TaskChanged) this.#halve(taken);
      else for (const queued of taken) void this.#alone(queued);
    }
  }

  async #alone(queued: Queued): Promise<void> {
    for (let tried = 1; ; tried += 1) {
      let made: Change | undefined;
      try {
        return queued.resolve(await this.#transact((change) => (made = change).run(queued.body)));
      } catch (error) {
        // Another process had changed a task by the time its job was locked, but after it was read: it is read again.
        const isOutOfDate = error instanceof TaskChanged && made?.expects === false;
        if (!isOutOfDate || tried >= mostTries) return queued.reject(error);
      }
    }
  }
}

async function makeAll(change: Change, together: readonly Queued[]): Promise<readonly unknown[]> {
  await change.anticipate(all(together));
  const results: unknown[] = [];
  for (const queued of together) results.push(await change.run(queued.body));
  return results;
}

function all(together: readonly Queued[]): Anticipated {
  const known = together.flatMap(({ anticipated }) => anticipated ?? []);
  return {
    jobs: known.flatMap(({ jobs }) => jobs ?? []),
    tasks: known.flatMap(({ tasks }) => tasks ?? []),
    claiming: known.flatMap(({ claiming }) => claiming ?? []),
    settling: known.flatMap(({ settling }) => settling ?? []),
  };
}
