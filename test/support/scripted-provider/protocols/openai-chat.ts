import type { ScriptedMessage } from '../script.ts';
import { fields, items, string, textOf } from './decode.ts';
import { openaiFailure } from './openai-failure.ts';
import { bearer, pieces, plainEvent, toldUsage } from './protocol.ts';
import type { FullAnswer, SpokenProtocol } from './protocol.ts';

/** OpenAI's Chat Completions, and whatever is compatible with them. */
export const openaiChat: SpokenProtocol = {
  readsCredential: bearer,
  read(body) {
    const { model, stream, messages, tools } = fields(body);
    const all = items(messages).map(readMessage);
    return {
      model: string(model),
      isStreamed: stream === true,
      system: all.flatMap(({ role, text }) => (role === 'system' ? [text] : [])).join('\n'),
      messages: all.flatMap(({ role, text }) => (role === 'system' ? [] : [{ role, text }])),
      tools: items(tools).map((tool) => {
        const { name, parameters } = fields(fields(tool)['function']);
        return { name: string(name), schema: parameters };
      }),
    };
  },
  whole(answer) {
    const calls = toolCalls(answer);
    const message = {
      role: 'assistant',
      content: answer.say === '' ? null : answer.say,
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    };
    return {
      ...base(answer),
      object: 'chat.completion',
      choices: [{ index: 0, message, logprobs: null, finish_reason: finishReasons[answer.stopReason] }],
      ...usage(answer),
    };
  },
  streamed(answer, request) {
    const chunk = (delta: unknown, finish: string | null = null) =>
      plainEvent({ ...base(answer), object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] });
    // Streams tell their usage to those only who ask for it.
    const told = fields(fields(request)['stream_options'])['include_usage'] === true ? usage(answer) : {};
    return [
      chunk({ role: 'assistant', content: '' }),
      ...pieces(answer.say).map((content) => chunk({ content })),
      ...toolCalls(answer).flatMap((call, index) => [
        chunk({ tool_calls: [{ ...call, index, function: { ...call.function, arguments: '' } }] }),
        ...pieces(call.function.arguments).map((part) => chunk({ tool_calls: [{ index, function: { arguments: part } }] })),
      ]),
      chunk({}, finishReasons[answer.stopReason]),
      ...('usage' in told ? [plainEvent({ ...base(answer), object: 'chat.completion.chunk', choices: [], ...told })] : []),
      'data: [DONE]\n\n',
    ];
  },
  failure: openaiFailure,
  failureEvent: (turn) => plainEvent(openaiFailure(turn).body),
};

const finishReasons = { end: 'stop', tools: 'tool_calls', length: 'length', refused: 'content_filter' } as const;

function readMessage(value: unknown): { readonly role: ScriptedMessage['role'] | 'system'; readonly text: string } {
  const { role, content, tool_calls: calls } = fields(value);
  switch (role) {
    case 'system':
    case 'developer':
      return { role: 'system', text: textOf(content) };
    case 'tool':
      return { role, text: textOf(content) };
    case 'assistant':
      return { role, text: [textOf(content), ...items(calls).map(callText)].filter((text) => text !== '').join('\n') };
    default:
      return { role: 'user', text: textOf(content) };
  }
}

function callText(call: unknown): string {
  const { name, arguments: given } = fields(fields(call)['function']);
  return `${string(name)} ${string(given)}`;
}

function base({ id, model }: FullAnswer) {
  return { id: `chatcmpl-${id}`, created: 1_700_000_000, model };
}

function toolCalls({ id, calls }: FullAnswer) {
  return calls.map(({ tool, input }, index) => ({
    id: `call_${id}_${index}`,
    type: 'function',
    function: { name: tool, arguments: JSON.stringify(input) },
  }));
}

function usage({ usage: { inputTokens, outputTokens, cachedTokens }, wrongUsage }: FullAnswer) {
  const told = toldUsage(
    {
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
      prompt_tokens_details: { cached_tokens: cachedTokens },
      completion_tokens_details: { reasoning_tokens: 0 },
    },
    wrongUsage,
  );
  return told === undefined ? {} : { usage: told };
}
