import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { embedMany } from 'ai';
import { expect, it } from 'vitest';
import { exchangeStand } from '../../../test/support/models/exchange-stand.ts';
import { createEmbedding } from './embedding.ts';
import { exchangeFetch } from './exchange-fetch.ts';
import { readCall, usageReader } from './wire/wire.ts';

const body = (value: unknown) => Buffer.from(JSON.stringify(value));

it('what embeddings may cost is known before they are asked for, and what they have cost afterwards', () => {
  const asked = body({ model: 'small', input: ['a', 'b'] });
  expect(readCall('openai-chat', 'POST', '/embeddings', asked)).toMatchObject({
    kind: 'call',
    model: 'small',
    mostOutputTokens: 0,
    answers: 1,
  });
  expect(readCall('openai-chat', 'POST', '/embeddings', body({ model: 'small', input: [[1, 2]] }))).toMatchObject({ kind: 'unreadable' });
  expect(readCall('anthropic', 'POST', '/embeddings', asked)).toMatchObject({ kind: 'unreadable' });
  const reader = usageReader('openai-chat', 'application/json');
  reader.add(body({ object: 'list', data: [{ index: 0, embedding: [1] }], usage: { prompt_tokens: 7, total_tokens: 7 } }));
  expect(reader.end()).toMatchObject({ isComplete: true, usage: { inputTokens: 7, outputTokens: 0 } });
});

it('embeddings go the way of every call: paid for, and kept', async () => {
  const seen: { readonly path: string | undefined; readonly body: unknown }[] = [];
  const server = createServer((request, response) => {
    void json(request).then((asked) => {
      seen.push({ path: request.url, body: asked });
      const data = (asked as { readonly input: readonly string[] }).input.map((_, index) => ({ index, embedding: [index, 1] }));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ object: 'list', model: 'small', data, usage: { prompt_tokens: 12, total_tokens: 12 } }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    await using stand = await exchangeStand({ addresses: { local: { protocol: 'openai-chat', url } } });
    const caller = stand.caller({ purpose: 'knowledge' });
    const model = await createEmbedding({ provider: 'local', model: 'small', fetch: exchangeFetch(stand.exchange, 'local', caller) });
    const ask = async () => (await embedMany({ model, values: ['one', 'two'], maxRetries: 0 })).embeddings;
    expect(await ask()).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(await ask()).toHaveLength(2);
    expect(seen[0]).toMatchObject({
      path: '/v1/embeddings',
      body: { model: 'small', input: ['one', 'two'] },
    });
    expect(seen[0]?.body).not.toHaveProperty('max_tokens');
    expect(await stand.spent()).toMatchObject({
      usage: { inputTokens: 12 * seen.length, outputTokens: 0 },
      costMicroUsd: 12 * seen.length,
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
