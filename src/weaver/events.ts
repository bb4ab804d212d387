import type { JobEvent } from '../domain/events.ts';
import type { JobId } from '../domain/ids.ts';
import { jobStream } from './change.ts';
import type { EngineParts } from './parts.ts';

const batchSize = 500;

/** What happened to a job after `sinceSeq`; with `follow` also what happens, until it has ended or the signal aborts. */
export async function* events(
  parts: EngineParts,
  jobId: JobId,
  options: { readonly sinceSeq?: number; readonly follow?: boolean; readonly signal?: AbortSignal } = {},
): AsyncGenerator<JobEvent, void, undefined> {
  let seq = options.sinceSeq ?? 0;
  using news = new News(parts, options.signal);
  for (;;) {
    news.reset();
    const { batch, over } = await parts.store.read(async (records) => {
      const job = await records.job(jobId);
      return { batch: await records.events(jobStream(jobId), seq, batchSize), over: job === undefined || job.endedAt !== undefined };
    });
    for (const event of batch) {
      if (options.signal?.aborted) return;
      yield event;
      seq = event.seq;
    }
    if (batch.length === batchSize) continue;
    if (over || options.follow !== true || options.signal?.aborted) return;
    await news.next();
  }
}

/** Remembers a hint that comes while nobody waits for it. */
class News implements Disposable {
  readonly #end: () => void;
  readonly #signal: AbortSignal | undefined;
  #came = false;
  #wake: (() => void) | undefined;
  readonly #hint = (): void => {
    this.#came = true;
    this.#wake?.();
  };

  constructor(parts: EngineParts, signal: AbortSignal | undefined) {
    this.#end = parts.changes.subscribe(this.#hint);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#hint);
  }

  reset(): void {
    this.#came = false;
  }

  async next(): Promise<void> {
    if (this.#came || this.#signal?.aborted) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  [Symbol.dispose](): void {
    this.#end();
    this.#signal?.removeEventListener('abort', this.#hint);
  }
}
