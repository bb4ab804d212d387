import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { createKnowledge } from '../../src/adapters/knowledge/knowledge.ts';
import { postgresIndex } from '../../src/adapters/knowledge/postgres/postgres-index.ts';
import { openFileIndex } from '../../src/adapters/knowledge/sqlite/open-file-index.ts';
import { openPostgres } from '../../src/adapters/store/postgres/open.ts';
import { sqlKnowledge } from '../../src/adapters/store/miyabi/knowledge.ts';
import { serialTransactions } from '../../src/adapters/store/miyabi/serial.ts';
import { miyabiMigrations } from '../../src/adapters/store/miyabi/migrations.ts';
import { openWeaverDatabase } from '../../src/adapters/store/open-weaver-database.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import type { Knowledge, KnowledgeEntry, KnowledgeQuery } from '../../src/ports/knowledge.ts';
import { putFreshDatabase } from '../support/fresh-database.ts';
import { noteEntry } from '../support/knowledge/entries.ts';
import { freshPostgres, noPostgres } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary.ts';

interface Stand extends AsyncDisposable {
  /** Opened as each process does, with an index of its own connection. */
  open(): Promise<Knowledge>;
}

async function onFile(): Promise<Stand> {
  await using opening = new AsyncDisposableStack();
  const { path } = opening.use(await temporaryFolder());
  await putFreshDatabase(join(path, 'miyabi.db'));
  const opened = opening.move();
  return {
    open: async () => {
      const database = await openWeaverDatabase(join(path, 'miyabi.db'), { clock: systemClock, synchronous: 'NORMAL' }, [miyabiMigrations]);
      opened.defer(async () => await database.close());
      const index = await openFileIndex({ path: join(path, 'knowledge.db') });
      return opened.use(createKnowledge({ records: sqlKnowledge(serialTransactions(database.transactions)), index }));
    },
    [Symbol.asyncDispose]: async () => await opened.disposeAsync(),
  };
}

async function onPostgres({ trigrams }: { readonly trigrams: boolean }): Promise<Stand> {
  await using opening = new AsyncDisposableStack();
  const { url } = opening.use(await freshPostgres());
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(trigrams ? 'CREATE EXTENSION IF NOT EXISTS pg_trgm' : 'DROP EXTENSION IF EXISTS pg_trgm CASCADE');
  await client.end();
  const opened = opening.move();
  return {
    open: async () => {
      const database = await openPostgres(url, {}, [miyabiMigrations]);
      opened.defer(async () => await database.close());
      const index = await postgresIndex(database.executor);
      return opened.use(createKnowledge({ records: sqlKnowledge(serialTransactions(database.transactions)), index }));
    },
    [Symbol.asyncDispose]: async () => await opened.disposeAsync(),
  };
}

const missing = noPostgres();
const backends = [
  { name: 'a file of this machine', stand: onFile, skip: undefined, trigrams: true },
  { name: 'PostgreSQL with pg_trgm', stand: () => onPostgres({ trigrams: true }), skip: missing, trigrams: true },
  { name: 'PostgreSQL without pg_trgm', stand: () => onPostgres({ trigrams: false }), skip: missing, trigrams: false },
];

const ids = async (knowledge: Knowledge, query: Partial<KnowledgeQuery>) =>
  (await knowledge.search({ text: '', most: 10, ...query })).matches.map(({ entry }) => entry.id);

