import type { KnowledgeChange } from '../../ports/knowledge.ts';

/** What is looked for, taken apart. */
export interface Asked {
  /** In small letters, each once; see `askedWords`. */
  readonly words: readonly string[];
  readonly names: readonly string[];
  readonly signatures: readonly string[];
  readonly paths: readonly string[];
  /** Only entries of this repository. */
  readonly only: string | undefined;
  /** Entries that each way of looking may name. */
  readonly most: number;
}

/** A way of looking. */
export type Sign = 'error' | 'message' | 'paths' | 'words' | 'names' | 'meaning';

/** What one way of looking has found, best first: ids of entries. */
export interface Ranking {
  readonly by: Sign;
  readonly ids: readonly string[];
}

export interface Found {
  readonly rankings: readonly Ranking[];
  /** Of the words that were asked for, how much each tells: the rarer the more. */
  readonly weights: ReadonlyMap<string, number>;
}

/** Up to where an index holds what is recorded, and which records those are. */
export interface IndexPosition {
  /** Of the records; see `KnowledgeRecords.identity`. */
  readonly records: string;
  readonly revision: number;
}

/** Finds entries by what is written in them. It is made from the records, and can be made anew from them at any time. */
export interface EntryIndex extends AsyncDisposable {
  position(): Promise<IndexPosition>;
  /**
   * Takes in what was changed, all or nothing. An entry that it holds as of a later revision stays as it is: another process was faster.
   *
   * @param position what it holds from then on.
   */
  put(changes: readonly KnowledgeChange[], position: IndexPosition): Promise<void>;
  find(asked: Asked): Promise<Found>;
  /** Forgets everything. */
  clear(records: string): Promise<void>;
  /** What a user should know of how it looks, a sentence each. */
  readonly notes: readonly string[];
}

/** Words that stand in more than this share of all entries tell nothing. Of a few entries, any number tells something. */
export const commonShare = 0.2;
const alwaysTelling = 50;

/** In how many of so many entries a word may stand and still be asked for. */
export function mostHolding(count: number): number {
  return Math.max(alwaysTelling, Math.floor(count * commonShare));
}

/**
 * How much a word tells that stands in so many of all entries; as in BM25 (Robertson and Zaragoza, 2009), never below 0. One that stands nowhere
 * is as one that stands once: that it is missing tells something too.
 */
export function weightOf(holding: number, count: number): number {
  const known = Math.max(1, holding);
  return Math.log(1 + Math.max(0, count - known + 0.5) / (known + 0.5));
}
