import type { Knowledge } from '../../../src/ports/knowledge.ts';
import { relevanceEntries, relevanceQueries } from './relevance-set.ts';

export interface Relevance {
  readonly questions: number;
  readonly entries: number;
  /** Share of questions whose answer is among the first five. */
  readonly recallAt5: number;
  /** Mean of 1 / rank of the answer; 0 where it is not among the first ten. */
  readonly meanReciprocalRank: number;
}

export interface Relevances {
  readonly all: Relevance;
  /** Of those on which weights and concepts were tried. */
  readonly tuned: Relevance;
  /** Of questions that hold no error: they are found by words alone. */
  readonly wordsOnly: Relevance;
  /** Of those that were never used to choose a weight. */
  readonly heldOut: Relevance;
  /** Whose answer is not among the first five, with its rank. */
  readonly missed: readonly string[];
}

/** Asks every question of the set. @param knowledge empty. */
export async function measureRelevance(knowledge: Knowledge): Promise<Relevances> {
  const entries = relevanceEntries();
  for (const entry of entries) await knowledge.save(entry);
  const asked = [];
  for (const { query, wanted, hasError, isHeldOut } of relevanceQueries()) {
    const { matches } = await knowledge.search(query);
    const at = matches.findIndex(({ entry }) => entry.id === wanted);
    asked.push({ rank: at + 1, hasError, isHeldOut, title: query.text.split('\n', 1)[0] ?? '' });
  }
  const figures = (of: readonly { readonly rank: number }[]): Relevance => ({
    questions: of.length,
    entries: entries.length,
    recallAt5: share(of.map(({ rank }) => (rank >= 1 && rank <= 5 ? 1 : 0))),
    meanReciprocalRank: share(of.map(({ rank }) => (rank === 0 ? 0 : 1 / rank))),
  });
  return {
    all: figures(asked),
    wordsOnly: figures(asked.filter(({ hasError }) => !hasError)),
    tuned: figures(asked.filter(({ isHeldOut }) => !isHeldOut)),
    heldOut: figures(asked.filter(({ isHeldOut }) => isHeldOut)),
    missed: asked.filter(({ rank }) => rank === 0 || rank > 5).map(({ title, rank }) => `${title} (${rank === 0 ? 'not found' : rank})`),
  };
}

function share(of: readonly number[]): number {
  return Math.round((of.reduce((sum, each) => sum + each, 0) / of.length) * 1_000) / 1_000;
}
