import { once } from 'node:events';
import { expect, test } from 'vitest';
import { openScriptedProvider } from '../../../test/support/scripted-provider/scripted-provider.ts';
import type { ScriptedProvider } from '../../../test/support/scripted-provider/scripted-provider.ts';
import { configSchema } from '../../domain/config.ts';
import { configuredProviders } from './configured-providers.ts';
import type { ConfiguredProviders } from './configured-providers.ts';

function configured(settings: Readonly<Record<string, unknown>>, environment: Readonly<Record<string, string>>): ConfiguredProviders {
  const { models } = configSchema.parse({ models: { providers: { own: settings } } });
  return configuredProviders(models, environment, async () => []);
}

/** Asks with the key of the environment, as a program that brings headers of its own. */
async function ask(provider: ScriptedProvider, key: string, headers: readonly string[]) {
  const settings = { protocol: 'anthropic', url: provider.url('anthropic'), private: true, keyVariable: 'OWN_KEY' };
  const all = configured(settings, { OWN_KEY: key });
  const request = all.get('own')?.request('POST', '/v1/messages', headers, AbortSignal.timeout(10_000));
  request?.end(JSON.stringify({ model: 'claude-opus-5-5', max_tokens: 9, messages: [{ role: 'user', content: 'Hello' }] }));
  if (request !== undefined) await once(request, 'response');
  const asked = await provider.waitForRequest(1);
  request?.destroy();
  all.close();
  return asked;
}

test('the key is put in where the request leaves, in place of what stood there', async () => {
  await using provider = await openScriptedProvider({ script: () => ({ say: 'Hello.' }) });
  const asked = await ask(provider, 'sk-ant-api03-own', ['x-api-key', 'held-by-miyabi', 'anthropic-beta', 'one']);
  expect(asked.headers['x-api-key']).toBe('sk-ant-api03-own');
  expect(asked.headers['anthropic-beta']).toBe('one');
});

test('a token of an account is told as one, beside what the program itself asks for', async () => {
  await using provider = await openScriptedProvider({ script: () => ({ say: 'Hello.' }) });
  const asked = await ask(provider, 'sk-ant-oat01-own', ['Anthropic-Beta', 'one, two', 'x-other', 'stays', 'anthropic-beta', 'three']);
  expect(asked.headers['authorization']).toBe('Bearer sk-ant-oat01-own');
  expect(asked.headers['anthropic-beta']).toBe('one,two,three,oauth-2025-04-20');
  expect(asked.headers['x-other']).toBe('stays');
});

test('two keys have two rates, and a provider without a key has one by its name', () => {
  const settings = { protocol: 'openai', url: 'https://models.example.com/v1', keyVariable: 'OWN_KEY' };
  const rateKey = (environment: Readonly<Record<string, string>>) => configured(settings, environment).get('own')?.rateKey;
  expect(rateKey({ OWN_KEY: 'one' })).toBe('own:7692c3ad3540');
  expect(rateKey({ OWN_KEY: 'two' })).not.toBe(rateKey({ OWN_KEY: 'one' }));
  expect(rateKey({})).toBe('own');
});

test('a request without a key is not begun', () => {
  const settings = { protocol: 'openai', url: 'https://models.example.com/v1', keyVariable: 'OWN_KEY' };
  const own = configured(settings, {}).get('own');
  expect(() => own?.request('POST', '/responses', [], AbortSignal.timeout(10_000))).toThrow('OWN_KEY is not set');
});

test.each([
  ['http://127.0.0.1:11434/v1', 'is not on the public internet (127.0.0.1: this machine)'],
  ['https://10.0.0.8/v1', 'is not on the public internet (10.0.0.8: in a private network)'],
  ['https://me:word@models.example.com/v1', 'without a user, a password, a query or a fragment'],
  ['https://models.example.com/v1?key=1', 'without a user, a password, a query or a fragment'],
  ['https://models.example.com/v1#part', 'without a user, a password, a query or a fragment'],
])('%s is refused as the address of a provider that is not said to be private', (url, why) => {
  expect(() => configured({ protocol: 'openai', url }, {})).toThrow(why);
});
