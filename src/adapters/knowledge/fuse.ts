import { conceptsIn, isConcept, plainStem } from '../../domain/concepts.ts';
import type { KnowledgeEntry, KnowledgeMatch, KnowledgeQuery } from '../../ports/knowledge.ts';
import { askedStems, closeness, stemsIn } from './closeness.ts';
import type { Found, Sign } from './entry-index.ts';

/** Reciprocal rank fusion, with its usual constant (Cormack, Clarke and Buettcher, 2009). */
const rankConstant = 60;
/** How much each way of looking counts: the same error is the strongest sign that there is. */
export const signWeights: Readonly<Record<Sign, number>> = { error: 3, message: 1, paths: 0.6, words: 1, names: 0.4, meaning: 1 };
/** What the nearest entry (see `closeness`) is given, in ranks of the first place; others in proportion. */
const closenessWeight = 2;
/** What an entry is worth that is about the same repository, or has a label in common. */
const sameRepository = 1.15;
const sameLabel = 1.02;
/** Words that are told of one entry, at most. */
const mostWordsTold = 6;

/** The ids that were found by any way of looking, best first, each with its score. */
export function fusedRanks(rankings: Found['rankings']): ReadonlyMap<string, number> {
  const scores = new Map<string, number>();
  for (const { by, ids } of rankings) {
    for (const [rank, id] of ids.entries()) scores.set(id, (scores.get(id) ?? 0) + signWeights[by] / (rankConstant + rank + 1));
  }
  return new Map([...scores].toSorted(([, one], [, other]) => other - one));
}

/** What was found, best first, each with why; as many as are asked for. @param entries of the best. */
export function matchesOf(found: Found, entries: readonly KnowledgeEntry[], query: KnowledgeQuery): readonly KnowledgeMatch[] {
  const scores = fusedRanks(found.rankings);
  const near = nearness(entries, found.weights);
  const together = [...found.weights.values()].reduce((sum, weight) => sum + weight, 0);
  return entries
    .map((entry, index) => ({ entry, score: ((scores.get(entry.id) ?? 0) + (near[index] ?? 0)) * preference(entry, query) }))
    .toSorted((one, other) => other.score - one.score || other.entry.at - one.entry.at)
    .slice(0, query.most)
    .map(({ entry, score }): KnowledgeMatch => {
      const signs = new Set(found.rankings.filter(({ ids }) => ids.includes(entry.id)).map(({ by }) => by));
      const words = heldWords(entry, found.weights);
      const held = words.reduce((sum, { weight }) => sum + weight, 0);
      const likeness = signs.has('error') ? 1 : Math.round((together === 0 ? 0 : held / together) * 1_000) / 1_000;
      return { entry, score, likeness, why: whyFound(signs, words, sharedLabels(entry, query)) };
    });
}

/** What closeness adds to the score of each entry, in their order. */
function nearness(entries: readonly KnowledgeEntry[], weights: Found['weights']): readonly number[] {
  const asked = askedStems(weights);
  const near = entries.map((entry) => closeness(entry, asked));
  const nearest = Math.max(...near, Number.MIN_VALUE);
  return near.map((each) => (closenessWeight / (rankConstant + 1)) * (each / nearest));
}

function preference(entry: KnowledgeEntry, query: KnowledgeQuery): number {
  const preferred = query.repositoryId !== undefined && entry.repositoryId === query.repositoryId;
  return (preferred ? sameRepository : 1) * sameLabel ** sharedLabels(entry, query);
}

function sharedLabels({ labels }: KnowledgeEntry, query: KnowledgeQuery): number {
  return (query.labels ?? []).filter((label) => labels.includes(label)).length;
}

function whyFound(signs: ReadonlySet<Sign>, words: ReadonlyArray<{ readonly word: string }>, shared: number): readonly string[] {
  const told = words
    .filter(({ word }) => !isConcept(word))
    .slice(0, mostWordsTold)
    .map(({ word }) => word);
  return [
    ...(signs.has('error') ? ['same error'] : signs.has('message') ? ['same message of an error'] : []),
    ...(signs.has('paths') ? ['same paths'] : []),
    ...(told.length === 0 ? [] : [`words: ${told.join(', ')}`]),
    ...(signs.has('names') && told.length === 0 ? ['parts of names'] : []),
    ...(signs.has('meaning') ? ['like it in meaning'] : []),
    ...(shared === 0 ? [] : ['same labels']),
  ];
}

/** Which of the words that were asked for stand in an entry, those that tell most first. */
function heldWords(
  entry: KnowledgeEntry,
  weights: ReadonlyMap<string, number>,
): ReadonlyArray<{ readonly word: string; readonly weight: number }> {
  const text = [
    entry.title,
    entry.body.slice(0, 20_000),
    ...entry.errors.map(({ message }) => message),
    ...entry.paths,
    ...entry.lessons,
    ...entry.plan,
    ...entry.labels,
  ].join('\n');
  const held = new Set(stemsIn(text));
  for (const concept of conceptsIn(text)) held.add(plainStem(concept));
  return [...weights]
    .filter(([word]) => held.has(plainStem(word)))
    .map(([word, weight]) => ({ word, weight }))
    .toSorted((one, other) => other.weight - one.weight);
}