describe.each(backends)('the knowledge base in $name', ({ stand, skip, trigrams }) => {
  const cases: Readonly<Record<string, (knowledge: Knowledge, place: Stand) => Promise<void>>> = {
    'gives back what was saved, replaces it under the same id, and forgets it': async (knowledge) => {
      const entry: KnowledgeEntry = {
        ...noteEntry('1', { title: 'Größe of "zebras"', body: `it's\n\u{1F600}`, paths: ["a'b.ts"], labels: ['bug'], at: 5 }),
        issue: '12',
        repositoryId: 'r',
        plan: ['one'],
        diff: '+a',
        lessons: ['two'],
        errors: [{ signature: 's', message: 'm' }],
      };
      await knowledge.save(entry);
      expect(await knowledge.get('note:1')).toEqual(entry);
      await knowledge.save({ ...entry, title: 'Baskets', body: '' });
      expect(await ids(knowledge, { text: 'size of zebras' })).toEqual([]);
      expect(await ids(knowledge, { text: 'the basket' })).toEqual(['note:1']);
      expect(await knowledge.count()).toBe(1);
      await knowledge.forget('note:1');
      await knowledge.forget('note:2');
      expect([await knowledge.get('note:1'), await knowledge.count(), await ids(knowledge, { text: 'basket' })]).toEqual([
        undefined,
        0,
        [],
      ]);
    },
    'finds by words in whatever form and part, the rarer ones telling more, and says which': async (knowledge) => {
      for (const [index, title] of ['Rounding of totals', 'Totals of carts', 'Totals of orders', 'Dark mode'].entries())
        await knowledge.save(noteEntry(String(index), { title }));
      await knowledge.save(noteEntry('lesson', { title: 'x', lessons: ['Retry the upload with backoff'] }));
      const { matches, notes } = await knowledge.search({ text: 'a total is rounded', most: 2 });
      expect(matches.map(({ entry }) => entry.id)).toEqual(['note:0', expect.stringMatching(/note:[12]/)]);
      expect(matches[0]).toMatchObject({ likeness: 1, why: ['words: rounded, total'] });
      expect(matches[0]?.score).toBeGreaterThan(matches[1]?.score ?? 0);
      expect(matches[1]?.likeness).toBeLessThan(0.6);
      expect(await ids(knowledge, { text: 'uploads retried' })).toEqual(['note:lesson']);
      expect(notes).toEqual(trigrams ? [] : [expect.stringContaining('pg_trgm')]);
    },
    'takes identifiers apart, and finds pairs of characters where a script sets no spaces': async (knowledge) => {
      await knowledge.save(noteEntry('camel', { title: 'parseHTTPHeaders drops one' }));
      await knowledge.save(noteEntry('snake', { title: 'user_name_of is empty' }));
      await knowledge.save(noteEntry('han', { title: '割引の計算が間違っている' }));
      expect(await ids(knowledge, { text: 'header' })).toEqual(['note:camel']);
      expect(await ids(knowledge, { text: 'userName' })).toEqual(['note:snake']);
      expect(await ids(knowledge, { text: '計算' })).toEqual(['note:han']);
    },
    'takes nothing in a question for its own language': async (knowledge) => {
      await knowledge.save(noteEntry('1', { title: 'near and far' }));
      for (const text of [
        '"far',
        'far"; DROP TABLE x',
        'far AND (',
        'far:* & !near | <->',
        "far' OR '1",
        'title:far NEAR(',
        'far\0',
        '\\',
        '%',
        '*',
      ])
        expect((await ids(knowledge, { text })).length, text).toBe(text.includes('far') ? 1 : 0);
    },
    'the same error is the strongest sign, then its message; an own repository is preferred, or the only one': async (knowledge) => {
      const error = (signature: string) => ({ errors: [{ signature, message: signature }], title: 'Something else' });
      await knowledge.save(noteEntry('words', { title: 'Totals are wrong in the cart' }));
      await knowledge.save(noteEntry('message', error('TypeError: x @ a b.js')));
      await knowledge.save(noteEntry('same', error('TypeError: x @ sum basket.js')));
      const query = { text: 'totals wrong cart', errorSignatures: ['TypeError: x @ sum basket.js'] };
      const { matches } = await knowledge.search({ ...query, most: 9 });
      expect(matches.map(({ entry, why }) => [entry.id, why[0]])).toEqual([
        ['note:same', 'same error'],
        ['note:words', expect.stringMatching(/^words: .*cart/)],
        ['note:message', 'same message of an error'],
      ]);
      await knowledge.save(noteEntry('own', { title: 'Totals are wrong in the cart', repositoryId: 'r', at: 0 }));
      const text = 'totals wrong cart';
      expect(await ids(knowledge, { text, repositoryId: 'r' })).toEqual(['note:own', 'note:words']);
      expect(await ids(knowledge, { text, repositoryId: 'r', only: 'repository' })).toEqual(['note:own']);
      expect(await ids(knowledge, { ...query, paths: ['a'], repositoryId: 'q', only: 'repository' })).toEqual([]);
    },
    'paths in common count, the same path more than the same name; labels a little': async (knowledge) => {
      await knowledge.save(noteEntry('name', { title: 'a', paths: ['lib/cart.ts'] }));
      await knowledge.save(noteEntry('path', { title: 'b', paths: ['src/cart.ts'] }));
      expect(
        (await knowledge.search({ text: '', paths: ['src/cart.ts'], most: 9 })).matches.map(({ entry, why }) => [entry.id, ...why]),
      ).toEqual([
        ['note:path', 'same paths'],
        ['note:name', 'same paths'],
      ]);
      for (const label of ['x', 'y']) await knowledge.save(noteEntry(label, { title: 'Zebra', labels: [label], at: 1 }));
      expect(await ids(knowledge, { text: 'zebra', labels: ['x'] })).toEqual(['note:x', 'note:y']);
      expect(await ids(knowledge, { text: 'zebra', labels: ['y'] })).toEqual(['note:y', 'note:x']);
    },
    'what another process has saved is found at once, and both may save the same': async (knowledge, place) => {
      const other = await place.open();
      await Promise.all(
        Array.from({ length: 12 }, async (_, index) => {
          const one = index % 2 === 0 ? knowledge : other;
          await one.save(noteEntry(String(index % 4), { title: `Zebra ${index}` }));
          await one.search({ text: 'zebra', most: 9 });
        }),
      );
      expect((await ids(knowledge, { text: 'zebras' })).toSorted()).toEqual(['note:0', 'note:1', 'note:2', 'note:3']);
      expect((await ids(other, { text: 'zebras' })).length).toBe(4);
      await other.forget('note:0');
      expect((await ids(knowledge, { text: 'zebra' })).length).toBe(3);
    },
    'finds parts of names, where it has trigrams': async (knowledge) => {
      await knowledge.save(noteEntry('1', { title: 'recompmputeGranals fails' }));
      await knowledge.save(noteEntry('2', { title: 'Another' }));
      expect(await ids(knowledge, { text: 'mputeGran' })).toEqual(trigrams ? ['note:1'] : []);
    },
    'is made anew from the entries, and tells how far it is': async (knowledge) => {
      for (let index = 0; index < 5; index += 1) await knowledge.save(noteEntry(String(index), { title: `Zebra ${index}` }));
      const told: number[] = [];
      expect(await knowledge.reindex((done, of) => told.push(done / of))).toEqual({ entries: 5, notes: [] });
      expect(told.at(-1)).toBe(1);
      expect((await ids(knowledge, { text: 'zebra' })).length).toBe(5);
    },
  };

  it.skipIf(skip !== undefined)(`does what its port says${skip === undefined ? '' : ` (${skip})`}`, async () => {
    for (const [name, check] of Object.entries(cases)) {
      await using place = await stand();
      await check(await place.open(), place).catch((error: unknown) => {
        throw new Error(`It does not: ${name}`, { cause: error });
      });
    }
  });
});
