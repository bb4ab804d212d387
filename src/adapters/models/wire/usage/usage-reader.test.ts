import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { providerProtocols } from '../../../../domain/model.ts';
import type { ProviderProtocol } from '../../../../domain/model.ts';
import { usageReader } from './usage-reader.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const json = 'application/json';
const stream = 'text/event-stream; charset=utf-8';

function report(protocol: ProviderProtocol, type: string | undefined, chunks: Iterable<Uint8Array>) {
  const reader = usageReader(protocol, type, () => now);
  for (const chunk of chunks) reader.add(chunk);
  return reader.end();
}

function ofJson(protocol: ProviderProtocol, body: unknown) {
  return report(protocol, json, [Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))]);
}

function ofEvents(protocol: ProviderProtocol, events: readonly unknown[]) {
  return report(protocol, stream, [Buffer.from(written(events))]);
}

/** As text of a stream; what is a text already stands as it is. */
function written(events: readonly unknown[]): string {
  return events.map((event) => (typeof event === 'string' ? event : `${nameOf(event)}data: ${JSON.stringify(event)}\n\n`)).join('');
}

function nameOf(event: unknown): string {
  return typeof event === 'object' && event !== null && 'type' in event && typeof event.type === 'string' ? `event: ${event.type}\n` : '';
}

function usage(inputTokens: number, outputTokens: number, cachedTokens = 0, cacheWriteTokens = 0) {
  return { inputTokens, outputTokens, cachedTokens, cacheWriteTokens };
}

const claude = [
  {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      content: [],
      model: 'claude-sonnet-5',
      stop_reason: null,
      usage: {
        input_tokens: 3,
        cache_creation_input_tokens: 1200,
        cache_read_input_tokens: 15_000,
        cache_creation: { ephemeral_5m_input_tokens: 1200, ephemeral_1h_input_tokens: 0 },
        output_tokens: 1,
        service_tier: 'standard',
      },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'ping' },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Grüße “日本” \n\n data: [DONE]' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 512 } },
  { type: 'message_stop' },
];

const gpt = [
  { type: 'response.created', response: { object: 'response', status: 'in_progress', usage: null } },
  { type: 'response.output_text.delta', delta: 'Grüße' },
  {
    type: 'response.completed',
    response: {
      object: 'response',
      status: 'completed',
      error: null,
      usage: {
        input_tokens: 6200,
        input_tokens_details: { cached_tokens: 5000 },
        output_tokens: 420,
        output_tokens_details: { reasoning_tokens: 320 },
        total_tokens: 6620,
      },
    },
  },
];

const chat = [
  {
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { role: 'assistant', content: 'Grüße' }, finish_reason: null }],
    usage: null,
  },
  { object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null },
  {
    object: 'chat.completion.chunk',
    choices: [],
    usage: { prompt_tokens: 6200, completion_tokens: 42, total_tokens: 6242, prompt_tokens_details: { cached_tokens: 5000 } },
  },
  'data: [DONE]\n\n',
];

