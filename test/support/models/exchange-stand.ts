import { join } from 'node:path';
import { systemClock } from '../../../src/adapters/clock.ts';
import { systemIds } from '../../../src/adapters/ids.ts';
import { createExchange } from '../../../src/adapters/models/exchange.ts';
import type { ExchangeSettings } from '../../../src/adapters/models/exchange.ts';
import type { ConfiguredProvider } from '../../../src/adapters/models/provider.ts';
import type { Pricing } from '../../../src/adapters/models/pricing.ts';
import { createUpstream } from '../../../src/adapters/models/upstream.ts';
import { systemResolve } from '../../../src/adapters/network/destination.ts';
import { openDatabase } from '../../../src/adapters/store/open-database.ts';
import type { Database } from '../../../src/adapters/store/open-database.ts';
import type { JobId, TaskId } from '../../../src/domain/ids.ts';
import { providerProtocols } from '../../../src/domain/model.ts';
import type { ProviderProtocol } from '../../../src/domain/model.ts';
import type { Caller, Exchange, ExchangeEvent, ExchangeRequest } from '../../../src/ports/exchange.ts';
import type { RateLimits, Spending } from '../../../src/ports/model-ledger.ts';
import { inOrder, openScriptedProvider } from '../scripted-provider/scripted-provider.ts';
import type { ScriptedProvider, Turn } from '../scripted-provider/scripted-provider.ts';
import { temporaryFolder } from '../temporary.ts';

/** The key that no test may find anywhere but at the provider. */
export const standKey = 'sk-test-4f1d0c7a9e';

/** Micro-USD: 1 for a token of input, 10 for one of output; half of it is what the provider's cache saves. */
export const standPricing: Pricing = {
  price: (_provider, model) => ({
    kind: model === 'nobody-knows' ? 'unknown' : 'known',
    cost: ({ inputTokens, outputTokens, cachedTokens }) => inputTokens - Math.floor(cachedTokens / 2) + 10 * outputTokens,
    most: (inputTokens, outputTokens) => inputTokens + 10 * outputTokens,
  }),
};

export interface StandOptions {
  /** By the name of the provider: where it is. */
  readonly addresses?: Readonly<Record<string, { readonly protocol: ProviderProtocol; readonly url: string }>>;
  /** Beside them. */
  readonly providers?: ReadonlyMap<string, ConfiguredProvider>;
  readonly limits?: RateLimits;
  readonly settings?: Partial<ExchangeSettings>;
  /** Asked for each request. */
  readonly key?: () => string;
  /** Of the ledger: `FULL` outlives a loss of power, as the product has it. */
  readonly synchronous?: 'FULL' | 'NORMAL';
}

/** An exchange on a ledger in a file, with providers on this machine. */
export interface ExchangeStand extends AsyncDisposable {
  readonly exchange: Exchange;
  readonly database: Database;
  readonly events: ExchangeEvent[];
  caller(this: void, more?: Partial<Caller>): Caller;
  ask(this: void, request: Partial<ExchangeRequest>, caller?: Partial<Caller>): Promise<WholeAnswer>;
  spent(this: void): Promise<Spending>;
}

export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const manyTurns: RateLimits = { requests: 10_000, tokens: 100_000_000, windowMs: 60_000 };

/** Retries begin after some milliseconds in place of a second. */
export const quickRetry = { retries: 3, baseMs: 4, factor: 2, capMs: 60_000, floor: 0.5 };

