import type { Knowledge } from '../../../src/ports/knowledge.ts';
import type { RelevanceGroup } from './relevance-set.ts';
import { relevanceEntries, relevanceQueries } from './relevance-set.ts';

export interface Relevance {
  readonly questions: number;
  /** Share of questions whose answer is among the first five. */
  readonly recallAt5: number;
  /** Mean of 1 / rank of the answer; 0 where it is not among the first ten. */
  readonly meanReciprocalRank: number;
}

export interface Relevances extends Readonly<Record<RelevanceGroup, Relevance>> {
  readonly entries: number;
  /** Of those that were looked at and hold no error: they are found by words alone. */
  readonly wordsOnly: Relevance;
  /** Of those that were looked at, whose answer is not among the first five, with its rank. The others are not to be seen one by one. */
  readonly missed: readonly string[];
}

/** Asks every question of the set. @param knowledge empty. */
export async function measureRelevance(knowledge: Knowledge): Promise<Relevances> {
  const entries = relevanceEntries();
  for (const entry of entries) await knowledge.save(entry);
  const asked: Array<{ readonly rank: number; readonly hasError: boolean; readonly group: RelevanceGroup; readonly title: string }> = [];
  for (const { query, wanted, hasError, group } of relevanceQueries()) {
    const { matches } = await knowledge.search(query);
    const at = matches.findIndex(({ entry }) => entry.id === wanted);
    asked.push({ rank: at + 1, hasError, group, title: query.text.split('\n', 1)[0] ?? '' });
  }
  const seen = asked.filter(({ group }) => group === 'tuned' || group === 'development');
  const ofGroup = (wanted: RelevanceGroup): Relevance => figures(asked.filter(({ group }) => group === wanted));
  return {
    entries: entries.length,
    tuned: ofGroup('tuned'),
    heldOut: ofGroup('heldOut'),
    development: ofGroup('development'),
    test: ofGroup('test'),
    wordsOnly: figures(seen.filter(({ hasError }) => !hasError)),
    missed: seen.filter(({ rank }) => rank === 0 || rank > 5).map(({ title, rank }) => `${title} (${rank === 0 ? 'not found' : rank})`),
  };
}

function figures(of: readonly { readonly rank: number }[]): Relevance {
  return {
    questions: of.length,
    recallAt5: share(of.map(({ rank }) => (rank >= 1 && rank <= 5 ? 1 : 0))),
    meanReciprocalRank: share(of.map(({ rank }) => (rank === 0 ? 0 : 1 / rank))),
  };
}

function share(of: readonly number[]): number {
  return Math.round((of.reduce((sum, each) => sum + each, 0) / of.length) * 1_000) / 1_000;
}