const gemini = [
  {
    candidates: [{ content: { role: 'model', parts: [{ text: 'Grü' }] }, index: 0 }],
    usageMetadata: { promptTokenCount: 6200, totalTokenCount: 6500, thoughtsTokenCount: 300 },
  },
  {
    candidates: [{ content: { role: 'model', parts: [{ text: 'ße' }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: {
      promptTokenCount: 6200,
      cachedContentTokenCount: 5000,
      candidatesTokenCount: 42,
      thoughtsTokenCount: 380,
      totalTokenCount: 6622,
    },
  },
];

const streams: Readonly<Record<ProviderProtocol, readonly unknown[]>> = {
  anthropic: claude,
  openai: gpt,
  'openai-chat': chat,
  google: gemini,
};
const expected = {
  anthropic: usage(16_203, 512, 15_000, 1200),
  openai: usage(6200, 420, 5000),
  'openai-chat': usage(6200, 42, 5000),
  google: usage(6200, 422, 5000),
};

describe.each(providerProtocols)('a stream of %s', (protocol) => {
  test('tells its usage and its end', () => {
    expect(ofEvents(protocol, streams[protocol])).toEqual({ usage: expected[protocol], isComplete: true });
  });

  test('says the same wherever its chunks end, and whichever line ends it has', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2000), { maxLength: 12 }), fc.constantFrom('\n', '\r\n', '\r'), (cuts, lineEnd) => {
        const bytes = Buffer.from(written(streams[protocol]).replaceAll('\n', lineEnd));
        const at = [0, ...cuts.map((cut) => cut % bytes.length).sort((one, other) => one - other), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(report(protocol, stream, chunks)).toEqual({ usage: expected[protocol], isComplete: true });
      }),
    );
  });

  test('byte by byte', () => {
    const bytes = Buffer.from(written(streams[protocol]));
    expect(
      report(
        protocol,
        stream,
        [...bytes].map((byte) => Uint8Array.of(byte)),
      ),
    ).toEqual({ usage: expected[protocol], isComplete: true });
  });

  test('that breaks off never tells less than what it has cost', () => {
    const bytes = Buffer.from(written(streams[protocol]));
    for (let end = 0; end < bytes.length; end += 1) {
      const cut = report(protocol, stream, [bytes.subarray(0, end)]);
      expect([undefined, expected[protocol]]).toContainEqual(cut.usage);
    }
    expect(report(protocol, stream, [bytes.subarray(0, bytes.length / 2)])).toMatchObject({ usage: undefined, isComplete: false });
  });

  test('is read around lines that mean nothing', () => {
    const noise = ': keep-alive\n\nnonsense\nid: 7\nretry: soon\n\ndata: {"half": \n\nevent: unheard_of\ndata: {}\n\n';
    expect(ofEvents(protocol, [noise, ...streams[protocol].flatMap((event) => [event, noise])])).toEqual({
      usage: expected[protocol],
      isComplete: true,
    });
  });

  test('and whatever else is fed never makes it throw', () => {
    const line = fc.oneof(
      fc.constantFrom('data: ', 'event: message_delta', 'event: error', 'data: [DONE]', '', '\r', 'data: {"type":"message_delta","usage":'),
      fc.json().map((value) => `data: ${value}`),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line), fc.uint8Array(), fc.constantFrom(json, stream, undefined), (lines, bytes, type) => {
        const read = report(protocol, type, [Buffer.from(lines.join('\n')), bytes]);
        expect(typeof read.isComplete).toBe('boolean');
      }),
    );
    const value = fc.dictionary(
      fc.constantFrom('type', 'usage', 'error', 'message', 'response', 'choices', 'candidates', 'usageMetadata', 'object', 'details'),
      fc.jsonValue(),
    );
    fc.assert(fc.property(value, (body) => void (ofJson(protocol, body), ofEvents(protocol, [body]))));
  });
});

describe('an answer in one', () => {
  test.each<[ProviderProtocol, unknown]>([
    [
      'anthropic',
      { ...claude[0]?.message, content: [], stop_reason: 'end_turn', usage: { ...claude[0]?.message?.usage, output_tokens: 512 } },
    ],
    ['openai', gpt[2]?.response],
    [
      'openai-chat',
      {
        object: 'chat.completion',
        choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }],
        usage: (chat[2] as { usage: unknown }).usage,
      },
    ],
    ['google', gemini[1]],
    // Google's stream without events.
    ['google', gemini],
  ])('tells its usage: %s', (protocol, body) => {
    expect(ofJson(protocol, body)).toEqual({ usage: expected[protocol], isComplete: true });
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['half of it', '{"type": "message", "usage": {"input_tokens": 5'],
    ['fences around it', '```json\n{"type":"message"}\n```'],
    ['two of them', '{"type":"message"}{"type":"message"}'],
    ['a page', '<html><body>Bad gateway</body></html>'],
    ['another kind of JSON', '["message"]'],
    ['an empty object', '{}'],
  ])('that is none has no usage and is not complete: %s', (_, body) => {
    for (const protocol of providerProtocols) {
      expect(ofJson(protocol, body)).toMatchObject({ usage: undefined, isComplete: false, failure: { message: expect.any(String) } });
    }
  });

  test('of 10 MB is read, of more than 32 MiB not, and neither is a line of a stream', () => {
    const long = { ...claude[0]?.message, content: [{ type: 'text', text: 'x'.repeat(10_000_000) }] };
    expect(ofJson('anthropic', long)).toMatchObject({ isComplete: true });
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const pieces = Array.from({ length: 33 }, () => piece);
    for (const type of [json, stream]) {
      const read = report('anthropic', type, [Buffer.from('data: '), ...pieces, Buffer.from(written(claude))]);
      expect(read).toMatchObject({ usage: undefined, isComplete: false, failure: { kind: 'unreadable' } });
    }
  });
});

