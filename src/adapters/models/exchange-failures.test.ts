import { describe, expect, test } from 'vitest';
import { callOf, exchangeStand, hello, helloCost, quickRetry, scriptedStand } from '../../../test/support/models/exchange-stand.ts';
import type { Turn } from '../../../test/support/scripted-provider/scripted-provider.ts';
import { noUsage } from '../../domain/model.ts';
import type { ExchangeEvent } from '../../ports/exchange.ts';
import { defaultPatience } from './ask.ts';
import { createUpstream } from './upstream.ts';

const kinds = (events: readonly ExchangeEvent[]): readonly string[] =>
  events.map((event) => ('failure' in event ? `${event.type}: ${event.failure.kind}` : event.type));

/** What a call can cost at most here: a third of the bytes of its body as input, and the 100 tokens of output that it asks for. */
const most = Math.ceil(callOf('anthropic').body.length / 3) + 1_000;

describe('is asked again, and answered at last', () => {
  const failures: ReadonlyArray<readonly [what: string, turn: Turn, told: string]> = [
    ['a throttle', { fail: 429 }, 'throttled'],
    ['a throttle that says when to come back', { fail: 429, retryAfter: 0 }, 'throttled'],
    ['an overload', { fail: 529 }, 'unavailable'],
    ['an error of the server', { fail: 500 }, 'unavailable'],
    ['a connection that is reset', 'reset', 'network'],
  ];
  test.each(failures)('%s costs nothing', async (_what, turn, told) => {
    for (const delivery of ['whole', 'streamed'] as const) {
      await using stand = await scriptedStand([turn, turn, turn, hello]);
      expect(await stand.ask({ ...callOf('anthropic', { isStreamed: delivery === 'streamed' }), delivery })).toMatchObject({ status: 200 });
      expect(kinds(stand.events)).toEqual([...Array.from({ length: 3 }, () => `retrying: ${told}`), 'answered']);
      expect(await stand.spent()).toMatchObject({ costMicroUsd: helloCost, reservedMicroUsd: 0 });
    }
  });

  const broken: ReadonlyArray<readonly [what: string, turn: Turn, told: string]> = [
    ['half an answer', { half: { say: 'Hello.' }, after: { bytes: 20 } }, 'network'],
    ['garbage', 'garbage', 'unreadable'],
    ['a stream that fails in its middle', { half: { say: 'Hello.' }, after: { events: 2 }, failing: { fail: 529 } }, 'unavailable'],
    ['a stream that breaks off', { half: { say: 'Hello.' }, after: { events: 3 } }, 'network'],
    ['a stream that ends too early', { half: { say: 'Hello.' }, after: { events: 0 }, failing: { fail: 500 } }, 'unavailable'],
  ];
  test.each(broken)('%s is paid at the most that it can have cost', async (what, turn, told) => {
    await using stand = await scriptedStand([turn, hello]);
    const isStreamed = what.includes('stream');
    expect(await stand.ask(callOf('anthropic', { isStreamed }))).toMatchObject({ status: 200 });
    expect(kinds(stand.events)).toEqual([`retrying: ${told}`, 'answered']);
    const body = callOf('anthropic', { isStreamed }).body.length;
    expect(await stand.spent()).toMatchObject({ costMicroUsd: Math.ceil(body / 3) + 1_000 + helloCost, reservedMicroUsd: 0 });
  });
});

describe('is told as it is, once nothing helps', () => {
  test.each<[what: string, turn: Turn, status: number, told: string, times: number]>([
    ['a throttle', { fail: 429, retryAfter: 0 }, 429, 'throttled', 4],
    ['an overload', { fail: 529, message: 'Overloaded, sorry.' }, 529, 'unavailable', 4],
    ['a wrong key', { fail: 401 }, 401, 'wrong-key', 1],
    ['an unknown model', { fail: 404 }, 404, 'unknown-model', 1],
    ['a request that is too long', { fail: 413 }, 413, 'refused', 1],
    ['a throttle for an hour', { fail: 429, retryAfter: 3_600 }, 429, 'used-up', 1],
    ['a throttle for longer than we wait', { fail: 429, retryAfter: 90 }, 429, 'used-up', 1],
    ['an account that is used up', { fail: 429, account: 'used-up' }, 400, 'used-up', 1],
  ])('%s', async (_what, turn, status, told, times) => {
    await using stand = await scriptedStand([turn, turn, turn, turn]);
    const answer = await stand.ask({});
    expect(answer).toMatchObject({ status, headers: { 'x-should-retry': 'false' } });
    expect(JSON.parse(answer.text)).toMatchObject({ type: 'error' });
    expect(kinds(stand.events)).toEqual([...Array.from({ length: times - 1 }, () => `retrying: ${told}`), `failed: ${told}`]);
    expect(stand.provider.requests).toHaveLength(times);
    expect(await stand.spent()).toMatchObject({ costMicroUsd: 0, reservedMicroUsd: 0, usage: noUsage });
  });

  test('a provider that is not there, and one that says nothing that can be read', async () => {
    await using gone = await exchangeStand({ addresses: { anthropic: { protocol: 'anthropic', url: 'http://127.0.0.1:1' } } });
    expect(await gone.ask({})).toMatchObject({
      status: 502,
      headers: { 'x-should-retry': 'false' },
      text: expect.stringContaining('anthropic could not be asked (ECONNREFUSED)'),
    });
    expect(await gone.spent()).toMatchObject({ costMicroUsd: 0, reservedMicroUsd: 0 });
    await using garbled = await scriptedStand(['garbage', 'garbage', 'garbage', 'garbage']);
    expect(await garbled.ask({})).toMatchObject({ status: 502 });
    expect(kinds(garbled.events).at(-1)).toBe('failed: unreadable');
    expect(await garbled.spent()).toMatchObject({ costMicroUsd: 4 * most, reservedMicroUsd: 0 });
  });

  test('a key that cannot be had is said without the key', async () => {
    for (const key of [
      () => 'sk-secret\r\nX: y',
      (): string => {
        throw new Error('sk-secret is locked');
      },
    ]) {
      await using stand = await exchangeStand({ addresses: { anthropic: { protocol: 'anthropic', url: 'http://127.0.0.1:1' } }, key });
      const answer = await stand.ask({});
      expect(answer).toMatchObject({ status: 401 });
      expect(JSON.stringify([answer, stand.events])).not.toContain('sk-secret');
      expect(kinds(stand.events)).toEqual(['failed: no-key']);
    }
  });
});

