import type { JobId, TaskId } from '../domain/ids.ts';
import type { ModelRole, ModelUsage } from '../domain/model.ts';
import type { MicroUsd } from '../domain/money.ts';
import type { MoneyLimit, MoneyStand } from '../domain/money-scope.ts';
import type { ProviderFailure } from '../domain/provider-failure.ts';

/** On whose behalf models are asked. */
export interface Caller {
  readonly jobId: JobId;
  readonly taskId: TaskId;
  /** Of the plan task it works on, where it does. */
  readonly planTask: string | undefined;
  /** The world it works in, where it does. */
  readonly world: string | undefined;
  readonly purpose: 'agent' | 'knowledge' | ModelRole;
  /** Every budget that its calls count against. */
  readonly limits: readonly MoneyLimit[];
  /**
   * Among whom answers are shared: callers with the same scope are given the same answer to the same question. Worlds whose samples must
   * differ have scopes of their own, which still spares a world that starts again after a crash what it has paid for.
   */
  readonly cacheScope: string;
  /** Replaced in requests before they are compared: what is different each time and means nothing, such as delimiters and paths of folders. */
  readonly incidental: readonly string[];
  /** Where a person may be asked before a budget is used up to its end. @returns whether it may; false also where nobody is there. */
  readonly askToGoOn: (stand: MoneyStand, signal: AbortSignal) => Promise<boolean>;
  /** What happens meanwhile, for people; never anything of the content. */
  readonly onEvent: (event: ExchangeEvent) => void;
}

/** What is worth telling of calls while they are under way. */
export type ExchangeEvent =
  /** A call has ended with an answer. `cached`: nobody was asked, it costs nothing. */
  | { readonly type: 'answered'; readonly usage: ModelUsage; readonly cost: CallCost; readonly cached: boolean; readonly model: string }
  /** Held back by the limits of a provider, ours or theirs. */
  | { readonly type: 'waiting'; readonly forMs: number; readonly why: string }
  | { readonly type: 'retrying'; readonly attempt: number; readonly inMs: number; readonly failure: ProviderFailure }
  | { readonly type: 'failed'; readonly failure: ProviderFailure }
  /** A budget has passed a threshold. */
  | { readonly type: 'budget'; readonly at: 'warn' | 'pause' | 'stop'; readonly stand: MoneyStand };

/** `known: false`: no price is known, and the highest configured one was taken. */
export interface CallCost {
  readonly microUsd: MicroUsd;
  readonly known: boolean;
}

/** One request to a provider, as it goes over the wire. */
export interface ExchangeRequest {
  /** As configured. */
  readonly provider: string;
  readonly method: string;
  /**
   * What follows the provider's address, with the query: the address and it, put together, are what is asked. An address is what programs take as
   * their base: Anthropic's is without `/v1` (`/v1/messages` follows), OpenAI's and whatever is like it with it (`/responses`,
   * `/chat/completions`, `/models` follow), Google's without `/v1beta` (`/v1beta/models/...:generateContent` follows).
   */
  readonly path: string;
  /** Without any credential: that is put in where it leaves. */
  readonly headers: ReadonlyArray<readonly [string, string]>;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
  /**
   * `whole`: the answer is handed on once all of it is there, so that one that breaks off halfway can be asked for again.
   * `streamed`: it is handed on as it comes.
   */
  readonly delivery: 'whole' | 'streamed';
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * The one way to every provider of models, for our own loop as for programs in worlds: looks into the cache, reserves money, waits for its turn,
 * asks, asks again where that makes sense, reads what it has cost, and settles.
 *
 * What we ourselves refuse is an answer too, in the words of the provider's protocol, with `x-should-retry: false`, and told by `onEvent` first:
 * 400 what cannot be read, so that nobody knows what it would cost; 401 no key; 402 a budget; 502 no answer that could be handed on, however often
 * it was asked for; 503 a provider that fails all the time. What a provider refuses is handed on as it came.
 */
export interface Exchange {
  /** @throws the signal's reason when it aborts; what was reserved is settled at what is known by then. */
  send(request: ExchangeRequest, caller: Caller): Promise<ExchangeAnswer>;
}
