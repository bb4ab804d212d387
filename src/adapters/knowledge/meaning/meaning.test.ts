import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { noteEntry } from '../../../../test/support/knowledge/entries.ts';
import { openTestLedger } from '../../../../test/support/ledger.ts';
import { createKnowledge } from '../knowledge.ts';
import { openFileIndex } from '../sqlite/open-file-index.ts';
import { createMeaning } from './meaning.ts';
import type { Embed } from './meaning.ts';
import { openVectorFile } from './open-vector-file.ts';

/** Tells animals from machines: `cat` and `feline` lie near each other. */
const meant: Readonly<Record<string, readonly number[]>> = {
  cat: [1, 0.1, 0],
  feline: [0.9, 0.2, 0],
  motor: [0, 0.1, 1],
  engine: [0, 0, 0.9],
};

function embedder(dimensions = 3): { embed: Embed; asked: string[]; failure: Error | undefined } {
  const told = {
    asked: [] as string[],
    failure: undefined as Error | undefined,
    embed: async (texts: readonly string[]) => {
      if (told.failure !== undefined) throw told.failure;
      told.asked.push(...texts);
      return texts.map((text) => {
        const [, vector] = Object.entries(meant).find(([word]) => text.includes(word)) ?? ['', [0.3, 1, 0.3]];
        return Array.from({ length: dimensions }, (_, index) => vector[index] ?? 0);
      });
    },
  };
  return told;
}

async function stand() {
  await using opening = new AsyncDisposableStack();
  const opened = opening.use(await openTestLedger());
  const open = opening.move();
  const place = join(opened.path, '..');
  return {
    place,
    openKnowledge: async (model: string, { embed }: { readonly embed: Embed }) =>
      open.use(
        createKnowledge({
          records: opened.ledger.knowledge,
          index: await openFileIndex({ path: join(place, 'knowledge.db') }),
          meaning: createMeaning({ model, embed, vectors: await openVectorFile(join(place, 'vectors.db')) }),
        }),
      ),
    [Symbol.asyncDispose]: async () => await open.disposeAsync(),
  };
}

it('finds what has no word in common, and says that it is like it in meaning; each entry is sent once', async () => {
  await using here = await stand();
  const told = embedder();
  const knowledge = await here.openKnowledge('a/one', told);
  await knowledge.save(noteEntry('1', { title: 'The cat is out', repositoryId: 'r' }));
  await knowledge.save(noteEntry('2', { title: 'A motor is loud' }));
  const { matches, notes } = await knowledge.search({ text: 'feline', most: 1 });
  expect(matches.map(({ entry, why }) => [entry.id, ...why])).toEqual([['note:1', 'like it in meaning']]);
  expect(notes).toEqual([]);
  expect((await knowledge.search({ text: 'engine', most: 1 })).matches[0]?.entry.id).toBe('note:2');
  expect(
    (await knowledge.search({ text: 'engine', repositoryId: 'r', only: 'repository', most: 9 })).matches.map(({ entry }) => entry.id),
  ).toEqual(['note:1']);
  expect(told.asked.filter((text) => text.includes('The cat'))).toHaveLength(1);
  await knowledge.save(noteEntry('1', { title: 'A motor again' }));
  await knowledge.forget('note:2');
  expect((await knowledge.search({ text: 'engine', most: 9 })).matches.map(({ entry }) => entry.id)).toEqual(['note:1']);
});

it('searches by words alone while a provider is down, and says so; afterwards it catches up', async () => {
  await using here = await stand();
  const told = embedder();
  const knowledge = await here.openKnowledge('a/one', told);
  await knowledge.save(noteEntry('1', { title: 'The cat is out' }));
  told.failure = new Error('no route to host');
  const { matches, notes } = await knowledge.search({ text: 'cats', most: 5 });
  expect(matches.map(({ entry }) => entry.id)).toEqual(['note:1']);
  expect(notes).toEqual(['Only words were searched, since a/one could not be asked: no route to host']);
  expect(await knowledge.reindex(() => undefined)).toMatchObject({ entries: 1, notes: [expect.stringContaining('no route')] });
  told.failure = undefined;
  expect((await knowledge.search({ text: 'feline', most: 5 })).matches[0]?.why).toEqual(['like it in meaning']);
});

it('never compares vectors of two models, also where they have different numbers of dimensions', async () => {
  await using here = await stand();
  const one = await here.openKnowledge('a/one', embedder());
  await one.save(noteEntry('1', { title: 'The cat is out' }));
  await one.search({ text: 'feline', most: 1 });
  const other = await here.openKnowledge('b/other', embedder(4));
  expect((await other.search({ text: 'feline', most: 1 })).matches[0]?.why).toEqual(['like it in meaning']);
  using database = new DatabaseSync(join(here.place, 'vectors.db'), { readOnly: true });
  expect(
    database
      .prepare('SELECT model, dimensions FROM vector_entry ORDER BY model')
      .all()
      .map((row) => ({ ...row })),
  ).toEqual([
    { model: 'a/one', dimensions: 3 },
    { model: 'b/other', dimensions: 4 },
  ]);
});
