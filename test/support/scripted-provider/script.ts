import type { ModelUsage, ProviderProtocol } from '../../../src/domain/model.ts';

/** What a script is asked: one call of a model, in words that are the same for every protocol. */
export interface ScriptedRequest {
  readonly protocol: ProviderProtocol;
  readonly model: string;
  readonly isStreamed: boolean;
  readonly system: string;
  /** The conversation so far; what tools were asked and what they answered included, as text. */
  readonly messages: readonly ScriptedMessage[];
  /** System text and messages in one, to look for something in. */
  readonly text: string;
  /** The names of the tools that are offered. */
  readonly tools: readonly string[];
  /** The JSON schema of each tool's input, by its name. */
  readonly toolSchemas: Readonly<Record<string, unknown>>;
  /** What the tools answered to the model's last turn; empty where that asked none. */
  readonly toolResults: readonly string[];
  /** How many turns of the model are in the conversation. */
  readonly turnIndex: number;
  /** The key that came with it, whichever header holds it in this protocol. */
  readonly credential: string | undefined;
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it came, decoded from JSON. */
  readonly body: unknown;
  readonly rawBody: Buffer;
}

export interface ScriptedMessage {
  readonly role: 'user' | 'assistant' | 'tool';
  readonly text: string;
}

/** A tool that the model asks for. */
export interface ScriptedCall {
  readonly tool: string;
  readonly input: unknown;
}

/** The model says something, asks for tools, or both. */
export interface Answer {
  readonly say?: string;
  readonly call?: ScriptedCall | readonly ScriptedCall[];
  /** What is left out is 100 tokens of input, 10 of output, and nothing cached. */
  readonly usage?: Partial<ModelUsage>;
  /** The usage is not told as it is: `text` instead of numbers, halves of tokens, more than anybody has, or not at all. */
  readonly wrongUsage?: 'negative' | 'text' | 'fraction' | 'absurd' | 'missing';
  /** Before the first byte. */
  readonly delayMs?: number;
  /** `tools` where tools are asked for, else `end`. */
  readonly stopReason?: StopReason;
}

export type StopReason = 'end' | 'tools' | 'length' | 'refused';

export type FailedStatus = 400 | 401 | 403 | 404 | 413 | 429 | 500 | 502 | 503 | 504 | 529;

/** An error in the words of the protocol. */
export interface FailedTurn {
  readonly fail: FailedStatus;
  /** The `retry-after` header as it is sent: seconds, or a date. Google says whole seconds in its body too. */
  readonly retryAfter?: number | string;
  /**
   * `used-up`: the account has nothing left. `{ resetsAt }` (epoch ms): it has, from then on. A provider has statuses of its own
   * for these, so `fail` counts only for what else is said.
   */
  readonly account?: 'used-up' | { readonly resetsAt: number };
  /** In place of the provider's typical sentence. */
  readonly message?: string;
  /** In place of the whole body. */
  readonly body?: string;
}

/** Where an answer breaks off: after that many events (of a stream), or bytes. */
export type BreakingPoint = { readonly events: number } | { readonly bytes: number };

export type Turn =
  | Answer
  | FailedTurn
  /** The connection ends before any byte. */
  | 'reset'
  /** A status of 200 and something that is no JSON, or a stream of events that are none. */
  | 'garbage'
  /** The answer begins, and nothing more comes until whoever asked leaves. */
  | 'endless'
  /** A part of an answer; then the connection ends, or an error comes within the stream. */
  | { readonly half: Answer; readonly after: BreakingPoint; readonly failing?: FailedTurn }
  /** The answer trickles. */
  | { readonly slow: Answer; readonly bytesAtOnce: number; readonly pauseMs: number };

/** Decides each turn by what is asked. */
export type Script = (request: ScriptedRequest) => Turn | Promise<Turn>;

/** A script for the requests that it is meant for, such as those of one world. */
export type KeyedScript = { readonly match: (request: ScriptedRequest) => boolean } & (
  | { readonly script: Script }
  /** One for each request that matches, in order of asking; whatever is asked after the last is refused. */
  | { readonly turns: readonly Turn[] }
);

/** The script that takes one turn after the other, one for each request. */
export function inOrder(turns: readonly Turn[]): Script {
  let next = 0;
  return () => turns[next++] ?? scriptEnded;
}

export const scriptEnded: Turn = { fail: 400, message: 'The script has no turn for this request.' };

/** By a text anywhere in what is asked. */
export function mentions(text: string): (request: ScriptedRequest) => boolean {
  return (request) => request.text.includes(text);
}
