import { setTimeout as wait } from 'node:timers/promises';
import type { EventCursor, JobEvent } from '../domain/events.ts';
import type { JobId } from '../domain/ids.ts';
import { jobStream } from './change.ts';
import { noSuchJob } from './no-such-job.ts';
import type { EngineParts } from './parts.ts';

const batchSize = 500;

/**
 * What happened to a job after `sinceSeq`; with `follow` also what happens, until it has ended, the signal aborts or the engine is disposed.
 *
 * @throws Failure (notFoundOrLocked) when there is no such job; (usage) when the engine has been disposed before.
 */
export async function* events(
  parts: EngineParts,
  jobId: JobId,
  options: { readonly sinceSeq?: number; readonly follow?: boolean; readonly signal?: AbortSignal } = {},
): AsyncGenerator<JobEvent, void, undefined> {
  let seq = options.sinceSeq ?? 0;
  for await (const event of batches(parts, options, () => read(parts, jobId, seq))) {
    seq = event.seq;
    yield event;
  }
}

/**
 * What happens to all jobs of the namespace, in the order in which it was committed; with `follow` also what happens from then on, until
 * the signal aborts or the engine is disposed.
 *
 * @throws Failure (usage) when the engine has been disposed before.
 */
export async function* eventsOfAll(
  parts: EngineParts,
  options: { readonly after?: EventCursor; readonly follow?: boolean; readonly paceMs?: number; readonly signal?: AbortSignal } = {},
): AsyncGenerator<JobEvent, void, undefined> {
  let after = options.after;
  const next = async () => ({ batch: await parts.store.read((records) => records.eventsAfter(after, batchSize)), ended: false });
  for await (const event of batches(parts, options, next)) {
    after = event.position;
    yield event;
  }
}

/**
 * Reads on as long as there is more, and then, to follow, whenever there may be: at once, or `paceMs` after there was, with what has come by then. `next` reads
 * on from the last event that was given out.
 */
async function* batches(
  parts: EngineParts,
  options: { readonly follow?: boolean; readonly paceMs?: number; readonly signal?: AbortSignal },
  next: () => Promise<Batch>,
): AsyncGenerator<JobEvent, void, undefined> {
  const { life } = parts;
  life.mustGoOn();
  const over = AbortSignal.any([life.over, ...(options.signal === undefined ? [] : [options.signal])]);
  using news = new News(parts, over);
  for (;;) {
    news.reset();
    const { batch, ended } = await life.finish(next());
    for (const event of batch) {
      if (over.aborted) return;
      yield event;
    }
    if (over.aborted) return;
    if (batch.length === batchSize) continue;
    if (ended || options.follow !== true) return;
    await news.next();
    if (options.paceMs !== undefined) await wait(options.paceMs, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) return;
  }
}

interface Batch {
  readonly batch: readonly JobEvent[];
  /** Nothing will come any more. */
  readonly ended: boolean;
}

function read(parts: EngineParts, jobId: JobId, seq: number): Promise<Batch> {
  return parts.store.read(async (records) => {
    const job = await records.job(jobId);
    if (job === undefined) throw noSuchJob(jobId);
    return { batch: await records.events(jobStream(jobId), seq, batchSize), ended: job.endedAt !== undefined };
  });
}

/** Remembers a hint that comes while nobody waits for it. */
class News implements Disposable {
  readonly #end: () => void;
  readonly #over: AbortSignal;
  #came = false;
  #wake: (() => void) | undefined;
  readonly #hint = (): void => {
    this.#came = true;
    this.#wake?.();
  };

  constructor(parts: EngineParts, over: AbortSignal) {
    this.#end = parts.changes.subscribe(this.#hint);
    this.#over = over;
    over.addEventListener('abort', this.#hint);
  }

  reset(): void {
    this.#came = false;
  }

  async next(): Promise<void> {
    if (this.#came || this.#over.aborted) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  [Symbol.dispose](): void {
    this.#end();
    this.#over.removeEventListener('abort', this.#hint);
  }
}
