import { conceptsIn } from '../../domain/concepts.ts';
import { askedNames, askedWords } from '../../domain/searched-words.ts';
import type { Knowledge, KnowledgeAnswer, KnowledgeQuery, KnowledgeRecords } from '../../ports/knowledge.ts';
import { boundedEntry } from './bounded-entry.ts';
import type { Asked, EntryIndex, IndexPosition, Ranking } from './entry-index.ts';
import { fusedRanks, matchesOf } from './fuse.ts';
import type { Meaning } from './meaning/meaning.ts';

/** Entries that an index takes in at a time. */
const atOnce = 200;
/** Words of a question that are looked up. */
const mostAskedWords = 400;
/** So much of a question is looked through for concepts, in characters. */
const mostConceptText = 4_000;
/** Of the best so many more are looked at than are told: what they are worth besides may change their order. */
const looked = { least: 40, times: 4, most: 200 } as const;

export interface KnowledgeParts {
  readonly records: KnowledgeRecords;
  readonly index: EntryIndex;
  /** Absent where no embeddings are configured. */
  readonly meaning?: Meaning;
}

/**
 * The knowledge base: entries among the records, and indices that are made from them and catch up with them before each search, whoever
 * has changed what and when: another process, a version before, records that were moved here.
 */
export function createKnowledge({ records, index, meaning }: KnowledgeParts): Knowledge & AsyncDisposable {
  let catching: Promise<void> | undefined;
  /** One at a time; who comes while one is under way waits for the next, since that one may have looked already. */
  const catchUp = async (): Promise<void> => {
    const before = catching;
    const mine = (before?.catch(() => undefined) ?? Promise.resolve()).then(() => bringUpToDate(records, index));
    catching = mine;
    await mine;
  };
  return {
    save: async (entry) => {
      await records.save(boundedEntry(entry));
    },
    search: async (query) => {
      await catchUp();
      return await search({ records, index, ...(meaning === undefined ? {} : { meaning }) }, query);
    },
    get: async (id) => (await records.get([id]))[0],
    newest: (most, repositoryId) => records.newest(most, repositoryId),
    forget: (id) => records.forget(id),
    count: () => records.count(),
    reindex: async (tell) => {
      const count = await records.count();
      await index.clear(await records.identity());
      await bringUpToDate(records, index, (done) => tell(Math.min(done, count), count));
      if (meaning !== undefined) {
        await meaning.clear();
        const note = await meaning.catchUp(records, (done) => tell(Math.min(done, count), count));
        if (note !== undefined) return { entries: count, notes: [note] };
      }
      return { entries: count, notes: [] };
    },
    [Symbol.asyncDispose]: async () => {
      await index[Symbol.asyncDispose]();
      await meaning?.[Symbol.asyncDispose]();
    },
  };
}

async function bringUpToDate(records: KnowledgeRecords, index: EntryIndex, tell?: (done: number) => void): Promise<void> {
  const newest = await records.revision();
  const identity = await records.identity();
  let held: IndexPosition = await index.position();
  // Records that were put back from an older copy, or others altogether.
  if (held.records !== identity || held.revision > newest) {
    await index.clear(identity);
    held = { records: identity, revision: 0 };
  }
  let done = 0;
  while (held.revision < newest) {
    const changes = await records.changes(held.revision, atOnce);
    const last = changes.at(-1);
    if (last === undefined) return;
    held = { records: identity, revision: last.revision };
    await index.put(changes, held);
    done += changes.length;
    tell?.(done);
  }
}

async function search({ records, index, meaning }: KnowledgeParts, query: KnowledgeQuery): Promise<KnowledgeAnswer> {
  const most = Math.min(looked.most, Math.max(looked.least, query.most * looked.times));
  const asked: Asked = {
    words: [...askedWords(query.text).slice(0, mostAskedWords), ...new Set(conceptsIn(query.text.slice(0, mostConceptText)))],
    names: askedNames(query.text),
    signatures: [...new Set(query.errorSignatures)],
    paths: [...new Set(query.paths)],
    only: query.only === undefined ? undefined : query.repositoryId,
    most,
  };
  const [found, meant] = await Promise.all([index.find(asked), byMeaning(records, meaning, query, most)]);
  const rankings = [...found.rankings, ...('ranking' in meant ? [meant.ranking] : [])];
  const best = [...fusedRanks(rankings).keys()].slice(0, most);
  const entries = await records.get(best);
  return {
    matches: matchesOf({ ...found, rankings }, entries, query),
    notes: [...index.notes, ...('note' in meant ? [meant.note] : [])],
  };
}

async function byMeaning(
  records: KnowledgeRecords,
  meaning: Meaning | undefined,
  query: KnowledgeQuery,
  most: number,
): Promise<{ readonly ranking: Ranking } | { readonly note: string } | object> {
  if (meaning === undefined) return {};
  const behind = await meaning.catchUp(records);
  const found = await meaning.find(query, most);
  // What is there is looked through even where some is missing.
  return { ...found, ...(behind === undefined ? {} : { note: behind }) };
}
