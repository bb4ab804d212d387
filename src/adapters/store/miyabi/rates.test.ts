import { expect, it } from 'vitest';
import type { RateLimits } from '../../../ports/model-ledger.ts';
import { openTestLedger as openOnSqlite, overLedgers } from '../../../../test/support/ledger.ts';
import type { TestLedger } from '../../../../test/support/ledger.ts';
import { leastProcessorMs } from '../../../../test/support/processor-time.ts';
import { seededRandom } from '../../../../test/simulation/random.ts';

const limits: RateLimits = { requests: 3, tokens: 1_000, windowMs: 60_000 };
const start = Date.UTC(2026, 10, 21);

async function beginningAt(now: number, opening: Promise<TestLedger>): Promise<TestLedger> {
  const opened = await opening;
  opened.clock.now = () => now;
  return opened;
}

/** How long the turns must take at least: each as early as the limits allow, found by trying. */
function best(turns: ReadonlyArray<{ readonly tokens: number }>, { requests, tokens, windowMs }: RateLimits): number {
  const given: { readonly at: number; readonly tokens: number }[] = [];
  for (const turn of turns) {
    let from = given.length;
    let room = tokens - turn.tokens;
    while (from > 0 && given.length - from + 1 < requests && room >= (given[from - 1]?.tokens ?? 0)) {
      from -= 1;
      room -= given[from]?.tokens ?? 0;
    }
    const mustLeave = given[from - 1];
    given.push({ at: Math.max(given.at(-1)?.at ?? 0, mustLeave === undefined ? 0 : mustLeave.at + windowMs), tokens: turn.tokens });
  }
  return given.at(-1)?.at ?? 0;
}

