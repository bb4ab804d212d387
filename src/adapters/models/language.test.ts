import { generateText, streamText, tool } from 'ai';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openScriptedProvider } from '../../../test/support/scripted-provider/scripted-provider.ts';
import type { ScriptedProvider, Turn } from '../../../test/support/scripted-provider/scripted-provider.ts';
import { inOrder } from '../../../test/support/scripted-provider/script.ts';
import type { ProviderProtocol } from '../../domain/model.ts';
import { providerProtocols } from '../../domain/model.ts';
import { createLanguage } from './language.ts';

const models: Readonly<Record<ProviderProtocol, string>> = {
  anthropic: 'claude-opus-5-5',
  openai: 'gpt-5.1',
  'openai-chat': 'qwen3-coder',
  google: 'gemini-3.8-flash',
};

/** Straight to the provider, by the path below its address. */
function straightTo(base: string): typeof globalThis.fetch {
  return (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    return fetch(`${base}${pathname}${search}`, init);
  };
}

async function language(provider: ScriptedProvider, protocol: ProviderProtocol, model = models[protocol]) {
  const url = provider.url(protocol);
  return createLanguage({ provider: 'own', protocol, url, model, mostOutputTokens: 1_234, fetch: straightTo(url) });
}

const usage = { inputTokens: 6_500, cachedTokens: 5_000, cacheWriteTokens: 300, outputTokens: 42 };
/** What the others tell of the cache is what was read from it. */
const told = (protocol: ProviderProtocol) => ({
  inputTokens: 6_500,
  outputTokens: 42,
  inputTokenDetails: { cacheReadTokens: 5_000, ...(protocol === 'anthropic' && { cacheWriteTokens: 300, noCacheTokens: 1_200 }) },
});
const add = tool({ description: 'Adds.', inputSchema: z.object({ a: z.number(), b: z.number() }), execute: ({ a, b }) => `sum ${a + b}` });
const turns: readonly Turn[] = [
  { say: 'I add.', call: { tool: 'add', input: { a: 2, b: 3 } }, usage },
  { say: 'It is five.', usage },
];

test.each(providerProtocols)('%s: text, a tool and its answer, and what it used, when all is waited for', async (protocol) => {
  await using provider = await openScriptedProvider({ script: inOrder(turns) });
  const model = await language(provider, protocol);
  const first = await generateText({ model, prompt: 'Two and three?', tools: { add } });
  expect(first.text).toBe('I add.');
  expect(first.toolResults.map(({ toolName, input, output }) => [toolName, input, output])).toEqual([['add', { a: 2, b: 3 }, 'sum 5']]);
  expect(first.usage).toMatchObject(told(protocol));
  const second = await generateText({
    model,
    messages: [{ role: 'user', content: 'Two and three?' }, ...first.response.messages],
    tools: { add },
  });
  expect(second.text).toBe('It is five.');
  expect(provider.requests.map(({ toolResults }) => toolResults)).toEqual([[], [expect.stringContaining('sum 5')]]);
  expect(provider.requests.map((request) => [request.model, request.isStreamed, request.credential])).toEqual(
    Array.from({ length: 2 }, () => [models[protocol], false, 'held-by-miyabi']),
  );
});

test.each(providerProtocols)('%s: the same as it comes', async (protocol) => {
  await using provider = await openScriptedProvider({ script: inOrder(turns) });
  const first = streamText({ model: await language(provider, protocol), prompt: 'Two and three?', tools: { add } });
  expect(await first.text).toBe('I add.');
  expect((await first.toolCalls).map(({ toolName, input }) => [toolName, input])).toEqual([['add', { a: 2, b: 3 }]]);
  expect(await first.usage).toMatchObject(told(protocol));
  expect(provider.requests.map(({ isStreamed }) => isStreamed)).toEqual([true]);
});

test.each(providerProtocols)('%s: a call that failed is not made again by the SDK: that is done below', async (protocol) => {
  await using provider = await openScriptedProvider({ script: () => ({ fail: 503 }) });
  const model = await language(provider, protocol);
  await expect(generateText({ model, prompt: 'Hello' })).rejects.toMatchObject({ statusCode: 503, isRetryable: false });
  expect(provider.requests).toHaveLength(1);
});

test.each([
  ['anthropic', { max_tokens: 1_234 }],
  ['openai', { max_output_tokens: 1_234, store: false }],
  ['openai-chat', { max_tokens: 1_234 }],
  ['google', { generationConfig: { maxOutputTokens: 1_234 } }],
] as const)('%s: a call that does not say how long its answer may be asks for the configured length', async (protocol, body) => {
  await using provider = await openScriptedProvider({ script: () => ({ say: 'Hello.' }) });
  await generateText({ model: await language(provider, protocol), prompt: 'Hello' });
  expect(provider.requests[0]?.body).toMatchObject(body);
});

test.each([
  ['anthropic', 'claude-opus-5-5', { output_config: { effort: 'low' } }],
  ['openai', 'gpt-5.1', { reasoning: { effort: 'low' } }],
  ['openai-chat', 'qwen3-coder', { reasoning_effort: 'low' }],
  ['google', 'gemini-3.8-flash', { generationConfig: { thinkingConfig: { thinkingLevel: 'low' } } }],
] as const)('%s: how much %s is to think is told in the words of the protocol', async (protocol, name, body) => {
  await using provider = await openScriptedProvider({ script: () => ({ say: 'Hello.' }) });
  await generateText({ model: await language(provider, protocol, name), prompt: 'Hello', reasoning: 'low' });
  expect(provider.requests[0]?.body).toMatchObject(body);
});

test.each([
  ['anthropic', 'claude-haiku-4-5', 0.3],
  ['anthropic', 'claude-opus-5-5', undefined],
  ['anthropic', 'claude-sonnet-5', undefined],
  ['openai', 'gpt-5.1', undefined],
  ['openai', 'gpt-4.1', 0.3],
  ['openai-chat', 'qwen3-coder', 0.3],
] as const)('%s: %s is asked with the temperature %s', async (protocol, name, temperature) => {
  await using provider = await openScriptedProvider({ script: () => ({ say: 'Hello.' }) });
  await generateText({ model: await language(provider, protocol, name), prompt: 'Hello', temperature: 0.3 });
  const { body } = await provider.waitForRequest(1);
  expect(body instanceof Object && 'temperature' in body ? body.temperature : undefined).toBe(temperature);
});

test("OpenAI's own Chat Completions are asked in OpenAI's words", async () => {
  await using provider = await openScriptedProvider({ script: () => ({ say: 'Hello.' }) });
  const model = await createLanguage({
    provider: 'openai',
    protocol: 'openai-chat',
    url: 'https://api.openai.com/v1',
    model: 'gpt-5.1',
    mostOutputTokens: 1_234,
    fetch: straightTo(provider.url('openai-chat')),
  });
  await generateText({ model, prompt: 'Hello' });
  expect(provider.requests[0]?.body).toMatchObject({ max_completion_tokens: 1_234 });
});
