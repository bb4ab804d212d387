import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, isStepCount, streamText, tool } from 'ai';
import type { LanguageModel } from 'ai';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { providerProtocols } from '../../../src/domain/model.ts';
import type { ProviderProtocol } from '../../../src/domain/model.ts';
import { inOrder, mentions, openScriptedProvider } from './scripted-provider.ts';
import type { ScriptedProvider, Turn } from './scripted-provider.ts';

const usage = { inputTokens: 5000, outputTokens: 40, cachedTokens: 3000, cacheWriteTokens: 0 };

/** A model as our own loop has it. */
function model(protocol: ProviderProtocol, provider: ScriptedProvider): LanguageModel {
  const url = provider.url(protocol);
  switch (protocol) {
    case 'anthropic':
      return createAnthropic({ baseURL: `${url}/v1`, apiKey: 'key' })('claude-scripted');
    case 'openai':
      return createOpenAI({ baseURL: url, apiKey: 'key' }).responses('gpt-scripted');
    case 'openai-chat':
      return createOpenAICompatible({ name: 'local', baseURL: url, apiKey: 'key', includeUsage: true })('scripted');
    case 'google':
      return createGoogleGenerativeAI({ baseURL: `${url}/v1beta`, apiKey: 'key' })('gemini-scripted');
  }
}

const tools = {
  read: tool({ inputSchema: z.object({ path: z.string() }), execute: ({ path }) => `content of ${path}` }),
};

describe.each(providerProtocols)('%s', (protocol) => {
  const turns: readonly Turn[] = [
    { say: 'I look at it first.', call: { tool: 'read', input: { path: 'a/b.ts' } }, usage },
    { say: 'It is done, “properly”.', usage },
  ];
  const asked = { system: 'You are careful.', prompt: 'Mend it.', tools, maxOutputTokens: 1000, stopWhen: isStepCount(5), maxRetries: 0 };

  test('a conversation with a tool comes whole', async () => {
    await using provider = await openScriptedProvider({ script: inOrder(turns) });
    const result = await generateText({ ...asked, model: model(protocol, provider) });
    expect(result.text).toBe('It is done, “properly”.');
    expect(result.steps).toHaveLength(2);
    expect(result.totalUsage).toMatchObject({ inputTokens: 10_000, outputTokens: 80, inputTokenDetails: { cacheReadTokens: 6000 } });
    expect(provider.requests.map(({ turnIndex, toolResults }) => [turnIndex, toolResults.length])).toEqual([
      [0, 0],
      [1, 1],
    ]);
    const last = await provider.waitForRequest(2);
    expect(last).toMatchObject({ protocol, isStreamed: false, system: 'You are careful.', tools: ['read'], credential: 'key' });
    expect(last.toolResults[0]).toContain('content of a/b.ts');
    expect(last.messages[0]).toEqual({ role: 'user', text: 'Mend it.' });
    expect(last.model).toMatch(/scripted$/);
    expect(await last.ended).toBe('complete');
  });

  test('a conversation with a tool comes as a stream', async () => {
    await using provider = await openScriptedProvider({ script: inOrder(turns) });
    const result = streamText({ ...asked, model: model(protocol, provider) });
    expect(await result.text).toBe('It is done, “properly”.');
    expect(await result.totalUsage).toMatchObject({ inputTokens: 10_000, outputTokens: 80 });
    expect(provider.requests[1]).toMatchObject({ isStreamed: true, turnIndex: 1 });
  });
});

test('each world has a script of its own by a text in its prompt', async () => {
  await using provider = await openScriptedProvider({
    scripts: [
      { match: mentions('world one'), turns: [{ say: 'one' }] },
      { match: mentions('world two'), script: ({ turnIndex }) => ({ say: `two ${turnIndex}` }) },
    ],
  });
  const ask = async (prompt: string) =>
    (
      await generateText({ model: model('anthropic', provider), prompt, maxRetries: 0, maxOutputTokens: 1000 }).then(({ text }) => text)
    ).trim();
  expect(await ask('This is world two.')).toBe('two 0');
  expect(await ask('This is world one.')).toBe('one');
  await expect(ask('This is world one.')).rejects.toThrow('The script has no turn for this request.');
  await expect(ask('This is world three.')).rejects.toThrow('The script has no turn for this request.');
});

describe('failures', () => {
  const body = JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'hi' }] });
  const ask = async (provider: ScriptedProvider, signal?: AbortSignal) =>
    await fetch(`${provider.url('anthropic')}/v1/messages`, { method: 'POST', body, ...(signal === undefined ? {} : { signal }) });

  test('an error has the status, the header and the words of the protocol', async () => {
    await using provider = await openScriptedProvider({ script: inOrder([{ fail: 429, retryAfter: 7 }]) });
    const answer = await ask(provider);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(await answer.json()).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
  });

  test('a reset ends the connection before any byte', async () => {
    await using provider = await openScriptedProvider({ script: () => 'reset' });
    await expect(ask(provider)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(await provider.requests[0]?.ended).toBe('broken');
  });

  test('half a stream ends where the script says', async () => {
    await using provider = await openScriptedProvider({ script: () => ({ half: { say: 'never heard' }, after: { events: 2 } }) });
    const answer = await ask(provider);
    const read: string[] = [];
    const whole = (async () => {
      for await (const chunk of answer.body ?? []) read.push(new TextDecoder().decode(chunk));
    })();
    await expect(whole).rejects.toThrow();
    expect(read.join('').match(/^event: .*$/gm)).toEqual(['event: message_start', 'event: content_block_start']);
    expect(await provider.requests[0]?.ended).toBe('broken');
  });

  test('an endless answer lasts until whoever asked leaves', async () => {
    await using provider = await openScriptedProvider({ script: () => 'endless' });
    const leaving = new AbortController();
    const answer = await ask(provider, leaving.signal);
    expect(answer.status).toBe(200);
    leaving.abort();
    expect(await (await provider.waitForRequest(1)).ended).toBe('left');
  });

  test('a slow answer comes in pieces and is whole in the end', async () => {
    await using provider = await openScriptedProvider({ script: () => ({ slow: { say: 'slowly' }, bytesAtOnce: 50, pauseMs: 1 }) });
    expect(await (await ask(provider)).text()).toContain('event: message_stop');
  });
});

test('a stream of a chat tells its usage to those only who ask for it', async () => {
  await using provider = await openScriptedProvider({ script: () => ({ say: 'Hello.' }) });
  const ask = async (options: object) => {
    const body = JSON.stringify({ model: 'm', stream: true, messages: [], ...options });
    return await (await fetch(`${provider.url('openai-chat')}/chat/completions`, { method: 'POST', body })).text();
  };
  expect(await ask({})).not.toContain('"usage"');
  expect(await ask({ stream_options: { include_usage: true } })).toContain('"usage"');
});
