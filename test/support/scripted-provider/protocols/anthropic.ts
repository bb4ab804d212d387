import type { FailedTurn, ScriptedMessage } from '../script.ts';
import { fields, items, string, textOf } from './decode.ts';
import { bearer, namedEvent, pieces, retryAfterHeader, toldUsage } from './protocol.ts';
import type { FullAnswer, NamedEvent, ProtocolFailure, SpokenProtocol } from './protocol.ts';

/** Anthropic's Messages. */
export const anthropic: SpokenProtocol = {
  readsCredential: (headers) => headers['x-api-key'] ?? bearer(headers),
  read(body) {
    const { model, stream, system, messages, tools } = fields(body);
    return {
      model: string(model),
      isStreamed: stream === true,
      system: textOf(system),
      messages: items(messages).flatMap(readMessage),
      tools: items(tools).map((tool) => ({ name: string(fields(tool)['name']), schema: fields(tool)['input_schema'] })),
    };
  },
  whole: (answer) => ({ ...message(answer), content: content(answer), stop_reason: stopReasons[answer.stopReason], ...usage(answer) }),
  streamed: (answer) => [
    namedEvent({ type: 'message_start', message: { ...message(answer), content: [], stop_reason: null, ...usage(answer, 1) } }),
    ...content(answer).flatMap(blockEvents),
    namedEvent({
      type: 'message_delta',
      delta: { stop_reason: stopReasons[answer.stopReason], stop_sequence: null },
      ...usage(answer, answer.usage.outputTokens, ['output_tokens']),
    }),
    namedEvent({ type: 'message_stop' }),
  ],
  failure,
  failureEvent: (turn) => namedEvent(failure(turn).body as NamedEvent),
};

const stopReasons = { end: 'end_turn', tools: 'tool_use', length: 'max_tokens', refused: 'refusal' } as const;

function readMessage(value: unknown): readonly ScriptedMessage[] {
  const { role, content: parts } = fields(value);
  if (typeof parts === 'string') return [{ role: role === 'assistant' ? 'assistant' : 'user', text: parts }];
  if (role === 'assistant') return [{ role: 'assistant', text: items(parts).map(assistantText).join('\n') }];
  return items(parts).map((part) => ({ role: fields(part)['type'] === 'tool_result' ? 'tool' : 'user', text: textOf(part) }));
}

function assistantText(part: unknown): string {
  const { type, name, input } = fields(part);
  return type === 'tool_use' ? `${string(name)} ${JSON.stringify(input)}` : textOf(part);
}

function message({ id, model }: FullAnswer) {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model, stop_sequence: null };
}

type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: unknown };

function content({ id, say, calls }: FullAnswer): readonly Block[] {
  return [
    ...(say === '' ? [] : [{ type: 'text', text: say } as const]),
    ...calls.map(({ tool, input }, index) => ({ type: 'tool_use', id: `toolu_${id}_${index}`, name: tool, input }) as const),
  ];
}

function blockEvents(block: Block, index: number): readonly string[] {
  const [empty, deltas] =
    block.type === 'text'
      ? [{ ...block, text: '' }, pieces(block.text).map((text) => ({ type: 'text_delta', text }))]
      : [
          { ...block, input: {} },
          pieces(JSON.stringify(block.input)).map((partial) => ({ type: 'input_json_delta', partial_json: partial })),
        ];
  return [
    namedEvent({ type: 'content_block_start', index, content_block: empty }),
    ...deltas.map((delta) => namedEvent({ type: 'content_block_delta', index, delta })),
    namedEvent({ type: 'content_block_stop', index }),
  ];
}

/** Here what is read from and written to the cache is told apart from the input. */
function usage(answer: FullAnswer, outputTokens = answer.usage.outputTokens, only?: readonly string[]) {
  const { inputTokens, cachedTokens, cacheWriteTokens } = answer.usage;
  const all = {
    input_tokens: inputTokens - cachedTokens - cacheWriteTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cachedTokens,
    output_tokens: outputTokens,
  };
  const some = Object.fromEntries(Object.entries(all).filter(([name]) => only?.includes(name) ?? true));
  const told = toldUsage(some, answer.wrongUsage);
  return told === undefined ? {} : { usage: told };
}

const errorTypes: Readonly<Record<number, readonly [type: string, message: string]>> = {
  400: ['invalid_request_error', 'messages: at least one message is required'],
  401: ['authentication_error', 'invalid x-api-key'],
  403: ['permission_error', 'Your API key does not have permission to use the specified resource.'],
  404: ['not_found_error', 'model: no-such-model'],
  413: ['request_too_large', 'Request exceeds the maximum size'],
  429: ['rate_limit_error', 'Number of request tokens has exceeded your per-minute rate limit.'],
  500: ['api_error', 'Internal server error'],
  529: ['overloaded_error', 'Overloaded'],
};

function failure(turn: FailedTurn): ProtocolFailure {
  const { fail, account } = turn;
  const [type, typical] = errorTypes[fail] ?? ['api_error', `Status ${fail}`];
  const of = (status: number, errorType: string, sentence: string) => ({
    status,
    headers: retryAfterHeader(turn),
    body: { type: 'error', error: { type: errorType, message: turn.message ?? sentence }, request_id: 'req_scripted' },
  });
  if (account === undefined) return of(fail, type, typical);
  if (account === 'used-up') return of(400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.');
  const [day = '', time = ''] = new Date(account.resetsAt).toISOString().split('T');
  const regained = `You have reached your specified API usage limits. You will regain access on ${day} at ${time.slice(0, 5)} UTC.`;
  return of(400, 'invalid_request_error', regained);
}
