import { getEventListeners } from 'node:events';
import { generateText } from 'ai';
import { createAnthropic } from '@ai-sdk/anthropic';
import { describe, expect, test } from 'vitest';
import { callOf, hello, helloCost, scriptedStand } from '../../../test/support/models/exchange-stand.ts';
import type { Turn } from '../../../test/support/scripted-provider/scripted-provider.ts';
import { providerProtocols } from '../../domain/model.ts';
import { exchangeFetch } from './exchange-fetch.ts';

const settings = { cache: true };
const other: Turn = { say: 'Something else.' };

describe('answers that were given before', () => {
  test.each(providerProtocols)('cost nothing and are the very same (%s)', async (protocol) => {
    for (const isStreamed of [false, true]) {
      await using stand = await scriptedStand([hello, other], { settings });
      const request = { ...callOf(protocol, { isStreamed }), delivery: isStreamed ? 'streamed' : 'whole' } as const;
      const first = await stand.ask(request);
      const second = await stand.ask(request);
      expect(second).toMatchObject({ status: 200, text: first.text, headers: { 'content-type': first.headers['content-type'] } });
      expect(stand.provider.requests).toHaveLength(1);
      expect(await stand.spent()).toMatchObject({ calls: 2, cached: 1, costMicroUsd: helloCost, reservedMicroUsd: 0 });
      expect(stand.events).toMatchObject([
        { type: 'answered', cached: false },
        { type: 'answered', cached: true, usage: hello.usage, cost: { microUsd: 0 } },
      ]);
    }
  });

  test('are shared by worlds that may share them, in folders of their own', async () => {
    await using stand = await scriptedStand([hello, other], { settings });
    const ask = (folder: string, cacheScope: string) =>
      stand.ask(callOf('anthropic', { text: `Work in ${folder}/tree.` }), { incidental: [folder], cacheScope });
    await ask('/w/alpha', 'run');
    await ask('/w/beta', 'run');
    expect(stand.provider.requests).toHaveLength(1);
    await ask('/w/alpha', 'run, alpha');
    expect(stand.provider.requests).toHaveLength(2);
  });

  const notKept: ReadonlyArray<readonly [what: string, turn: Turn]> = [
    ['an error', { fail: 400 }],
    ['an answer that does not say what it cost', { say: 'Hello.', wrongUsage: 'missing' }],
    ['an answer that says what cannot be', { say: 'Hello.', wrongUsage: 'negative' }],
    ['a refusal of the model', { say: 'No.', stopReason: 'refused' }],
  ];
  test.each(notKept)('%s is not kept', async (_what, turn) => {
    await using stand = await scriptedStand([turn, hello], { settings });
    await stand.ask({});
    await stand.ask({});
    expect(stand.provider.requests).toHaveLength(2);
    await using streamed = await scriptedStand([turn, hello], { settings });
    const request = { ...callOf('anthropic', { isStreamed: true }), delivery: 'streamed' } as const;
    await streamed.ask(request);
    await streamed.ask(request);
    expect(streamed.provider.requests).toHaveLength(2);
  });

  test('half a stream is not kept, nor one that nobody read to its end', async () => {
    await using stand = await scriptedStand(
      [{ half: { say: 'Hello.' }, after: { events: 3 } }, { slow: hello, bytesAtOnce: 50, pauseMs: 1 }, hello],
      {
        settings,
      },
    );
    const request = { ...callOf('anthropic', { isStreamed: true }), delivery: 'streamed' } as const;
    await expect(stand.ask(request)).rejects.toThrow(/broke off/);
    const { body } = await stand.exchange.send({ ...request, headers: [], signal: new AbortController().signal }, stand.caller());
    for await (const _ of body) break;
    await stand.ask(request);
    expect(stand.provider.requests).toHaveLength(3);
  });

  test('what is too large is handed on and not kept', async () => {
    const large: Turn = { say: 'x'.repeat(5 * 1024 ** 2), usage: hello.usage };
    await using stand = await scriptedStand([large, hello], { settings });
    expect((await stand.ask({})).text.length).toBeGreaterThan(5 * 1024 ** 2);
    await stand.ask({});
    expect(stand.provider.requests).toHaveLength(2);
  });

  test('are not looked for where that is switched off', async () => {
    await using stand = await scriptedStand([hello, hello]);
    await stand.ask({});
    await stand.ask({});
    expect(stand.provider.requests).toHaveLength(2);
  });
});

test('a library asks through the exchange by a fetch of its own', async () => {
  await using stand = await scriptedStand([{ fail: 529 }, { half: { say: 'Hel' }, after: { bytes: 30 } }, hello]);
  globalThis.AI_SDK_LOG_WARNINGS = false;
  const fetch = exchangeFetch(stand.exchange, 'anthropic', stand.caller());
  const model = createAnthropic({ apiKey: 'none', baseURL: 'http://models.invalid/v1', fetch })('m');
  const { text, usage } = await generateText({ model, prompt: 'Say hello.', maxRetries: 0, maxOutputTokens: 100 });
  expect([text, usage.inputTokens, usage.outputTokens]).toEqual(['Hello.', 50, 7]);
  expect(stand.events.map(({ type }) => type)).toEqual(['retrying', 'retrying', 'answered']);
});

test('nothing is left on a signal that lasts longer than a call', async () => {
  await using stand = await scriptedStand([hello, hello, { fail: 500 }, hello, hello]);
  const { signal } = new AbortController();
  const fetch = exchangeFetch(stand.exchange, 'anthropic', stand.caller());
  const { method, body } = callOf('anthropic');
  for (let call = 0; call < 3; call += 1) {
    expect((await fetch('http://models.invalid/v1/messages', { method, body: Buffer.from(body).toString(), signal })).status).toBe(200);
  }
  await stand.ask({ ...callOf('anthropic', { isStreamed: true }), delivery: 'streamed', signal });
  // A request lets go of it in the turn in which its connection is free again.
  await expect.poll(() => getEventListeners(signal, 'abort')).toEqual([]);
});
