import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { KeptResponse } from '../../../ports/model-ledger.ts';
import { rowsAt } from '../../../../test/support/ledger-place.ts';
import type { LedgerPlace } from '../../../../test/support/ledger-place.ts';
import { overLedgers } from '../../../../test/support/ledger.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { openWeaverDatabase } from '../open-weaver-database.ts';
import { miyabiMigrations } from './migrations.ts';
import { sqlResponses } from './responses.ts';

const start = Date.UTC(2026, 10, 21);
const keep = { most: 3, maxAgeMs: 7 * 86_400_000 };
const many = { ...keep, most: 1_000 };
const response = (text: string): KeptResponse => ({
  status: 200,
  headers: [
    ['content-type', 'text/plain'],
    ['set-cookie', 'one'],
    ['set-cookie', 'two'],
  ],
  body: new TextEncoder().encode(text),
});

async function keys(place: LedgerPlace): Promise<readonly unknown[]> {
  const rows = await rowsAt(place, 'SELECT key FROM miyabi_response ORDER BY key');
  return rows.map(({ key }) => key);
}

overLedgers((openTestLedger) => {
  it('gives an answer back as it was kept, byte for byte, whichever process asks', async () => {
    await using opened = await openTestLedger();
    const { responses } = opened.ledger;
    const bytes = { ...response(''), status: 201, body: new Uint8Array(randomBytes(100_000)) };
    await responses.put('bytes', bytes, keep);
    await responses.put('empty', response(''), keep);
    await responses.put('text', response('old'), keep);
    await responses.put('text', response('Größe\0\n'), keep);
    const other = (await opened.another()).responses;
    const got = await other.get('bytes');
    expect({ ...got, body: Buffer.from(got!.body).equals(bytes.body) }).toEqual({ ...bytes, body: true });
    expect((await other.get('empty'))?.body).toHaveLength(0);
    expect(new TextDecoder().decode((await other.get('text'))?.body)).toBe('Größe\0\n');
    expect((await other.get('text'))?.headers).toEqual(response('').headers);
    expect(await other.get('nothing')).toBeUndefined();
  });

  it('keeps those that were used last', async () => {
    await using opened = await openTestLedger();
    const { responses } = opened.ledger;
    for (const [index, key] of ['a', 'b', 'c'].entries()) {
      opened.clock.now = () => start + index;
      await responses.put(key, response(key), keep);
    }
    opened.clock.now = () => start + 60_000;
    await responses.get('a');
    await responses.put('d', response('d'), keep);
    expect(await keys(opened.place)).toEqual(['a', 'c', 'd']);
    await responses.put('e', response('e'), { ...keep, most: 1 });
    expect(await keys(opened.place)).toEqual(['e']);
    await responses.put('f', response('f'), { ...keep, most: 0 });
    expect(await keys(opened.place)).toEqual([]);
  });

  it('writes that an answer was used once a minute at most', async () => {
    await using opened = await openTestLedger();
    const { responses } = opened.ledger;
    const usedAfter = async (afterMs: number) => {
      opened.clock.now = () => start + afterMs;
      await responses.get('a');
      const [row] = await opened.rows('SELECT used_at FROM miyabi_response');
      return Number(row?.['used_at']) - start;
    };
    opened.clock.now = () => start;
    await responses.put('a', response('a'), keep);
    expect([await usedAfter(59_999), await usedAfter(60_000), await usedAfter(100_000), await usedAfter(120_000)]).toEqual([
      0, 60_000, 60_000, 120_000,
    ]);
  });

  it('gives none that is too old, and removes it with the next that is kept', async () => {
    await using opened = await openTestLedger();
    const { responses } = opened.ledger;
    opened.clock.now = () => start;
    await responses.put('a', response('a'), keep);
    opened.clock.now = () => start + keep.maxAgeMs - 1;
    expect(await responses.get('a')).toBeDefined();
    opened.clock.now = () => start + keep.maxAgeMs;
    expect(await responses.get('a')).toBeUndefined();
    expect(await keys(opened.place)).toEqual(['a']);
    await responses.put('b', response('b'), keep);
    expect(await keys(opened.place)).toEqual(['b']);
  });
});

it('takes no more room than it may, however many it may keep', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'miyabi.db');
  let now = start;
  const clock = { now: () => now, monotonic: () => performance.now() };
  const database = await openWeaverDatabase(path, { clock }, [miyabiMigrations]);
  const responses = sqlResponses(database.transactions, clock, { all: 10_000, one: 2_000 });
  for (now = start; now < start + 100; now += 1) await responses.put(String(now), { ...response(''), body: randomBytes(1_200) }, many);
  expect(await keys({ path })).toEqual(Array.from({ length: 8 }, (_, index) => String(start + 92 + index)));
  await responses.put('too large', { ...response(''), body: randomBytes(2_000) }, many);
  expect(await responses.get('too large')).toBeUndefined();
  expect(await keys({ path })).toHaveLength(8);
  await database.close();
});
