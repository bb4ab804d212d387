import { describe, expect, test } from 'vitest';
import { inOrder, openScriptedProvider } from '../../../../test/support/scripted-provider/scripted-provider.ts';
import type { Answer, ScriptedProvider, Turn } from '../../../../test/support/scripted-provider/scripted-provider.ts';
import { noUsage, providerProtocols } from '../../../domain/model.ts';
import type { ProviderProtocol } from '../../../domain/model.ts';
import { failureOf, readCall, usageReader } from './wire.ts';

const manners = ['in one', 'as a stream', 'as a stream without events'] as const;
type Manner = (typeof manners)[number];

/** Every manner in which each protocol answers. */
const spoken = providerProtocols.flatMap((protocol) =>
  manners.flatMap((manner) => (manner === manners[2] && protocol !== 'google' ? [] : [[protocol, manner] as const])),
);

function requestOf(protocol: ProviderProtocol, manner: Manner): { readonly path: string; readonly body: object } {
  const body = { model: 'scripted', stream: manner !== 'in one', max_tokens: 500 };
  const messages = [{ role: 'user', content: 'Mend it.' }];
  switch (protocol) {
    case 'anthropic':
      return { path: '/v1/messages', body: { ...body, messages } };
    case 'openai':
      return { path: '/v1/responses', body: { ...body, input: messages, max_output_tokens: 500 } };
    case 'openai-chat':
      return { path: '/v1/chat/completions', body: { ...body, messages, stream_options: { include_usage: true } } };
    case 'google': {
      const verb =
        { 'in one': 'generateContent', 'as a stream': 'streamGenerateContent?alt=sse' }[manner as string] ?? 'streamGenerateContent';
      const contents = [{ role: 'user', parts: [{ text: 'Mend it.' }] }];
      return { path: `/v1beta/models/scripted:${verb}`, body: { contents, generationConfig: { maxOutputTokens: 500 } } };
    }
  }
}

/** Asks as our exchange does. */
async function ask(provider: ScriptedProvider, protocol: ProviderProtocol, manner: Manner) {
  const { path, body } = requestOf(protocol, manner);
  const bytes = Buffer.from(JSON.stringify(body));
  const call = readCall(protocol, 'POST', path, bytes);
  const answer = await fetch(new URL(path, provider.url(protocol)), { method: 'POST', body: bytes });
  if (!answer.ok) {
    const failed = { status: answer.status, headers: [...answer.headers], body: await answer.text() };
    return { call, failure: failureOf(protocol, failed, Date.now()) };
  }
  const reader = usageReader(protocol, answer.headers.get('content-type') ?? undefined);
  let isBroken = false;
  try {
    for await (const chunk of answer.body ?? []) reader.add(chunk);
  } catch {
    isBroken = true;
  }
  return { call, isBroken, ...reader.end() };
}

