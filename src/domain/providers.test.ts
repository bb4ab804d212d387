import { expect, test } from 'vitest';
import { configSchema } from './config.ts';
import { knownProviders, modelPath } from './providers.ts';

function modelsOf(models: unknown): Parameters<typeof knownProviders>[0] {
  return configSchema.parse({ models }).models;
}

test('three makers of models are known without any configuration', () => {
  const known = knownProviders(modelsOf({}));
  expect(
    [...known.values()].map(({ name, protocol, url, keyVariables, isPrivate }) => [name, protocol, url, keyVariables[0], isPrivate]),
  ).toEqual([
    ['anthropic', 'anthropic', 'https://api.anthropic.com', 'ANTHROPIC_API_KEY', false],
    ['openai', 'openai', 'https://api.openai.com/v1', 'OPENAI_API_KEY', false],
    ['google', 'google', 'https://generativelanguage.googleapis.com', 'GEMINI_API_KEY', false],
  ]);
  expect(known.get('google')?.keyVariables).toEqual(['GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'GOOGLE_API_KEY']);
  expect(known.get('openai')?.limits).toEqual({ requests: 50, tokens: 40_000, windowMs: 60_000 });
});

test('a configured provider stands beside the others, with limits of its own', () => {
  const known = knownProviders(
    modelsOf({
      requestsPerMinute: 7,
      providers: { local: { protocol: 'openai-chat', url: 'http://127.0.0.1:11434/v1/', private: true, tokensPerMinute: 1_000_000 } },
    }),
  );
  expect(known.get('local')).toMatchObject({
    url: 'http://127.0.0.1:11434/v1',
    isPrivate: true,
    keyVariables: [],
    // One's own, without a key: only what is said of it holds.
    limits: { requests: 1_000_000, tokens: 1_000_000 },
  });
  expect(known.get('anthropic')?.limits.requests).toBe(7);
});

test('a server of one’s own that wants a key keeps to the limits of all', () => {
  const own = { protocol: 'openai-chat', url: 'http://127.0.0.1:11434/v1', private: true, keyVariable: 'OWN_KEY' };
  expect(knownProviders(modelsOf({ requestsPerMinute: 7, providers: { own } })).get('own')?.limits.requests).toBe(7);
});

test('one in place of a built-in provider is not given the key of that', () => {
  const known = knownProviders(modelsOf({ providers: { anthropic: { protocol: 'anthropic', url: 'https://models.example.com' } } }));
  expect(known.get('anthropic')).toMatchObject({ url: 'https://models.example.com', keyVariables: [] });
});

test('a version that does not belong to the base of a protocol is taken off, and one that does stays', () => {
  const urls = (protocol: string, url: string) => knownProviders(modelsOf({ providers: { own: { protocol, url } } })).get('own')?.url;
  expect(urls('anthropic', 'https://models.example.com/anthropic/v1/')).toBe('https://models.example.com/anthropic');
  expect(urls('google', 'https://models.example.com/v1beta')).toBe('https://models.example.com');
  expect(urls('openai', 'https://models.example.com/v1')).toBe('https://models.example.com/v1');
});

test.each([
  ['anthropic', 'POST', '/v1/messages?beta=true', '/v1/messages?beta=true'],
  ['anthropic', 'POST', '/v1/messages/count_tokens', '/v1/messages/count_tokens'],
  ['anthropic', 'GET', '/v1/models', '/v1/models'],
  ['openai', 'POST', '/v1/responses', '/responses'],
  ['openai', 'POST', '/responses', '/responses'],
  ['openai', 'POST', '/v1/responses/compact', '/responses/compact'],
  ['openai', 'POST', '/v1/chat/completions', '/chat/completions'],
  ['openai', 'GET', '/v1/models?client_version=1', '/models?client_version=1'],
  ['openai-chat', 'POST', '/v1/chat/completions', '/chat/completions'],
  [
    'google',
    'POST',
    '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
  ],
  ['google', 'GET', '/v1/models/gemini-2.5-flash', '/v1/models/gemini-2.5-flash'],
] as const)('%s: %s %s leads to %s', (protocol, method, path, below) => {
  expect(modelPath(protocol, method, path)).toBe(below);
});

test.each([
  ['anthropic', 'POST', '/v1/messages/batches'],
  ['anthropic', 'POST', '/v1/files'],
  ['anthropic', 'GET', '/v1/messages'],
  ['openai', 'POST', '/v1/responses/resp_1/cancel'],
  ['openai', 'GET', '/v1/responses/resp_1'],
  ['openai', 'DELETE', '/v1/models/own'],
  ['openai', 'POST', '/v1/v1/responses'],
  ['openai', 'POST', '/v1/embeddings'],
  ['openai-chat', 'POST', '/v1/responses'],
  ['google', 'POST', '/v1beta/models/gemini-2.5-flash:batchGenerateContent'],
  ['google', 'POST', '/v1beta/models/imagen-4:predict'],
  ['google', 'POST', '/v1beta/cachedContents'],
] as const)('%s: %s %s is not asked for: it would cost something that nobody counts, or is not of models', (protocol, method, path) => {
  expect(modelPath(protocol, method, path)).toBeUndefined();
});

test('whatever leads somewhere lies below the paths that the gateway lets through', () => {
  const known = knownProviders(modelsOf({}));
  expect(known.get('anthropic')?.paths).toEqual(['/v1/messages', '/v1/models']);
  expect(known.get('google')?.paths).toEqual(['/v1beta/models', '/v1/models']);
  expect(known.get('openai')?.paths).toContain('/v1/responses');
});
