import type { ModelUsage } from '../../../../src/domain/model.ts';
import type { Answer, FailedTurn, ScriptedCall, ScriptedMessage, StopReason } from '../script.ts';

/** One of the wire protocols, as a provider speaks it. */
export interface SpokenProtocol {
  readsCredential(headers: Readonly<Record<string, string>>, query: URLSearchParams): string | undefined;
  read(body: unknown): ReadRequest;
  /** The answer in one, ready to be written as JSON. */
  whole(answer: FullAnswer): unknown;
  /** The answer as events of a stream, as text. @param request as it was decoded. */
  streamed(answer: FullAnswer, request: unknown): readonly string[];
  failure(turn: FailedTurn): ProtocolFailure;
  /** An error within a stream, as text of an event. */
  failureEvent(turn: FailedTurn): string;
}

export interface ReadRequest {
  readonly model: string;
  readonly isStreamed: boolean;
  readonly system: string;
  readonly messages: readonly ScriptedMessage[];
  readonly tools: readonly OfferedTool[];
}

export interface OfferedTool {
  readonly name: string;
  /** The JSON schema of its input; undefined for those of the provider itself. */
  readonly schema: unknown;
}

export interface ProtocolFailure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** An answer with everything that a script may leave out. */
export interface FullAnswer {
  /** Different for each answer of a server. */
  readonly id: string;
  readonly model: string;
  readonly say: string;
  readonly calls: readonly ScriptedCall[];
  readonly usage: ModelUsage;
  readonly wrongUsage: Answer['wrongUsage'];
  readonly stopReason: StopReason;
}

export function fullAnswer(answer: Answer, id: string, model: string): FullAnswer {
  const { call = [], say = '' } = answer;
  const calls = 'tool' in call ? [call] : call;
  return {
    id,
    model,
    say,
    calls,
    usage: { inputTokens: 100, outputTokens: 10, cachedTokens: 0, cacheWriteTokens: 0, ...answer.usage },
    wrongUsage: answer.wrongUsage,
    stopReason: answer.stopReason ?? (calls.length > 0 ? 'tools' : 'end'),
  };
}

/** A usage as its protocol writes it, or as it ought not to. @returns undefined where it is left out. */
export function toldUsage<T>(usage: T, wrong: Answer['wrongUsage']): T | undefined {
  switch (wrong) {
    case undefined:
      return usage;
    case 'missing':
      return undefined;
    case 'negative':
      return mapNumbers(usage, (tokens) => -1 - tokens);
    case 'text':
      return mapNumbers(usage, () => 'NaN');
    case 'fraction':
      return mapNumbers(usage, (tokens) => tokens + 0.5);
    case 'absurd':
      return mapNumbers(usage, () => 1e15);
  }
}

function mapNumbers<T>(value: T, change: (tokens: number) => unknown): T {
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) => (typeof inner === 'number' ? change(inner) : inner)) as T;
}

/** As a model would say it: in several pieces, none of them empty. */
export function pieces(text: string): readonly string[] {
  const size = Math.max(1, Math.ceil(text.length / 3));
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size));
}

/** An event that names itself in its data too. */
export type NamedEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

export function namedEvent(data: NamedEvent): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function plainEvent(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

export function retryAfterHeader({ retryAfter }: FailedTurn): Readonly<Record<string, string>> {
  return retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
}

export function bearer(headers: Readonly<Record<string, string>>): string | undefined {
  return /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1];
}