describe('a usage that cannot be is none', () => {
  const wrong: readonly unknown[] = [-1, 0.5, '12', 'NaN', null, true, [], {}, 1e15, 100_000_001];

  test.each<[ProviderProtocol, (tokens: unknown) => unknown]>([
    ['anthropic', (tokens) => ({ type: 'message', usage: { input_tokens: tokens, output_tokens: 5 } })],
    ['anthropic', (tokens) => ({ type: 'message', usage: { input_tokens: 5, output_tokens: tokens } })],
    ['openai', (tokens) => ({ object: 'response', status: 'completed', usage: { input_tokens: tokens, output_tokens: 5 } })],
    ['openai', (tokens) => ({ object: 'response', status: 'completed', usage: { input_tokens: 5, output_tokens: tokens } })],
    ['openai-chat', (tokens) => ({ choices: [{ finish_reason: 'stop' }], usage: { prompt_tokens: tokens, completion_tokens: 5 } })],
    ['google', (tokens) => ({ candidates: [{ finishReason: 'STOP' }], usageMetadata: { promptTokenCount: tokens } })],
  ])('%s', (protocol, body) => {
    expect(ofJson(protocol, body(7)).usage).toBeDefined();
    for (const tokens of wrong) expect([tokens, ofJson(protocol, body(tokens))]).toEqual([tokens, { usage: undefined, isComplete: true }]);
  });

  test('as is one with more from the cache than there was', () => {
    const told = { input_tokens: 5, input_tokens_details: { cached_tokens: 6 }, output_tokens: 5 };
    expect(ofJson('openai', { object: 'response', status: 'completed', usage: told }).usage).toBeUndefined();
    expect(ofJson('openai', { object: 'response', status: 'completed' }).usage).toBeUndefined();
  });
});

describe('peculiarities', () => {
  test('what Anthropic corrects at the end of a stream counts', () => {
    const events = claude.map((event) =>
      event.type === 'message_delta' ? { ...event, usage: { input_tokens: 20, cache_read_input_tokens: null, output_tokens: 9 } } : event,
    );
    expect(ofEvents('anthropic', events).usage).toEqual(usage(16_220, 9, 15_000, 1200));
  });

  test('Anthropic asking itself several times counts each time', () => {
    const iterations = [
      { type: 'compaction', input_tokens: 180_000, output_tokens: 3500 },
      { type: 'message', input_tokens: 23_000, output_tokens: 1000, cache_read_input_tokens: 10 },
    ];
    const told = { input_tokens: 23_000, output_tokens: 1000, cache_read_input_tokens: 10, iterations };
    expect(ofJson('anthropic', { type: 'message', usage: told }).usage).toEqual(usage(203_010, 4500, 10));
    const fallback = { ...told, iterations: [...iterations, { type: 'fallback_message', input_tokens: 1, output_tokens: 1 }] };
    expect(ofJson('anthropic', { type: 'message', usage: fallback }).usage).toEqual(usage(23_010, 1000, 10));
  });

  test('thinking that is told in the total only is output', () => {
    const told = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 310 };
    expect(ofJson('openai-chat', { choices: [{ finish_reason: 'stop' }], usage: told }).usage).toEqual(usage(100, 210));
    expect(
      ofEvents('google', [{ candidates: [{ finishReason: 'STOP' }], usageMetadata: { promptTokenCount: 5, totalTokenCount: 8 } }]).usage,
    ).toEqual(usage(5, 3));
  });

  test('what a tool of Google puts in is input', () => {
    const told = { promptTokenCount: 100, toolUsePromptTokenCount: 50, candidatesTokenCount: 5, totalTokenCount: 155 };
    expect(ofJson('google', { candidates: [{ finishReason: 'STOP' }], usageMetadata: told }).usage).toEqual(usage(150, 5));
  });

  test('a chat without usage, or without its last line, is complete all the same', () => {
    expect(ofEvents('openai-chat', chat.slice(0, 2))).toEqual({ usage: undefined, isComplete: true });
    expect(ofEvents('openai-chat', chat.slice(0, 3))).toEqual({ usage: expected['openai-chat'], isComplete: true });
  });

  test('an answer that was cut at its limit is complete', () => {
    const response = { ...gpt[2]?.response, status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    expect(ofEvents('openai', [{ type: 'response.incomplete', response }])).toEqual({ usage: expected.openai, isComplete: true });
  });

  test('an answer that goes on in the background is not', () => {
    expect(ofJson('openai', { object: 'response', status: 'queued', usage: null })).toEqual({ usage: undefined, isComplete: false });
  });
});

