import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { providerProtocols } from '../../../../domain/model.ts';
import type { ProviderProtocol } from '../../../../domain/model.ts';
import { readCall } from './read-call.ts';

const paths: Readonly<Record<ProviderProtocol, string>> = {
  anthropic: '/v1/messages?beta=true',
  openai: '/v1/responses',
  'openai-chat': '/v1/chat/completions',
  google: '/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse',
};

function read(protocol: ProviderProtocol, body: unknown, path = paths[protocol]) {
  return readCall(protocol, 'POST', path, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
}

/** Tokens of input, where the call can be read. */
function inputOf(protocol: ProviderProtocol, body: unknown): number {
  const call = read(protocol, body);
  if (call?.kind !== 'call') throw new Error(call?.why ?? 'no call');
  return call.inputTokens;
}

describe('what a call asks for', () => {
  test.each<[ProviderProtocol, unknown, object]>([
    [
      'anthropic',
      { model: 'claude-sonnet-5', max_tokens: 32_000, stream: true, temperature: 1, messages: [{ role: 'user', content: 'Hello' }] },
      { model: 'claude-sonnet-5', isStreamed: true, mostOutputTokens: 32_000, temperature: 1, answers: 1 },
    ],
    [
      'openai',
      { model: 'gpt-5.1-codex', input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }], max_output_tokens: null },
      { model: 'gpt-5.1-codex', isStreamed: false, mostOutputTokens: undefined, temperature: undefined, answers: 1 },
    ],
    [
      'openai-chat',
      { model: 'qwen3-coder:30b', stream: false, max_tokens: 4096, n: 3, temperature: 0.2, messages: [] },
      { model: 'qwen3-coder:30b', isStreamed: false, mostOutputTokens: 4096, temperature: 0.2, answers: 3 },
    ],
    [
      'google',
      { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }], generationConfig: { maxOutputTokens: 8192, temperature: 0 } },
      { model: 'gemini-3.8-flash', isStreamed: true, mostOutputTokens: 8192, temperature: 0, answers: 1 },
    ],
  ])('%s', (protocol, body, expected) => {
    expect(read(protocol, body)).toMatchObject({ kind: 'call', ...expected });
  });

  test('the newer name of the limit of chats goes before the older one', () => {
    expect(read('openai-chat', { model: 'm', max_tokens: 5, max_completion_tokens: 7 })).toMatchObject({ mostOutputTokens: 7 });
  });
});

describe('what costs nothing', () => {
  test.each<[ProviderProtocol, string, string]>([
    ['anthropic', 'GET', '/v1/models'],
    ['anthropic', 'POST', '/v1/messages/count_tokens?beta=true'],
    ['openai', 'GET', '/v1/models/gpt-5'],
    ['openai', 'GET', '/v1/responses/resp_1'],
    ['openai', 'POST', '/v1/responses/resp_1/cancel'],
    ['openai', 'POST', '/v1/responses/input_tokens'],
    ['google', 'POST', '/v1beta/models/gemini-3.8-flash:countTokens'],
  ])('%s: %s %s is no call', (protocol, method, path) => {
    expect(readCall(protocol, method, path, Buffer.from('{}'))).toBeUndefined();
  });
});

