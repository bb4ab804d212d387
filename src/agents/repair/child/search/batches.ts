import type { Candidate } from '../edits/propose.ts';
import type { Effect } from './judge.ts';

/** A change that is going to be tried. */
export interface Draft {
  readonly edits: readonly Candidate[];
  /** Whole new texts of the files it changes. */
  readonly texts: ReadonlyMap<string, string>;
}

/** The first batch is small: most defects that are mended at all are mended early, and what follows in a batch was run for nothing then. */
const firstBatch = 4;
const largestBatch = 64;

export interface BatchOptions {
  /** Changes in the order in which they are tried. */
  readonly drafts: Iterable<Draft>;
  /** How many were tried before. */
  readonly from: number;
  /** How many are tried at most, those before included. */
  readonly budget: number;
  readonly goOn: () => boolean;
  /** Tries the first of these; answers for one at least. */
  readonly tryEach: (drafts: readonly Draft[]) => Promise<readonly Effect[]>;
}

/**
 * Tries candidates in batches and hands them back one by one, in order.
 *
 * @returns through the generator's end whether all were tried.
 */
export async function* inBatches(options: BatchOptions): AsyncGenerator<readonly [Draft, Effect], boolean> {
  const drafts = options.drafts[Symbol.iterator]();
  let waiting: Draft[] = [];
  let tried = options.from;
  let size = firstBatch;
  for (;;) {
    if (tried >= options.budget || !options.goOn()) return false;
    const most = Math.min(size, options.budget - tried);
    while (waiting.length < most) {
      const next = drafts.next();
      if (next.done === true) break;
      waiting.push(next.value);
    }
    const batch = waiting.slice(0, most);
    if (batch.length === 0) return true;
    const effects = await options.tryEach(batch);
    for (const [index, effect] of effects.entries()) {
      const draft = batch[index];
      if (draft === undefined) throw new Error(`${effects.length} effects of ${batch.length} candidates`);
      yield [draft, effect];
    }
    tried += effects.length;
    waiting = waiting.slice(effects.length);
    size = Math.min(size * 2, largestBatch);
  }
}
