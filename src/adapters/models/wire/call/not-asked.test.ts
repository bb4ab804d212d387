import { describe, expect, test } from 'vitest';
import type { ProviderProtocol } from '../../../../domain/model.ts';
import { readCall } from './read-call.ts';

const paths: Readonly<Record<ProviderProtocol, string>> = {
  anthropic: '/v1/messages?beta=true',
  openai: '/v1/responses',
  'openai-chat': '/v1/chat/completions',
  google: '/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse',
};

function read(protocol: ProviderProtocol, body: object, path = paths[protocol]) {
  return readCall(protocol, 'POST', path, Buffer.from(JSON.stringify({ model: 'm', ...body })));
}

const elsewhere = 'https://elsewhere.example/?what=was-read';

describe('what is paid for apart, or reaches the network through the provider, is not asked for', () => {
  test.each<[ProviderProtocol, object]>([
    ['anthropic', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    [
      'anthropic',
      {
        tools: [
          { name: 'mine', input_schema: {} },
          { type: 'web_fetch_20250910', name: 'web_fetch' },
        ],
      },
    ],
    ['anthropic', { tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] }],
    ['anthropic', { tools: [{ type: 'advisor_20260301', name: 'advisor', model: 'claude-opus-5-5' }] }],
    ['anthropic', { mcp_servers: [{ type: 'url', url: elsewhere, name: 'x' }] }],
    ['anthropic', { speed: 'fast' }],
    ['anthropic', { service_tier: 'priority' }],
    ['anthropic', { inference_geo: 'us' }],
    ['anthropic', { fallbacks: [{ model: 'claude-opus-5-5' }] }],
    ['anthropic', { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url: elsewhere } }] }] }],
    [
      'anthropic',
      {
        messages: [
          {
            content: [
              { type: 'document', source: { type: 'content', content: [{ type: 'image', source: { type: 'url', url: elsewhere } }] } },
            ],
          },
        ],
      },
    ],
    ['openai', { tools: [{ type: 'web_search' }] }],
    ['openai', { tools: [{ type: 'mcp', server_url: elsewhere, require_approval: 'never' }] }],
    ['openai', { tools: [{ type: 'image_generation' }] }],
    ['openai', { tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] }],
    ['openai', { tools: [{ type: 'namespace', name: 'n', tools: [{ type: 'mcp', server_url: elsewhere }] }] }],
    ['openai', { tools: [{ type: 'shell', environment: { type: 'container_auto' } }] }],
    ['openai', { service_tier: 'priority' }],
    ['openai', { background: true }],
    ['openai', { input: [{ role: 'user', content: [{ type: 'input_image', image_url: elsewhere }] }] }],
    ['openai', { input: [{ role: 'user', content: [{ type: 'input_file', file_url: elsewhere }] }] }],
    ['openai-chat', { messages: [{ content: [{ type: 'image_url', image_url: { url: ` ${elsewhere}` } }] }] }],
    ['openai-chat', { web_search_options: {} }],
    ['openai-chat', { plugins: [{ id: 'web' }] }],
    ['openai-chat', { models: ['dear/one'] }],
    ['openai-chat', { modalities: ['text', 'audio'], audio: { voice: 'alloy' } }],
    ['openai-chat', { model: 'gpt-4o-search-preview' }],
    ['openai-chat', { tools: [{ type: 'web_search' }] }],
    ['google', { tools: [{ functionDeclarations: [] }, { googleSearch: {} }] }],
    ['google', { tools: [{ url_context: {} }] }],
    ['google', { tools: { code_execution: {} } }],
    ['google', { generationConfig: { responseModalities: ['IMAGE'] } }],
    ['google', { generation_config: { response_modalities: ['AUDIO'] } }],
    ['google', { contents: [{ parts: [{ fileData: { fileUri: elsewhere } }] }] }],
    ['google', { contents: [{ parts: [{ file_data: { file_uri: elsewhere } }] }] }],
  ])('%s: %j', (protocol, body) => {
    expect(read(protocol, body)).toMatchObject({ kind: 'unreadable', why: expect.stringMatching(/^[a-z][^\n]{10,200}[^.]$/) });
  });

  test('a part of an answer, which could leave out what it has cost', () => {
    for (const name of ['fields', '%24fields', '$fields', '$httpHeaders', '%24httpMethod', '$.fields']) {
      const path = `/v1beta/models/gemini-3.8-flash:generateContent?alt=json&${name}=candidates`;
      expect(read('google', { contents: [] }, path)).toMatchObject({ kind: 'unreadable' });
    }
  });
});