export async function exchangeStand(options: StandOptions): Promise<ExchangeStand> {
  const { addresses = {}, providers = [], limits = manyTurns, settings, key = () => standKey, synchronous = 'NORMAL' } = options;
  const folder = await temporaryFolder();
  const database = await openDatabase(join(folder.path, 'miyabi.db'), { clock: systemClock, ids: systemIds, synchronous });
  const upstreams = Object.entries(addresses).map(([name, { protocol, url }]) => {
    const upstream = createUpstream({ name, url, isPrivate: true, credentials: () => ({ 'x-api-key': key() }) }, systemResolve);
    const configured: ConfiguredProvider = {
      name,
      protocol,
      limits,
      rateKey: `${name}:digest`,
      request: upstream.request,
      secrets: upstream.secrets,
    };
    return { configured, close: () => upstream.close() };
  });
  const events: ExchangeEvent[] = [];
  const { money, rates, responses, breakers } = database.ledger;
  const exchange = createExchange({
    providers: new Map([...upstreams.map(({ configured }) => [configured.name, configured] as const), ...providers]),
    pricing: standPricing,
    money,
    rates,
    responses,
    breakers,
    clock: systemClock,
    ids: systemIds,
    owner: { name: 'test', isAlive: async (name) => name === 'test' },
    random: () => 0.5,
    settings: { cache: false, mostOutputTokens: 1_000, retry: quickRetry, ...settings },
  });
  const caller = (more: Partial<Caller> = {}): Caller => ({
    jobId: 'job' as JobId,
    taskId: 'task' as TaskId,
    planTask: undefined,
    world: 'alpha',
    purpose: 'agent',
    limits: [],
    cacheScope: 'run',
    incidental: [],
    askToGoOn: async () => false,
    onEvent: (event) => events.push(event),
    ...more,
  });
  return {
    exchange,
    database,
    events,
    caller,
    async ask(request, more) {
      const { status, headers, body } = await exchange.send(
        { ...callOf('anthropic'), headers: [], signal: new AbortController().signal, delivery: 'whole', ...request },
        caller(more),
      );
      const pieces = await Array.fromAsync(body);
      return {
        status,
        headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
        text: Buffer.concat(pieces).toString(),
      };
    },
    spent: () => money.spent({}),
    async [Symbol.asyncDispose]() {
      for (const { close } of upstreams) close();
      await database.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** An exchange whose one provider takes the given turns, in whichever protocol it is asked; it is called as the protocol. */
export async function scriptedStand(
  turns: readonly Turn[],
  options: Partial<StandOptions> = {},
): Promise<ExchangeStand & { readonly provider: ScriptedProvider }> {
  const provider = await openScriptedProvider({ script: inOrder(turns) });
  const addresses = Object.fromEntries(providerProtocols.map((protocol) => [protocol, { protocol, url: provider.url(protocol) }]));
  const stand = await exchangeStand({ addresses, ...options });
  return {
    ...stand,
    provider,
    async [Symbol.asyncDispose]() {
      await stand[Symbol.asyncDispose]();
      await provider[Symbol.asyncDispose]();
    },
  };
}

/** What {@link hello} costs by {@link standPricing}, in micro-USD. */
export const helloCost = 120;
/** An answer, with 50 tokens of input and 7 of output. */
export const hello = { say: 'Hello.', usage: { inputTokens: 50, outputTokens: 7 } };

export interface AskedFor {
  readonly text?: string;
  readonly isStreamed?: boolean;
  readonly most?: number;
  readonly model?: string;
}

/** A call of a model in the words of a protocol, asked of the provider that is called as the protocol. */
export function callOf(
  protocol: ProviderProtocol,
  { text = 'Say hello.', isStreamed = false, most = 100, model = 'm' }: AskedFor = {},
): Pick<ExchangeRequest, 'provider' | 'method' | 'path' | 'body'> {
  const messages = [{ role: 'user', content: text }];
  const [path, body] = ((): readonly [string, object] => {
    switch (protocol) {
      case 'anthropic':
        return ['/v1/messages', { model, max_tokens: most, stream: isStreamed, messages }];
      case 'openai':
        return ['/responses', { model, max_output_tokens: most, stream: isStreamed, input: messages }];
      case 'openai-chat': {
        const told = isStreamed ? { stream_options: { include_usage: true } } : {};
        return ['/chat/completions', { model, max_tokens: most, stream: isStreamed, messages, ...told }];
      }
      case 'google': {
        const verb = isStreamed ? 'streamGenerateContent?alt=sse' : 'generateContent';
        const contents = [{ role: 'user', parts: [{ text }] }];
        return [`/v1beta/models/${model}:${verb}`, { contents, generationConfig: { maxOutputTokens: most } }];
      }
    }
  })();
  return { provider: protocol, method: 'POST', path, body: Buffer.from(JSON.stringify(body)) };
}
