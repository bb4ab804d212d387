import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BreakerSettings } from '../../../domain/breaker.ts';
import type { Admission } from '../../../domain/breaker.ts';
import { systemIds } from '../../ids.ts';
import { openDatabase } from '../open-database.ts';
import type { Database } from '../open-database.ts';

const settings: BreakerSettings = { failures: 5, coolMs: 60_000, successes: 2 };
const bold = { key: 'digest', name: 'repair, bold' };
const forMs = 10_000;

let folder: string;
let now = 1_000;
let opened: Database[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'breakers-'));
  now = 1_000;
});

afterEach(async () => {
  for (const database of opened) await database.close();
  opened = [];
  rmSync(folder, { recursive: true });
});

/** Opens the same file again each time, as another process would. */
async function open(): Promise<Database> {
  const clock = { now: () => now, monotonic: () => performance.now() };
  const database = await openDatabase(join(folder, 'miyabi.db'), { clock, ids: systemIds, synchronous: 'NORMAL' });
  opened.push(database);
  return database;
}

async function admit(database: Database, holder = 'one'): Promise<Admission> {
  return await database.ledger.breakers.admit(bold, { holder, forMs }, settings);
}

async function fail(database: Database, times: number): Promise<void> {
  for (let turn = 0; turn < times; turn += 1) {
    await database.ledger.breakers.report(bold, { holder: `failed-${turn}`, outcome: 'failure' }, settings);
  }
}

it('opens over several processes, survives a restart, and closes again', async () => {
  const first = await open();
  const second = await open();
  await fail(first, 3);
  await fail(second, 1);
  expect(await admit(first)).toEqual({ kind: 'admitted' });
  await fail(first, 1);
  const refused = { kind: 'refused', because: 'open', until: 61_000 };
  expect(await admit(first)).toEqual(refused);
  expect(await admit(second)).toEqual(refused);
  await first.close();
  await second.close();
  opened = [];

  const third = await open();
  expect(await third.ledger.breakers.list()).toEqual([{ ...bold, circuit: { kind: 'open', since: 1_000 }, changedAt: 1_000 }]);
  now = 60_999;
  expect(await admit(third)).toEqual(refused);
  now = 61_000;
  expect(await admit(third)).toEqual({ kind: 'admitted' });
  expect(await third.ledger.breakers.list()).toMatchObject([
    { circuit: { kind: 'half-open', successes: 0, probe: { holder: 'one', until: 71_000 } }, changedAt: 61_000 },
  ]);
  for (const holder of ['one', 'two']) {
    expect(await admit(third, holder)).toEqual({ kind: 'admitted' });
    await third.ledger.breakers.report(bold, { holder, outcome: 'success' }, settings);
  }
  expect(await third.ledger.breakers.list()).toEqual([]);
});

it('lets one world of many try a half-open breaker, whichever process asks', async () => {
  const [first, second] = [await open(), await open()];
  await fail(first, 5);
  now += settings.coolMs;
  const asked = Array.from({ length: 20 }, (_, index) => admit(index % 2 === 0 ? first : second, `world-${index}`));
  const answers = await Promise.all(asked);
  expect(answers.filter(({ kind }) => kind === 'admitted')).toHaveLength(1);
  expect(answers.filter((answer) => answer.kind === 'refused' && answer.because === 'being-tried')).toHaveLength(19);
});

it('keeps nothing of a configuration that works, and each one apart', async () => {
  const database = await open();
  await database.ledger.breakers.report(bold, { holder: 'one', outcome: 'success' }, settings);
  await database.ledger.breakers.report(bold, { holder: 'two', outcome: 'nothing' }, settings);
  expect(await database.ledger.breakers.list()).toEqual([]);
  await fail(database, 5);
  const other = { key: 'another digest', name: 'repair, careful' };
  expect(await database.ledger.breakers.admit(other, { holder: 'one', forMs }, settings)).toEqual({ kind: 'admitted' });
  await database.ledger.breakers.report(other, { holder: 'one', outcome: 'failure' }, settings);
  expect((await database.ledger.breakers.list()).map(({ name, circuit }) => [name, circuit.kind])).toEqual([
    ['repair, bold', 'open'],
    ['repair, careful', 'closed'],
  ]);
  await database.ledger.breakers.report(other, { holder: 'two', outcome: 'success' }, settings);
  expect(await database.ledger.breakers.list()).toHaveLength(1);
});

it('answers in less than a millisecond', async () => {
  const database = await open();
  for (const failures of [0, 5]) {
    await fail(database, failures);
    const times: number[] = [];
    for (let turn = 0; turn < 200; turn += 1) {
      const begun = performance.now();
      await admit(database, 'one');
      times.push(performance.now() - begun);
    }
    expect(times.toSorted((a, b) => a - b)[100]).toBeLessThan(1);
  }
});