describe.each(spoken)('%s %s', (protocol, manner) => {
  const answers: readonly Answer[] = [
    { say: 'Done, “日本”.', usage: { inputTokens: 6200, outputTokens: 420, cachedTokens: 5000 } },
    { call: { tool: 'write', input: { path: 'a', content: '\n'.repeat(100) } }, usage: { inputTokens: 1, outputTokens: 1 } },
    { say: 'Two at once.', call: [1, 2].map((input) => ({ tool: 'read', input: { input } })), usage: { ...noUsage, inputTokens: 5 } },
    { say: 'Cut', stopReason: 'length', usage: { inputTokens: 90_000_000, outputTokens: 8000, cachedTokens: 3, cacheWriteTokens: 0 } },
    { say: '', usage: { inputTokens: 9, outputTokens: 0 } },
  ];

  test('what was scripted is what is read', async () => {
    await using provider = await openScriptedProvider({ script: inOrder(answers) });
    for (const { usage } of answers) {
      const read = await ask(provider, protocol, manner);
      expect(read).toEqual({ call: expect.anything(), isBroken: false, isComplete: true, usage: { ...noUsage, ...usage } });
    }
    const { call } = await ask(provider, protocol, manner);
    expect(call).toMatchObject({ kind: 'call', model: 'scripted', isStreamed: manner !== 'in one', mostOutputTokens: 500 });
  });

  test.each(['negative', 'text', 'fraction', 'absurd', 'missing'] as const)('a usage that is %s is not believed', async (wrongUsage) => {
    await using provider = await openScriptedProvider({ script: () => ({ say: 'Hello there.', wrongUsage }) });
    expect(await ask(provider, protocol, manner)).toMatchObject({ usage: undefined, isComplete: true });
  });

  test.each<[string, Turn]>([
    ['broken off after its first event', { half: { say: 'Hello there.' }, after: { events: manner === 'in one' ? 0 : 1 } }],
    ['broken off in the midst of an event', { half: { say: 'Hello there.' }, after: { bytes: 60 } }],
    ['garbage', 'garbage'],
  ])('an answer that is %s is neither complete nor counted', async (_, turn) => {
    await using provider = await openScriptedProvider({ script: () => turn });
    expect(await ask(provider, protocol, manner)).toMatchObject({ usage: undefined, isComplete: false });
  });

  test('a slow answer is read as it comes', async () => {
    await using provider = await openScriptedProvider({ script: () => ({ slow: { say: 'é日本' }, bytesAtOnce: 37, pauseMs: 0 }) });
    expect(await ask(provider, protocol, manner)).toMatchObject({ usage: { inputTokens: 100, outputTokens: 10 }, isComplete: true });
  });
});

describe.each(providerProtocols)('%s', (protocol) => {
  const resetsAt = Math.ceil((Date.now() + 7_200_000) / 60_000) * 60_000;

  test.each<[Turn, object]>([
    [{ fail: 429 }, { kind: 'throttled', retryAfterMs: undefined }],
    [
      { fail: 429, retryAfter: 3 },
      { kind: 'throttled', retryAfterMs: 3000 },
    ],
    [
      { fail: 429, retryAfter: 'Fri, 21 Nov 2025 12:00:00 GMT' },
      { kind: 'throttled', retryAfterMs: 0 },
    ],
    [
      { fail: 429, account: 'used-up' },
      { kind: 'used-up', resetsAt: undefined },
    ],
    [{ fail: 500 }, { kind: 'unavailable' }],
    [
      { fail: 502, body: '<html>Bad gateway</html>' },
      { kind: 'unavailable', message: 'Bad gateway' },
    ],
    [
      { fail: 503, retryAfter: 2 },
      { kind: 'unavailable', retryAfterMs: 2000 },
    ],
    [{ fail: 529 }, { kind: 'unavailable' }],
    [{ fail: 401 }, { kind: 'wrong-key' }],
    [{ fail: 403 }, { kind: 'wrong-key' }],
    [{ fail: 404 }, { kind: 'unknown-model' }],
    [{ fail: 400 }, { kind: 'refused' }],
    [{ fail: 413 }, { kind: 'refused' }],
  ])('%j', async (turn, expected) => {
    await using provider = await openScriptedProvider({ script: () => turn });
    expect(await ask(provider, protocol, 'in one')).toMatchObject({ failure: expected });
  });

  test('an error within a stream is told from an end', async () => {
    const half = { half: { say: 'Hello there.' }, after: { events: 1 } };
    await using provider = await openScriptedProvider({
      script: inOrder([
        { ...half, failing: { fail: 429 } },
        { ...half, failing: { fail: 503 } },
      ]),
    });
    expect(await ask(provider, protocol, 'as a stream')).toMatchObject({ isComplete: false, failure: { kind: 'throttled' } });
    expect(await ask(provider, protocol, 'as a stream')).toMatchObject({ isComplete: false, failure: { kind: 'unavailable' } });
  });

  test('an account that is used up says when it no longer is', async () => {
    await using provider = await openScriptedProvider({ script: () => ({ fail: 429, account: { resetsAt } }) });
    const { failure } = await ask(provider, protocol, 'in one');
    const told = failure?.kind === 'used-up' ? failure.resetsAt : undefined;
    // Google says it as a length of time, in whole seconds.
    expect(Math.abs((told ?? 0) - resetsAt)).toBeLessThan(5000);
  });
});
