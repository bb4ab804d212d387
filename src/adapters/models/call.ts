import type { ProviderProtocol } from '../../domain/model.ts';
import type { Caller, ExchangeRequest } from '../../ports/exchange.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import type { SingleFile } from './in-single-file.ts';
import type { ModelPrice } from './pricing.ts';
import type { ConfiguredProvider } from './provider.ts';
import { readCall } from './wire/wire.ts';
import type { WireCall } from './wire/wire.ts';

/** One request on its way through the exchange. */
export interface Call {
  readonly parts: ExchangeParts;
  readonly request: ExchangeRequest;
  readonly caller: Caller;
  readonly provider: ConfiguredProvider;
  /** That of the request: OpenAI speaks two. */
  readonly protocol: ProviderProtocol;
  /** What is asked of which model; undefined for what asks none, such as a list of models: that costs nothing and is never kept. */
  readonly model: AskedModel | undefined;
  /** Where the calls of one task wait for their turns. */
  readonly turns: SingleFile;
  /** From the monotonic clock, ms. */
  readonly began: number;
}

export interface AskedModel {
  readonly read: WireCall;
  readonly price: ModelPrice;
  /** The most that it may answer, in tokens; all answers together. */
  readonly mostOutputTokens: number;
}

export type OpenedCall =
  | { readonly kind: 'opened'; readonly call: Call }
  /** `why`: a clause without a full stop. */
  | { readonly kind: 'unreadable'; readonly protocol: ProviderProtocol; readonly why: string };

/** Reads what is asked for. @throws Error for a provider that is not configured: whoever asks was to make sure of that. */
export function openCall(parts: ExchangeParts, turns: SingleFile, request: ExchangeRequest, caller: Caller): OpenedCall {
  const provider = parts.providers.get(request.provider);
  if (provider === undefined) throw new Error(`There is no model provider ${request.provider}.`);
  const protocol = protocolOf(provider, request.path);
  const read = readCall(protocol, request.method, request.path, request.body);
  if (read?.kind === 'unreadable') return { kind: 'unreadable', protocol, why: read.why };
  const model = read === undefined ? undefined : askedModel(parts, provider, read);
  return { kind: 'opened', call: { parts, request, caller, provider, protocol, model, turns, began: parts.clock.monotonic() } };
}

function askedModel({ pricing, settings }: ExchangeParts, provider: ConfiguredProvider, read: WireCall): AskedModel {
  const mostOutputTokens = (read.mostOutputTokens ?? settings.mostOutputTokens) * read.answers;
  return { read, price: pricing.price(provider.name, read.model), mostOutputTokens };
}

function protocolOf({ protocol }: ConfiguredProvider, path: string): ProviderProtocol {
  return protocol === 'openai' && /\/(?:chat\/completions|embeddings)(?:\?|$)/.test(path) ? 'openai-chat' : protocol;
}
