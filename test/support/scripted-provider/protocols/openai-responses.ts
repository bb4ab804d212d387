import type { ScriptedMessage } from '../script.ts';
import { fields, items, string, textOf } from './decode.ts';
import { openaiFailure } from './openai-failure.ts';
import { bearer, namedEvent, pieces, toldUsage } from './protocol.ts';
import type { FullAnswer, NamedEvent, SpokenProtocol } from './protocol.ts';

/** OpenAI's Responses. */
export const openaiResponses: SpokenProtocol = {
  readsCredential: bearer,
  read(body) {
    const { model, stream, instructions, input, tools } = fields(body);
    const { system, messages } = readInput(input);
    return {
      model: string(model),
      isStreamed: stream === true,
      system: [string(instructions), ...system].filter((text) => text !== '').join('\n'),
      messages,
      tools: items(tools).map((tool) => ({
        name: string(fields(tool)['name'] ?? fields(tool)['type']),
        schema: fields(tool)['parameters'],
      })),
    };
  },
  whole: (answer) => ended(answer),
  streamed,
  failure: openaiFailure,
  failureEvent: (turn) => {
    const { code, message, type } = fields(fields(openaiFailure(turn).body)['error']);
    return namedEvent({ type: 'error', code: code ?? type, message, param: null, sequence_number: 0 });
  },
};

/** Items of the model that follow each other are one turn of it. */
function readInput(input: unknown): { readonly system: readonly string[]; readonly messages: readonly ScriptedMessage[] } {
  if (typeof input === 'string') return { system: [], messages: [{ role: 'user', text: input }] };
  const system: string[] = [];
  const messages: ScriptedMessage[] = [];
  for (const item of items(input)) {
    const { type, role, output: told, name, arguments: given } = fields(item);
    if (role === 'system' || role === 'developer') system.push(textOf(item));
    else if (role === 'user') messages.push({ role, text: textOf(item) });
    else if (string(type).endsWith('_output')) messages.push({ role: 'tool', text: textOf(told) });
    else {
      const text = type === 'function_call' ? `${string(name)} ${string(given)}` : textOf(item);
      const before = messages.at(-1)?.role === 'assistant' ? messages.pop() : undefined;
      messages.push({ role: 'assistant', text: before === undefined ? text : `${before.text}\n${text}` });
    }
  }
  return { system, messages };
}

type Item =
  | {
      readonly type: 'message';
      readonly id: string;
      readonly role: 'assistant';
      readonly status: string;
      readonly content: readonly unknown[];
    }
  | {
      readonly type: 'function_call';
      readonly id: string;
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
      readonly status: string;
    };

function output({ id, say, calls, stopReason }: FullAnswer): readonly Item[] {
  const part = stopReason === 'refused' ? { type: 'refusal', refusal: say } : { type: 'output_text', text: say, annotations: [] };
  return [
    ...(say === '' ? [] : [{ type: 'message', id: `msg_${id}`, role: 'assistant', status: 'completed', content: [part] } as const]),
    ...calls.map(
      ({ tool, input }, index) =>
        ({
          type: 'function_call',
          id: `fc_${id}_${index}`,
          call_id: `call_${id}_${index}`,
          name: tool,
          arguments: JSON.stringify(input),
          status: 'completed',
        }) as const,
    ),
  ];
}

function begun({ id, model }: FullAnswer) {
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: 1_700_000_000,
    model,
    status: 'in_progress',
    output: [] as readonly Item[],
    error: null,
    incomplete_details: null as unknown,
    parallel_tool_calls: true,
    tools: [],
    tool_choice: 'auto',
    metadata: {},
  };
}

function ended(answer: FullAnswer) {
  const { inputTokens, outputTokens, cachedTokens, cacheWriteTokens } = answer.usage;
  const usage = toldUsage(
    {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: cacheWriteTokens },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: inputTokens + outputTokens,
    },
    answer.wrongUsage,
  );
  const isCut = answer.stopReason === 'length';
  return {
    ...begun(answer),
    status: isCut ? 'incomplete' : 'completed',
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    output: output(answer),
    ...(usage === undefined ? {} : { usage }),
  };
}

function streamed(answer: FullAnswer): readonly string[] {
  const whole = ended(answer);
  const events: readonly NamedEvent[] = [
    { type: 'response.created', response: begun(answer) },
    { type: 'response.in_progress', response: begun(answer) },
    ...output(answer).flatMap(itemEvents),
    { type: whole.status === 'incomplete' ? 'response.incomplete' : 'response.completed', response: whole },
  ];
  return events.map((event, index) => namedEvent({ ...event, sequence_number: index }));
}

function itemEvents(item: Item, index: number): readonly NamedEvent[] {
  const at = { item_id: item.id, output_index: index };
  const done = { type: 'response.output_item.done', output_index: index, item };
  if (item.type === 'function_call') {
    return [
      { type: 'response.output_item.added', output_index: index, item: { ...item, status: 'in_progress', arguments: '' } },
      ...pieces(item.arguments).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta }) as const),
      { type: 'response.function_call_arguments.done', ...at, name: item.name, arguments: item.arguments },
      done,
    ];
  }
  const { text, refusal } = fields(item.content[0]);
  const [kind, said] = typeof refusal === 'string' ? (['refusal', refusal] as const) : (['output_text', string(text)] as const);
  const part = { ...at, content_index: 0 };
  const logprobs = kind === 'output_text' ? { logprobs: [] } : {};
  const field = kind === 'output_text' ? { text: said } : { refusal: said };
  const empty = kind === 'output_text' ? { type: kind, text: '', annotations: [] } : { type: kind, refusal: '' };
  return [
    { type: 'response.output_item.added', output_index: index, item: { ...item, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...part, part: empty },
    ...pieces(said).map((delta) => ({ type: `response.${kind}.delta`, ...part, delta, ...logprobs })),
    { type: `response.${kind}.done`, ...part, ...field, ...logprobs },
    { type: 'response.content_part.done', ...part, part: item.content[0] },
    done,
  ];
}
