import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divided } from '../../support/campaign.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { inMemory, inSqlite } from './backends.ts';
import type { OpenRecords } from './backends.ts';
import { brokenEngines } from './broken-engines.ts';
import { sequences } from './draw.ts';
import { found } from './found.ts';
import type { Operation } from './operations.ts';
import { runSequence } from './run.ts';
import type { Tally } from './run.ts';

/** The same sequences for every store. MODEL_SEED repeats those of another run, MODEL_RUNS says how many. */
const seed = Number(process.env['MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const runs = process.env['MODEL_RUNS'] === undefined ? undefined : Number(process.env['MODEL_RUNS']);
const timeout = 120_000 + (runs ?? 300) * 500;
/** In so many chance leaves none of {@link wanted} out. */
const many = 300;

/** What all sequences together have to have come across, or they prove little. */
const wanted: readonly string[] = [
  'claim: claimed',
  'claim: deferred',
  'claim: stale',
  'offer: stale',
  'offer: deferred',
  'retry: retried',
  'retry: refused',
  'signal: answered',
  'signal: not-waiting',
  'submit: already-submitted',
  'submit: already-open',
];

async function whatever(count: number, check: (operations: readonly Operation[], sequence: number) => Promise<unknown>): Promise<void> {
  console.log(`MODEL_SEED=${seed} MODEL_RUNS=${count}`);
  let sequence = 0;
  const property = fc.asyncProperty(sequences, async (operations) => void (await check(operations, (sequence += 1))));
  await fc.assert(property, { numRuns: count, seed });
}

describe('an engine in memory', () => {
  it(
    'answers and records, in random sequences of operations, what the model does',
    async () => {
      const tally: Tally = { operations: 0, answers: new Map() };
      const count = runs ?? 300;
      await whatever(count, (operations, sequence) => runSequence(operations, { open: inMemory, sequence }, tally));
      const missing = count < many ? [] : wanted.filter((answer) => !tally.answers.has(answer));
      expect(missing).toEqual([]);
    },
    timeout,
  );

  it.each(found)('keeps to the model: $what', async ({ operations }) => {
    await runSequence(operations, { open: inMemory, sequence: 1 });
  });
});

describe('an engine on SQLite', () => {
  for (const { count, tags } of divided([{ count: 15 }, { count: 60 }], 2))
    it(
      `answers and records, in ${count} random sequences of operations, what the model does, and to the letter what one in memory does`,
      { tags, timeout },
      async () => {
        await using folder = await temporaryFolder();
        const open = inSqlite(folder.path);
        await whatever(runs ?? count, (operations, sequence) => alike(operations, open, sequence));
      },
    );

  it.each(found)('keeps to the model: $what', async ({ operations }) => {
    await using folder = await temporaryFolder();
    await alike(operations, inSqlite(folder.path), 1);
  });
});

describe('the model', () => {
  it.each(brokenEngines)('finds an engine that $defect', async ({ wrapStore }) => {
    const broken = fc.asyncProperty(sequences, async (operations) => {
      await runSequence(operations, { open: inMemory, sequence: 1, wrapStore });
    });
    expect((await fc.check(broken, { numRuns: 1_000, seed: 1, endOnFailure: true })).failed).toBe(true);
  });
});

async function alike(operations: readonly Operation[], open: OpenRecords, sequence: number): Promise<void> {
  const here = await runSequence(operations, { open, sequence });
  expect(here).toEqual(await runSequence(operations, { open: inMemory, sequence }));
}
