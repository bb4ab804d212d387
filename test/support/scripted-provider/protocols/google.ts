import type { FailedTurn, ScriptedMessage } from '../script.ts';
import { fields, items, string, textOf } from './decode.ts';
import { pieces, plainEvent, retryAfterHeader, toldUsage } from './protocol.ts';
import type { FullAnswer, ProtocolFailure, SpokenProtocol } from './protocol.ts';

/** Google's Gemini. Model and manner of delivery are in the path here, and not in the body. */
export const google: SpokenProtocol = {
  readsCredential: (headers, query) => headers['x-goog-api-key'] ?? query.get('key') ?? undefined,
  read(body) {
    const { systemInstruction, system_instruction: other, contents, tools } = fields(body);
    return {
      model: '',
      isStreamed: false,
      system: partsOf(systemInstruction ?? other)
        .map(textOf)
        .join('\n'),
      messages: items(contents).flatMap(readContent),
      tools: items(tools)
        .flatMap((tool) => items(fields(tool)['functionDeclarations']))
        .map((declared) => {
          const { name, parameters, parametersJsonSchema } = fields(declared);
          return { name: string(name), schema: parametersJsonSchema ?? parameters };
        }),
    };
  },
  whole: (answer) => chunk(answer, parts(answer), finishReasons[answer.stopReason]),
  streamed(answer) {
    const said = [...pieces(answer.say).map((text) => ({ text })), ...calls(answer)];
    const all = said.length > 0 ? said : [{ text: '' }];
    return all.map((part, index) =>
      plainEvent(chunk(answer, [part], index === all.length - 1 ? finishReasons[answer.stopReason] : undefined)),
    );
  },
  failure,
  failureEvent: (turn) => plainEvent(failure(turn).body),
};

const finishReasons = { end: 'STOP', tools: 'STOP', length: 'MAX_TOKENS', refused: 'SAFETY' } as const;

function partsOf(content: unknown): readonly unknown[] {
  return items(fields(content)['parts']);
}

function readContent(content: unknown): readonly ScriptedMessage[] {
  if (fields(content)['role'] === 'model') return [{ role: 'assistant', text: partsOf(content).map(partText).join('\n') }];
  return partsOf(content).map((part) => ({
    role: fields(part)['functionResponse'] === undefined ? 'user' : 'tool',
    text: partText(part),
  }));
}

function partText(part: unknown): string {
  const { functionCall: call, functionResponse: response } = fields(part);
  if (call !== undefined) return `${string(fields(call)['name'])} ${JSON.stringify(fields(call)['args'])}`;
  return response === undefined ? textOf(part) : JSON.stringify(fields(response)['response']);
}

function calls({ calls: asked }: FullAnswer) {
  return asked.map(({ tool, input }) => ({ functionCall: { name: tool, args: input }, thoughtSignature: 'c2NyaXB0ZWQ=' }));
}

function parts(answer: FullAnswer): readonly unknown[] {
  return [...(answer.say === '' ? [] : [{ text: answer.say }]), ...calls(answer)];
}

/** Each part of a stream tells the usage up to there, as if it were the last. */
function chunk(answer: FullAnswer, content: readonly unknown[], finishReason: string | undefined) {
  const { inputTokens, outputTokens, cachedTokens } = answer.usage;
  const output = finishReason === undefined ? Math.min(1, outputTokens) : outputTokens;
  const thoughts = Math.floor(output / 5);
  const usage = toldUsage(
    {
      promptTokenCount: inputTokens,
      ...(cachedTokens === 0 ? {} : { cachedContentTokenCount: cachedTokens }),
      candidatesTokenCount: output - thoughts,
      ...(thoughts === 0 ? {} : { thoughtsTokenCount: thoughts }),
      totalTokenCount: inputTokens + output,
    },
    answer.wrongUsage,
  );
  return {
    candidates: [{ content: { role: 'model', parts: content }, ...(finishReason === undefined ? {} : { finishReason }), index: 0 }],
    ...(usage === undefined ? {} : { usageMetadata: usage }),
    modelVersion: answer.model,
    responseId: answer.id,
  };
}

const statuses: Readonly<Record<number, readonly [status: string, message: string]>> = {
  400: ['INVALID_ARGUMENT', 'Request contains an invalid argument.'],
  401: ['UNAUTHENTICATED', 'Request had invalid authentication credentials.'],
  403: ['PERMISSION_DENIED', 'Method does not allow unregistered callers.'],
  404: ['NOT_FOUND', 'models/no-such-model is not found for API version v1beta, or is not supported for generateContent.'],
  429: ['RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check your plan and billing details.'],
  500: ['INTERNAL', 'An internal error has occurred.'],
  503: ['UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  504: ['DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.'],
};

/** It says the same of a busy minute and of a day that is used up; only the name of the quota tells them apart. */
function failure(turn: FailedTurn): ProtocolFailure {
  const { fail, account, retryAfter } = turn;
  const code = account === undefined ? fail : 429;
  const [status, typical] = statuses[code] ?? ['UNKNOWN', `Status ${code}`];
  const wait = typeof account === 'object' ? Math.ceil((account.resetsAt - Date.now()) / 1000) : retryAfter;
  const details = [
    ...(code === 429
      ? [
          {
            '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
            violations: [{ quotaId: `GenerateRequestsPer${account === undefined ? 'Minute' : 'Day'}PerProjectPerModel-FreeTier` }],
          },
        ]
      : []),
    ...(typeof wait === 'number' ? [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${wait}s` }] : []),
  ];
  const error = { code, message: turn.message ?? typical, status, ...(details.length > 0 ? { details } : {}) };
  return { status: code, headers: retryAfterHeader(turn), body: { error } };
}