describe('failures in the midst of an answer', () => {
  test.each<[ProviderProtocol, unknown, object]>([
    [
      'anthropic',
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      { kind: 'unavailable', message: 'Overloaded' },
    ],
    ['anthropic', { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down' } }, { kind: 'throttled' }],
    [
      'openai',
      {
        type: 'response.failed',
        response: { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Please try again in 1.898s.' } },
      },
      { kind: 'throttled', retryAfterMs: 1898 },
    ],
    [
      'openai',
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message: 'Oh' } } },
      { kind: 'unavailable' },
    ],
    ['openai', { type: 'error', code: 'insufficient_quota', message: 'No money', param: null }, { kind: 'used-up' }],
    ['openai-chat', { error: { message: 'slot unavailable', type: 'server_error', code: null } }, { kind: 'unavailable' }],
    ['openai-chat', { error: 'out of memory' }, { kind: 'unavailable', message: 'out of memory' }],
    ['google', { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }, { kind: 'unavailable' }],
  ])('%s: %j', (protocol, event, failure) => {
    const begun = streams[protocol].slice(0, 1);
    expect(ofEvents(protocol, [...begun, event])).toMatchObject({ usage: undefined, isComplete: false, failure });
  });

  test.each<[ProviderProtocol, unknown]>([
    ['anthropic', { type: 'message', stop_reason: 'refusal', usage: { input_tokens: 5, output_tokens: 1 } }],
    [
      'openai',
      {
        object: 'response',
        status: 'incomplete',
        incomplete_details: { reason: 'content_filter' },
        usage: { input_tokens: 5, output_tokens: 1 },
      },
    ],
    ['openai-chat', { choices: [{ finish_reason: 'content_filter' }], usage: { prompt_tokens: 5, completion_tokens: 1 } }],
    ['google', { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 5, totalTokenCount: 6 } }],
    ['google', { candidates: [{ finishReason: 'RECITATION' }], usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 1 } }],
  ])('a refusal is a whole answer, and costs: %s', (protocol, body) => {
    expect(ofJson(protocol, body)).toMatchObject({ usage: usage(5, 1), isComplete: true, failure: { kind: 'refused' } });
  });
});

test('what Anthropic keeps for an hour is told apart, also where the end of a stream tells it no more', () => {
  const counts = { input_tokens: 3, output_tokens: 1, cache_creation_input_tokens: 1200, cache_read_input_tokens: 0 };
  const start = { ...counts, cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 1000 } };
  const events = [
    { type: 'message_start', message: { usage: start } },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { ...counts, output_tokens: 5 } },
    { type: 'message_stop' },
  ];
  const reader = usageReader('anthropic', 'text/event-stream');
  for (const event of events) reader.add(Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`));
  expect(reader.end().usage).toMatchObject({ inputTokens: 1203, outputTokens: 5, cacheWriteTokens: 1200, hourCacheWriteTokens: 1000 });
  const lying = usageReader('anthropic', 'application/json');
  lying.add(Buffer.from(JSON.stringify({ type: 'message', usage: { ...counts, cache_creation: { ephemeral_1h_input_tokens: 5000 } } })));
  expect(lying.end().usage).toBeUndefined();
});
