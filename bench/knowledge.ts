/**
 * Finding what was learnt: how long a search takes among many entries, what an index costs, and how well it finds.
 *
 * Entries are made up of words that are as unevenly common as in a language (Zipf), about 70 of them each, so that times mean something;
 * how well it finds is measured on questions that people wrote about the same in other words. Searches are asked one after the other, each
 * through the thread that every user goes through. While they run, the longest time that the loop of this process stood still is taken.
 *
 *     npm run bench -- knowledge [--entries 100000] [--searches 200] [--json]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createKnowledge } from '../src/adapters/knowledge/knowledge.ts';
import { openFileIndex } from '../src/adapters/knowledge/sqlite/open-file-index.ts';
import { systemClock } from '../src/adapters/clock.ts';
import { systemIds } from '../src/adapters/ids.ts';
import { openDatabase } from '../src/adapters/store/open-database.ts';
import type { KnowledgeChange, KnowledgeEntry, KnowledgeRecords } from '../src/ports/knowledge.ts';
import { noteEntry } from '../test/support/knowledge/entries.ts';
import { measureRelevance } from '../test/support/knowledge/measure-relevance.ts';
import type { Relevances } from '../test/support/knowledge/measure-relevance.ts';
import { atLeast, atMost, figure, report } from './support/figures.ts';
import type { Figure } from './support/figures.ts';
import { median, percentile } from './support/statistics.ts';

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '100000' },
    searches: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  },
});
const count = Number(values.entries);
const searches = Number(values.searches);

let seed = 7;
/** From 0 to 1, the same each time. */
function random(): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
}

const vocabulary = 40_000;

/** A word of letters alone, each as common as one over its rank. */
function word(): string {
  const rank = Math.floor(Math.exp(random() * Math.log(vocabulary)));
  return `w${Array.from(rank.toString(20), (digit) => 'bcdfghjklmnprstvwxzq'[Number.parseInt(digit, 20)]).join('')}`;
}

function words(many: number): string {
  return Array.from({ length: many }, word).join(' ');
}

function entry(index: number): KnowledgeEntry {
  const failed = index % 5 === 0 ? [{ signature: `TypeError: ${word()} @ ${word()} a.js`, message: words(6) }] : [];
  const about = { repositoryId: `repository-${index % 20}`, paths: [`src/${word()}.ts`, `src/${word()}/${word()}.ts`], errors: failed };
  return noteEntry(String(index), { title: words(8), body: words(50), lessons: [words(10)], at: index, ...about });
}

/** Entries that are made when they are asked for: what is measured is the index, not the records. */
function recordsOf(many: number): KnowledgeRecords {
  const made: KnowledgeEntry[] = Array.from({ length: many }, (_, index) => entry(index));
  const refuse = () => Promise.reject(new Error('Nothing is written here.'));
  return {
    save: refuse,
    forget: refuse,
    noteErrors: refuse,
    errorsOf: async () => [],
    newest: async () => [],
    get: async (ids) => ids.flatMap((id) => made[Number(id.slice('note:'.length))] ?? []),
    count: async () => many,
    changes: async (after, most) =>
      made.slice(after, after + most).map((each, index): KnowledgeChange => ({ revision: after + index + 1, id: each.id, entry: each })),
    revision: async () => many,
    identity: async () => 'bench',
  };
}

/** Each set of questions for itself: those that words and weights were chosen on say what these can do, the others how well that holds. */
function relevanceFigures(found: Relevances): readonly Figure[] {
  const sets = [
    ['tuned', 'looked at to choose words and weights'],
    ['development', 'looked at to choose weights'],
    ['test', 'never looked at'],
    ['heldOut', 'never looked at, with hardly a word in common'],
  ] as const;
  return sets.flatMap(([set, detail]) => {
    const { questions, recallAt5, meanReciprocalRank } = found[set];
    return [
      figure(`recall-at-5-${set}`, recallAt5, 'share', {
        goal: atLeast(0.9),
        detail: `${questions} questions, ${found.entries} entries; ${detail}`,
      }),
      figure(`mean-reciprocal-rank-${set}`, meanReciprocalRank, 'share', { goal: atLeast(0.7), detail: 'of the same questions' }),
    ];
  });
}

const folder = mkdtempSync(join(tmpdir(), 'bench-knowledge-'));
try {
  const path = join(folder, 'knowledge.db');
  await using many = createKnowledge({ records: recordsOf(count), index: await openFileIndex({ path }) });
  const begun = performance.now();
  await many.search({ text: 'first', most: 5 });
  const loadedMs = performance.now() - begun;

  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const times: number[] = [];
  const cpu = process.cpuUsage();
  for (let index = 0; index < searches; index += 1) {
    const text = `${words(8)}\n${words(60)}`;
    const asked = performance.now();
    await many.search({ text, paths: [`src/${word()}.ts`], repositoryId: 'repository-3', most: 5 });
    times.push(performance.now() - asked);
  }
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  const again: number[] = [];
  for (let index = 0; index < 5; index += 1) {
    const opening = performance.now();
    await using another = createKnowledge({
      records: recordsOf(0),
      index: await openFileIndex({ path: join(folder, `other-${index}.db`) }),
    });
    await another.search({ text: 'first', most: 5 });
    again.push(performance.now() - opening);
  }

  const database = await openDatabase(join(folder, 'miyabi.db'), { clock: systemClock, ids: systemIds, synchronous: 'NORMAL' });
  await using few = createKnowledge({
    records: database.ledger.knowledge,
    index: await openFileIndex({ path: join(folder, 'relevance.db') }),
  });
  const found = await measureRelevance(few);
  await database.close();

  const detail = `${searches} searches of 68 words among ${count} entries of about 70 words`;
  report(
    'knowledge',
    [
      figure('search-p50', median(times), 'ms', { goal: atMost(20), detail }),
      figure('search-p95', percentile(times, 0.95), 'ms', { detail }),
      figure('search-cpu', (user + system) / 1_000 / searches, 'ms CPU', {
        detail: 'of one search, all threads: what stays of it on a busy machine',
      }),
      figure('loop-held-up', delay.max / 1e6, 'ms', { detail: 'the longest that the loop of the asking process stood still meanwhile' }),
      figure('load', loadedMs / 1_000, 's', { detail: `to take in ${count} entries` }),
      figure('size', statSync(path).size / 2 ** 20, 'MiB', { detail: 'of the index' }),
      figure('open-new', median(again), 'ms', { detail: 'to start the thread, make an empty index and search it' }),
      ...relevanceFigures(found),
    ],
    { json: values.json },
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