test.each<[ProviderProtocol, string, object]>([
  ['anthropic', '/v1/messages/count_tokens', { messages: [{ content: [{ type: 'image', source: { type: 'url', url: elsewhere } }] }] }],
  ['openai', '/responses/input_tokens', { input: [{ role: 'user', content: [{ type: 'input_image', image_url: elsewhere }] }] }],
  ['google', '/v1beta/models/m:countTokens', { contents: [{ parts: [{ fileData: { fileUri: elsewhere } }] }] }],
])('%s: nothing is fetched to be counted by %s', (protocol, path, body) => {
  expect(read(protocol, body, path)).toMatchObject({ kind: 'unreadable' });
  expect(readCall(protocol, 'POST', path, Buffer.from('['.repeat(100_000)))).toMatchObject({ kind: 'unreadable' });
  expect(read(protocol, { messages: [{ role: 'user', content: 'Hello' }], input: 'Hello' }, path)).toBeUndefined();
});

describe('what programs ask for every day is', () => {
  test.each<[ProviderProtocol, object]>([
    [
      'anthropic',
      {
        tools: [
          { name: 'Write', input_schema: {} },
          { type: 'custom', name: 'x' },
          { type: 'bash_20250124', name: 'bash' },
        ],
      },
    ],
    ['anthropic', { service_tier: 'auto', mcp_servers: [], container: null }],
    [
      'anthropic',
      { messages: [{ content: [{ type: 'tool_use', name: 'x', input: { image_url: elsewhere, source: { url: elsewhere } } }] }] },
    ],
    ['anthropic', { messages: [{ content: `See ${elsewhere}` }] }],
    ['openai', { tools: [{ type: 'function', name: 'x' }, { type: 'custom', name: 'apply_patch' }, { type: 'local_shell' }] }],
    [
      'openai',
      { tools: [{ type: 'namespace', name: 'n', tools: [{ type: 'function', name: 'x' }] }], service_tier: null, background: false },
    ],
    ['openai', { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA' }] }] }],
    ['openai-chat', { tools: [{ type: 'function', function: { name: 'x' } }], modalities: ['text'] }],
    [
      'google',
      {
        tools: [{ functionDeclarations: [{ name: 'x' }] }],
        contents: [{ parts: [{ functionResponse: { response: { fileUri: elsewhere } } }] }],
      },
    ],
    ['google', { contents: [{ parts: [{ fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/a' } }] }] }],
  ])('%s: %j', (protocol, body) => {
    expect(read(protocol, body)).toMatchObject({ kind: 'call' });
  });
});

describe('the most that a call may answer', () => {
  test('is read in both spellings that Google takes, and the highest counts', () => {
    const both = {
      generationConfig: { maxOutputTokens: 100, candidate_count: 2 },
      generation_config: { max_output_tokens: 65_536, candidateCount: 8 },
    };
    expect(read('google', both)).toMatchObject({ mostOutputTokens: 65_536, answers: 8 });
  });

  test.each<[ProviderProtocol, object]>([
    ['anthropic', { max_tokens: 1e9 }],
    ['openai', { max_output_tokens: Number.MAX_SAFE_INTEGER }],
    ['openai-chat', { max_tokens: 10, n: 1000 }],
    ['google', { generation_config: { max_output_tokens: '65536' } }],
  ])('is nothing that no provider takes, and that would keep a budget from all others: %s %j', (protocol, body) => {
    expect(read(protocol, body)).toMatchObject({ kind: 'unreadable' });
  });
});