describe('usage that cannot be', () => {
  test.each(['negative', 'text', 'fraction', 'absurd', 'missing'] as const)(
    '%s counts as the most that the call can cost',
    async (wrongUsage) => {
      await using stand = await scriptedStand([{ say: 'Hello.', wrongUsage }], { settings: { cache: true } });
      expect(await stand.ask({})).toMatchObject({ status: 200 });
      expect(await stand.spent()).toMatchObject({ calls: 1, costMicroUsd: most, reservedMicroUsd: 0, usage: noUsage });
    },
  );
});

describe('patience', () => {
  test('an answer that trickles is waited for, one that falls silent is not', async () => {
    const slow: Turn = { slow: { say: 'Hello.' }, bytesAtOnce: 40, pauseMs: 2 };
    const settings = { patience: { ...defaultPatience, silenceMs: 150 }, retry: { ...quickRetry, retries: 0 } };
    await using stand = await scriptedStand([slow, 'endless'], { settings });
    expect(await stand.ask({})).toMatchObject({ status: 200 });
    await using silent = await scriptedStand([{ half: { say: 'Hello.' }, after: { events: 2 } }], { settings });
    expect(await silent.ask(callOf('anthropic', { isStreamed: true }))).toMatchObject({ status: 502 });
  });

  test('no connection in time costs nothing', async () => {
    const resolve = (): Promise<never> => new Promise(() => {});
    const address = { name: 'anthropic', url: 'http://nowhere.test', isPrivate: false, credentials: () => ({}) };
    const { request, secrets, close } = createUpstream(address, resolve);
    const limits = { requests: 10, tokens: 10_000, windowMs: 1_000 };
    const providers = new Map([
      ['anthropic', { name: 'anthropic', protocol: 'anthropic', limits, rateKey: 'anthropic', request, secrets } as const],
    ]);
    const settings = { patience: { ...defaultPatience, connectMs: 30 }, retry: { ...quickRetry, retries: 0 } };
    await using stand = await exchangeStand({ providers, settings });
    expect((await stand.ask({})).text).toContain('anthropic could not be asked (no connection)');
    expect(await stand.spent()).toMatchObject({ costMicroUsd: 0, reservedMicroUsd: 0 });
    close();
  });

  test('no first byte in time may have cost something', async () => {
    const settings = { patience: { ...defaultPatience, firstByteMs: 100 }, retry: { ...quickRetry, retries: 0 } };
    for (const turn of [{ say: 'Hello.', delayMs: 60_000 }, 'endless'] as const) {
      await using stand = await scriptedStand([turn], { settings });
      expect(await stand.ask({})).toMatchObject({ status: 502 });
      expect(await (await stand.provider.waitForRequest(1)).ended).toBe('left');
      expect(await stand.spent()).toMatchObject({ costMicroUsd: most, reservedMicroUsd: 0 });
    }
  });
});

describe('a breaker for each provider', () => {
  test('opens when five calls in a row have failed, and says until when', async () => {
    await using stand = await scriptedStand(
      Array.from({ length: 6 }, () => ({ fail: 503 }) as const),
      {
        settings: { retry: { ...quickRetry, retries: 0 } },
      },
    );
    for (let call = 0; call < 5; call += 1) expect(await stand.ask({})).toMatchObject({ status: 503 });
    const refused = await stand.ask({});
    expect(refused).toMatchObject({ status: 503, headers: { 'x-should-retry': 'false' } });
    expect(refused.text).toMatch(/anthropic has failed again and again; it is not asked again before \d{4}-/);
    expect(stand.provider.requests).toHaveLength(5);
    expect(await stand.spent()).toMatchObject({ costMicroUsd: 0, reservedMicroUsd: 0 });
    expect(kinds(stand.events).at(-1)).toBe('failed: unavailable');
    // Others have a breaker of their own.
    expect((await stand.ask(callOf('openai'))).text).not.toContain('again and again');
  });

  test('is closed again by calls that are answered, and not opened by refusals', async () => {
    const turns: readonly Turn[] = Array.from({ length: 12 }, (_, index) => (index % 5 === 4 ? hello : { fail: index > 5 ? 400 : 503 }));
    await using stand = await scriptedStand(turns, { settings: { retry: { ...quickRetry, retries: 0 } } });
    for (const _ of turns) await stand.ask({});
    expect(stand.provider.requests).toHaveLength(turns.length);
  });
});