describe('what cannot be read is refused, since it may cost', () => {
  test.each<[ProviderProtocol, string]>([
    ['anthropic', '/v1/messages/batches'],
    ['anthropic', '/v1/messages/'],
    ['openai', '/v1/embeddings'],
    ['openai-chat', '/v1/responses'],
    ['google', '/v1beta/models/m:batchGenerateContent'],
    ['google', '/v1beta/models/%E0%A4:generateContent'],
  ])('%s: POST %s', (protocol, path) => {
    expect(read(protocol, { model: 'm' }, path)).toMatchObject({ kind: 'unreadable' });
  });

  test.each<[string, unknown]>([
    ['nothing', ''],
    ['no JSON', 'model=claude'],
    ['half of it', '{"model": "claude", "max_tok'],
    ['two of them', '{"model":"a"}{"model":"b"}'],
    ['a list', []],
    ['null', 'null'],
    ['no model', { max_tokens: 5 }],
    ['a model that is a number', { model: 5 }],
    ['a model without a name', { model: '' }],
    ['a limit that is a text', { model: 'm', max_tokens: '100' }],
    ['a negative limit', { model: 'm', max_tokens: -1 }],
    ['half a token', { model: 'm', max_tokens: 1.5 }],
    ['a limit beyond all numbers', '{"model":"m","max_tokens":1e999}'],
    ['a temperature that is a text', { model: 'm', temperature: 'hot' }],
    ['a stream that is a text', { model: 'm', stream: 'yes' }],
  ])('%s', (_, body) => {
    expect(read('anthropic', body)).toMatchObject({ kind: 'unreadable', why: expect.stringMatching(/^[a-z][^\n]{10,200}[^.]$/) });
  });

  test('bytes that are not UTF-8', () => {
    expect(readCall('openai', 'POST', paths.openai, Buffer.from([0x7b, 0xff, 0x7d]))).toMatchObject({ kind: 'unreadable' });
  });

  test('200,000 levels of lists, and objects that only pretend to be a model', () => {
    const deep = `{"model":"m","messages":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(read('anthropic', deep)).toEqual({ kind: 'unreadable', why: 'its body is nested more than 200 levels deep' });
    expect(read('anthropic', '{"__proto__":{"model":"m"}}')).toMatchObject({ kind: 'unreadable' });
  });
});

describe('the tokens of the input', () => {
  const text = 'const answer = await ask(question);\n'.repeat(1000);
  const picture = 'iVBORw0KGgo'.repeat(100_000);

  test('are a third of the bytes, rounded up', () => {
    const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'é日本' }] });
    expect(inputOf('anthropic', body)).toBe(Math.ceil(Buffer.byteLength(body) / 3));
  });

  test.each<[ProviderProtocol, (data: string) => unknown]>([
    [
      'anthropic',
      (data) => ({
        model: 'm',
        messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data } }] }],
      }),
    ],
    [
      'anthropic',
      (data) => ({
        model: 'm',
        messages: [
          {
            role: 'user',
            content: [{ type: 'tool_result', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data } }] }],
          },
        ],
      }),
    ],
    [
      'openai',
      (data) => ({ model: 'm', input: [{ role: 'user', content: [{ type: 'input_image', image_url: `data:image/png;base64,${data}` }] }] }),
    ],
    [
      'openai-chat',
      (data) => ({
        model: 'm',
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } }] }],
      }),
    ],
    ['google', (data) => ({ contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data } }] }] })],
    ['google', (data) => ({ contents: [{ parts: [{ inline_data: { mime_type: 'image/png', data } }] }] })],
  ])('of a picture are a fixed figure, however many bytes it has: %s', (protocol, body) => {
    expect(inputOf(protocol, body(picture))).toBe(inputOf(protocol, body('')));
    expect(inputOf(protocol, body(picture))).toBeGreaterThan(5000);
  });

  test('of a text that pretends to be a picture are those of the text', () => {
    const lie = `data:image/png;base64,${text}`;
    expect(inputOf('anthropic', { model: 'm', messages: [{ role: 'user', content: [{ type: 'text', text: lie }] }] })).toBeGreaterThan(
      text.length / 3,
    );
    const call = { type: 'tool_use', name: 'x', input: { type: 'image', source: { data: text } } };
    expect(inputOf('anthropic', { model: 'm', messages: [{ role: 'assistant', content: [call] }] })).toBeGreaterThan(text.length / 3);
  });

  test('count what lies at the provider', () => {
    expect(inputOf('openai', { model: 'm', input: 'go on', previous_response_id: 'resp_1' })).toBeGreaterThan(100_000);
    expect(inputOf('openai', { model: 'm', input: 'go on', previous_response_id: null })).toBeLessThan(100);
    expect(inputOf('google', { contents: [], cachedContent: 'cachedContents/1' })).toBeGreaterThan(100_000);
    expect(inputOf('google', { contents: [{ parts: [{ fileData: { fileUri: 'files/1' } }] }] })).toBeGreaterThan(100_000);
    expect(
      inputOf('anthropic', { model: 'm', messages: [{ content: [{ type: 'document', source: { type: 'file', file_id: 'f' } }] }] }),
    ).toBeGreaterThan(100_000);
    expect(inputOf('openai', { model: 'm', input: [{ type: 'item_reference', id: 'rs_1' }] })).toBeGreaterThan(8000);
  });
});

test('nothing that is sent makes it throw', () => {
  const protocol = fc.constantFrom(...providerProtocols);
  fc.assert(
    fc.property(protocol, fc.string(), fc.uint8Array(), (one, path, body) => {
      readCall(one, 'POST', path, body);
      readCall(one, 'POST', paths[one], body);
    }),
  );
  const parts = fc.array(fc.dictionary(fc.constantFrom('type', 'source', 'image_url', 'content', 'inlineData', 'file'), fc.jsonValue()));
  fc.assert(
    fc.property(protocol, fc.constantFrom('messages', 'input', 'contents', 'previous_response_id'), parts, (one, field, content) => {
      const call = read(one, { model: 'm', [field]: [{ content, parts: content, output: content }] });
      expect(call?.kind).toBe('call');
    }),
  );
});
