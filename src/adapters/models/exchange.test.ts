import { describe, expect, test } from 'vitest';
import { callOf, hello, helloCost, scriptedStand, standKey } from '../../../test/support/models/exchange-stand.ts';
import { providerProtocols } from '../../domain/model.ts';

describe.each(providerProtocols)('a call in the words of %s', (protocol) => {
  test.each([false, true])('is answered, paid and told (streamed: %s)', async (isStreamed) => {
    await using stand = await scriptedStand([hello]);
    const { ask, events, spent, provider } = stand;
    const answer = await ask({ ...callOf(protocol, { isStreamed }), delivery: isStreamed ? 'streamed' : 'whole' });
    expect(answer).toMatchObject({ status: 200, text: expect.stringMatching(/He.*ll.*o\./s) });
    expect(provider.requests).toHaveLength(1);
    expect(await spent()).toMatchObject({
      calls: 1,
      cached: 0,
      usage: hello.usage,
      costMicroUsd: helloCost,
      reservedMicroUsd: 0,
      unknownPrices: 0,
    });
    expect(events).toEqual([
      {
        type: 'answered',
        usage: { ...hello.usage, cachedTokens: 0, cacheWriteTokens: 0 },
        cost: { microUsd: helloCost, known: true },
        cached: false,
        model: 'm',
      },
    ]);
  });

  test('is refused by us in these words, and nobody asks again', async () => {
    await using stand = await scriptedStand([]);
    const { ask, events, provider } = stand;
    const limits = [{ scope: 'run', key: 'r', limitMicroUsd: 0 }] as const;
    const answer = await ask(callOf(protocol), { limits });
    expect(answer).toMatchObject({ status: 402, headers: { 'x-should-retry': 'false' } });
    expect(answer.text).toContain('The budget of this run is used up: 0.00 of 0.00 USD. To go on, raise `budget.issueUsd`.');
    expect(events).toMatchObject([{ type: 'budget', at: 'stop' }]);
    expect(provider.requests).toHaveLength(0);
  });
});

describe('the key and the headers', () => {
  test('the key is put in, what was sent in its place does not arrive, and the provider is asked not to compress', async () => {
    await using stand = await scriptedStand([hello]);
    const { ask, provider } = stand;
    const headers = [
      ['X-Api-Key', 'mine'],
      ['Authorization', 'Bearer mine'],
      ['Accept-Encoding', 'gzip'],
      ['Connection', 'close'],
      ['anthropic-version', '2023-06-01'],
    ] as const;
    const answer = await ask({ headers });
    const [request] = provider.requests;
    expect(request?.headers).toMatchObject({ 'x-api-key': standKey, 'accept-encoding': 'identity', 'anthropic-version': '2023-06-01' });
    expect(JSON.stringify([request?.headers, answer])).not.toContain('mine');
    expect(JSON.stringify(answer)).not.toContain(standKey);
  });

  test('what is no call of a model is passed on, without money', async () => {
    await using stand = await scriptedStand([]);
    const { ask, provider, spent } = stand;
    expect(await ask({ provider: 'anthropic', method: 'GET', path: '/v1/models', body: new Uint8Array() })).toMatchObject({ status: 200 });
    expect(provider.otherRequests).toEqual(['GET /v1/models']);
    expect(await spent()).toMatchObject({ calls: 0 });
  });

  test.each([
    ['no JSON', '/v1/messages', '{'],
    ['no model', '/v1/messages', '{}'],
    ['something that nobody knows the price of', '/v1/messages/batches', '{}'],
  ])('%s is refused, and reaches nobody', async (_what, path, body) => {
    await using stand = await scriptedStand([]);
    const { ask, provider, events } = stand;
    expect(await ask({ path, body: Buffer.from(body) })).toMatchObject({ status: 400, headers: { 'x-should-retry': 'false' } });
    expect([provider.requests, provider.otherRequests]).toEqual([[], []]);
    expect(events).toMatchObject([{ type: 'failed', failure: { kind: 'refused' } }]);
  });
});

describe('a stream of Chat Completions', () => {
  const without = callOf('openai-chat', { isStreamed: true })
    .body.toString()
    .replace(/,"stream_options":\{[^}]*\}/, '');
  const request = { ...callOf('openai-chat', { isStreamed: true }), delivery: 'streamed' } as const;
  const turns = [
    { slow: hello, bytesAtOnce: 7, pauseMs: 0 },
    { ...hello, say: 'Another.' },
  ];

  test('tells us what it cost although the program did not ask for it, and the program sees nothing of that', async () => {
    await using stand = await scriptedStand(turns, { settings: { cache: true } });
    const answer = await stand.ask({ ...request, body: Buffer.from(without) });
    expect(stand.provider.requests[0]?.body).toEqual({ ...(JSON.parse(without) as object), stream_options: { include_usage: true } });
    expect(await stand.spent()).toMatchObject({ usage: hello.usage, costMicroUsd: helloCost });
    expect(answer.text).toMatch(/"finish_reason":"stop".*\n\ndata: \[DONE\]\n\n$/s);
    expect(answer.text).not.toContain('usage');
    // Kept as it came, and handed on as it was.
    expect(await stand.ask({ ...request, body: Buffer.from(without) })).toMatchObject({ text: answer.text });
    expect(stand.events.at(-1)).toMatchObject({ type: 'answered', cached: true, usage: hello.usage });
  });

  test('is left as it is where the program asks itself', async () => {
    await using stand = await scriptedStand(turns);
    expect((await stand.ask(request)).text).toContain('"usage":{');
  });
});

test('no header says what is to be left out of an answer, or that something else is asked', async () => {
  await using stand = await scriptedStand([hello]);
  const headers = [
    ['X-Goog-FieldMask', 'candidates.content'],
    ['x-http-method-override', 'DELETE'],
    ['x-goog-api-client', 'sdk'],
  ] as const;
  expect((await stand.ask({ ...callOf('google'), headers })).status).toBe(200);
  expect(stand.provider.requests[0]?.headers).toMatchObject({ 'x-goog-api-client': 'sdk' });
  expect(Object.keys(stand.provider.requests[0]?.headers ?? {}).filter((name) => /mask|override/.test(name))).toEqual([]);
});