overLedgers((openTestLedger) => {
  it('gives turns at once until the window is full, whichever process asks, and says what the others wait for', async () => {
    await using opened = await beginningAt(start, openTestLedger());
    const { rates } = opened.ledger;
    const other = (await opened.another()).rates;
    for (const each of [rates, other, rates]) expect(await each.take('one', 10, limits)).toMatchObject({ at: start, why: '' });
    expect(await other.take('one', 10, limits)).toMatchObject({
      at: start + 60_000,
      why: expect.stringMatching(/^only 3 requests are allowed in 60 s \(models\.requestsPerMinute/),
    });
    expect(await rates.take('one', 995, limits)).toMatchObject({
      at: start + 120_000,
      why: expect.stringMatching(/^only 1,000 tokens are allowed in 60 s \(models\.tokensPerMinute/),
    });
    expect(await rates.take('one', 1, limits)).toMatchObject({ at: start + 120_000, why: 'others have asked before' });
    expect(await rates.take('another', 10, limits)).toMatchObject({ at: start, why: '' });
  });

  it('counts what a turn has taken in the end, for those that come later', async () => {
    await using opened = await beginningAt(start, openTestLedger());
    const { rates } = opened.ledger;
    const first = await rates.take('one', 100, limits);
    opened.clock.now = () => start + 1_000;
    const second = await rates.take('one', 100, limits);
    await rates.used(first.id, 1_000);
    opened.clock.now = () => start + 2_000;
    expect((await rates.take('one', 100, limits)).at).toBe(first.at + 60_000);
    await rates.used(first.id, 0);
    expect(second.at).toBe(start + 1_000);
    await rates.used('nobody', 5);
  });

  it('a turn that was given back is free again', async () => {
    await using opened = await beginningAt(start, openTestLedger());
    const { rates } = opened.ledger;
    const [first] = [await rates.take('one', 900, limits)];
    const late = await rates.take('one', 900, limits);
    expect(late.at).toBe(start + 60_000);
    await rates.giveBack(late.id);
    await rates.giveBack(first.id);
    expect((await rates.take('one', 900, limits)).at).toBe(start);
  });

  it('a request that is larger than the limit gets a window of its own', async () => {
    await using opened = await beginningAt(start, openTestLedger());
    const { rates } = opened.ledger;
    await rates.take('one', 1, limits);
    expect((await rates.take('one', 5_000, limits)).at).toBe(start + 60_000);
    expect((await rates.take('one', 1, limits)).at).toBe(start + 120_000);
  });

  it('nobody asks a provider that has said when to come again, and the latest word counts', async () => {
    await using opened = await beginningAt(start, openTestLedger());
    const { rates } = opened.ledger;
    await rates.hold('one', start + 5_000, 'it asked to wait');
    await rates.hold('one', start + 1_000, 'it asked to wait less');
    expect(await (await opened.another()).rates.take('one', 1, limits)).toMatchObject({ at: start + 5_000, why: 'it asked to wait' });
    expect(await rates.take('another', 1, limits)).toMatchObject({ at: start });
    opened.clock.now = () => start + 5_001;
    expect(await rates.take('one', 1, limits)).toMatchObject({ at: start + 5_001, why: '' });
  });

  it('starts programs one after the other, over all processes', async () => {
    await using opened = await beginningAt(start, openTestLedger());
    const { rates } = opened.ledger;
    const other = (await opened.another()).rates;
    expect([await rates.launch('one', 500), await other.launch('one', 500), await rates.launch('two', 500)]).toEqual([
      start,
      start + 500,
      start,
    ]);
    opened.clock.now = () => start + 5_000;
    expect(await other.launch('one', 500)).toBe(start + 5_000);
  });

  it('nobody waits for a clock that was set back', async () => {
    await using opened = await beginningAt(start, openTestLedger());
    const { rates } = opened.ledger;
    for (let turn = 0; turn < 9; turn += 1) await rates.take('one', 1, limits);
    opened.clock.now = () => start - 1_000;
    expect((await rates.take('one', 1, limits)).at).toBe(start + 180_000);
    opened.clock.now = () => start - 3_600_000;
    expect((await rates.take('one', 1, limits)).at).toBe(start - 3_600_000);
  });

  it('keeps turns no longer than they count', async () => {
    await using opened = await beginningAt(start, openTestLedger());
    const { rates } = opened.ledger;
    for (const key of ['one', 'gone']) for (let turn = 0; turn < 3; turn += 1) await rates.take(key, 1, limits);
    opened.clock.now = () => start + 60_000;
    await rates.take('one', 1, limits);
    const kept = () => opened.rows('SELECT key, count(*) AS count FROM miyabi_rate_permit GROUP BY key ORDER BY key');
    expect(await kept()).toEqual([
      { key: 'gone', count: 3 },
      { key: 'one', count: 1 },
    ]);
    opened.clock.now = () => start + 3 * 86_400_000;
    await rates.take('new', 1, limits);
    expect(await kept()).toEqual([{ key: 'new', count: 1 }]);
  });
});

it.each([
  ['requests bind', 50, 40_000, [1, 100]],
  ['tokens bind', 5_000, 40_000, [1, 300]],
  ['both bind now and then', 50, 40_000, [500, 999]],
] as const)(
  'ten callers with 10,000 turns are never over a limit, and within a hundredth of what can be had: %s',
  async (which, requests, tokens, [least, most]) => {
    const random = seededRandom(7);
    await using opened = await beginningAt(start, openOnSqlite());
    const { rates } = opened.ledger;
    const limit = { requests, tokens, windowMs: 60_000 };
    const turns: { readonly at: number; readonly tokens: number }[] = [];
    const waiting = Array.from({ length: 10 }, () => start);
    while (turns.length < 10_000) {
      // Whose turn has come takes it, and asks for the next one.
      const now = Math.min(...waiting);
      opened.clock.now = () => now;
      const size = random.whole(least, most);
      const { at } = await rates.take('one', size, limit);
      waiting[waiting.indexOf(now)] = at;
      turns.push({ at, tokens: size });
    }
    let first = 0;
    let sum = 0;
    let over = 0;
    for (const [index, turn] of turns.entries()) {
      sum += turn.tokens;
      for (let oldest = turns[first]; oldest !== undefined && oldest.at <= turn.at - limit.windowMs; oldest = turns[first]) {
        sum -= oldest.tokens;
        first += 1;
      }
      if (index - first + 1 > requests || sum > tokens) over += 1;
    }
    expect(over).toBe(0);
    expect(turns.every(({ at }, index) => at >= (turns[index - 1]?.at ?? 0))).toBe(true);
    const took = (turns.at(-1)?.at ?? 0) - start;
    expect(took / best(turns, limit), which).toBeLessThanOrEqual(1.01);
  },
);

it('takes less than a millisecond of processor time with 4,000 turns in the window', async () => {
  await using opened = await beginningAt(start, openOnSqlite());
  const { rates } = opened.ledger;
  const many = { requests: 4_000, tokens: 4_000_000, windowMs: 60_000 };
  await Promise.all(Array.from({ length: 8_000 }, () => rates.take('one', 900, many)));
  expect(await leastProcessorMs(50, () => rates.take('one', 900, many))).toBeLessThan(1);
});
