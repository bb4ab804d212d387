import { Failure } from '../../../domain/failure.ts';
import type { KnowledgeEntry, KnowledgeQuery, KnowledgeRecords } from '../../../ports/knowledge.ts';
import type { Ranking } from '../entry-index.ts';
import type { EntryVector, Vectors } from './vectors.ts';

/** Turns texts into vectors, one for each. @throws Failure, or an error of the AI SDK, where it cannot. */
export type Embed = (texts: readonly string[]) => Promise<readonly (readonly number[])[]>;

/** Entries that are sent at a time, and that one search waits for at most: the rest is for `reindex`. */
const atOnce = 50;
const mostForSearch = 200;
/** So much of an entry or a question is sent, in characters. */
const mostText = 6_000;

/** Finds entries by what they mean, beside their words. */
export interface Meaning extends AsyncDisposable {
  /**
   * Takes in what it lacks of the records.
   * @param tell how many are done; without it a search is waiting, and only a few are taken in.
   * @returns why it could not, in a sentence.
   */
  catchUp(records: KnowledgeRecords, tell?: (done: number) => void): Promise<string | undefined>;
  /** What is like it in meaning; or why that could not be found out, in a sentence. */
  find(query: KnowledgeQuery, most: number): Promise<{ readonly ranking: Ranking } | { readonly note: string }>;
  clear(): Promise<void>;
}

export interface MeaningParts {
  /** Such as `openai/text-embedding-3-small`: vectors of one are never compared with those of another. */
  readonly model: string;
  readonly embed: Embed;
  readonly vectors: Vectors;
}

/** By embeddings that a provider makes. What goes there are entries as they are kept, without secrets. */
export function createMeaning({ model, embed, vectors }: MeaningParts): Meaning {
  return {
    catchUp: async (records, tell) => await orWhyNot(model, async () => await catchUp({ model, embed, vectors }, records, tell)),
    find: async (query, most) => {
      let ids: readonly string[] = [];
      const note = await orWhyNot(model, async () => {
        const [vector] = await embed([query.text.slice(0, mostText)]);
        if (vector !== undefined)
          ids = await vectors.nearest(model, vector, most, query.only === undefined ? undefined : query.repositoryId);
        return undefined;
      });
      return note === undefined ? { ranking: { by: 'meaning', ids } } : { note };
    },
    clear: async () => await vectors.clear(model),
    [Symbol.asyncDispose]: async () => await vectors[Symbol.asyncDispose](),
  };
}

async function catchUp({ model, embed, vectors }: MeaningParts, records: KnowledgeRecords, tell?: (done: number) => void) {
  const [newest, identity] = [await records.revision(), await records.identity()];
  let held = await vectors.position(model);
  if (held.records !== identity || held.revision > newest) {
    await vectors.clear(model);
    held = { records: identity, revision: 0 };
  }
  let done = 0;
  while (held.revision < newest) {
    if (tell === undefined && done >= mostForSearch)
      return 'Not all entries have embeddings yet: `miyabi knowledge reindex` makes the rest, and each search some more.';
    const changes = await records.changes(held.revision, atOnce);
    const last = changes.at(-1);
    if (last === undefined) return undefined;
    const there = changes.flatMap(({ entry }) => entry ?? []);
    const made = there.length === 0 ? [] : await embed(there.map(textOf));
    const byId = new Map(
      there.map(({ id, repositoryId }, index): [string, EntryVector] => [id, { id, repositoryId, vector: made[index] }]),
    );
    held = { records: identity, revision: last.revision };
    await vectors.put(
      model,
      changes.map(({ id }) => byId.get(id) ?? { id, repositoryId: undefined, vector: undefined }),
      held,
    );
    done += changes.length;
    tell?.(done);
  }
  return undefined;
}

function textOf({ title, body, lessons, errors }: KnowledgeEntry): string {
  return [title, body, ...errors.map(({ message }) => message), ...lessons].join('\n').slice(0, mostText);
}

/** A provider that is down is no reason to find nothing: what has words in common is found without it. */
async function orWhyNot(model: string, work: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await work();
  } catch (error) {
    const why = error instanceof Failure ? `${error.text.what} ${error.text.why}` : error instanceof Error ? error.message : String(error);
    return `Only words were searched, since ${model} could not be asked: ${why.slice(0, 500)}`;
  }
}
