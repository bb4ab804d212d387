import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { z } from 'zod';
import { systemPrompt } from '../../src/agents/model/prompts.ts';
import { toolsNamed } from '../../src/agents/model/tools/tools.ts';
import type { ProviderProtocol } from '../../src/domain/model.ts';
import { toolNames } from '../../src/domain/world.ts';
import { commitsInLog } from '../engine/write-ahead-log.ts';
import { measurement } from '../support/child.ts';
import { inTurns } from '../support/rounds.ts';
import { burst } from './burst.ts';
import type { Burst } from './burst.ts';
import type { ProviderAddresses } from './provider.ts';
import { key, modelId, modelsStand, worldCaller } from './stand.ts';

export interface ExchangeCallsRequest {
  readonly urls: ProviderAddresses;
  readonly protocol: ProviderProtocol;
  /** Of the conversation that is sent each time. */
  readonly characters: number;
  /** In each round, on each side. */
  readonly calls: number;
  readonly rounds: number;
}

export interface ExchangeCalls {
  /** The same requests by `fetch` alone, their answers read as JSON. */
  readonly bare: readonly Burst[];
  /** By the AI SDK as it is, with its own `fetch`. */
  readonly sdk: readonly Burst[];
  /** By the AI SDK through the exchange. */
  readonly ours: readonly Burst[];
  /** As many transactions of one row, as durable, and nothing else. */
  readonly disk: readonly Burst[];
  readonly bodyBytes: number;
  /** Transactions of one call on the database. */
  readonly commits: number;
}

/** One call of a model, whole, on three ways to the same provider. */
export const exchangeCalls = measurement(import.meta, async (request: ExchangeCallsRequest, folder): Promise<ExchangeCalls> => {
  const { urls, protocol, characters, calls, rounds } = request;
  await using stand = await modelsStand(folder, urls);
  const asked = new Asked(await optionsOf(characters));
  const { direct, captured } = captureFirst(urls, protocol);
  const ours = await stand.models.language({ provider: protocol, model: modelId }, worldCaller());
  await direct.doGenerate(asked.next());
  const { url, headers, body } = await captured;
  const bareCall = async (): Promise<unknown> => await (await fetch(url, { method: 'POST', headers, body: asked.freshly(body) })).json();
  await ours.doGenerate(asked.next());
  const commits = await commitsOf(stand.database, async () => await ours.doGenerate(asked.next()));
  using rows = new RowFile(folder);
  const sides = {
    bare: () => burst(calls, bareCall),
    sdk: () => burst(calls, async () => await direct.doGenerate(asked.next())),
    ours: () => burst(calls, async () => await ours.doGenerate(asked.next())),
    disk: () => burst(calls, async () => rows.commit(commits)),
  };
  // What is called often is compiled anew; that is over then.
  for (const side of Object.values(sides)) for (let warm = 0; warm < 2; warm += 1) await side();
  return { ...(await inTurns(sides, { rounds, budgetMs: 25_000 })), bodyBytes: Buffer.byteLength(body), commits };
});

/** A conversation with a mark that is another each time, so that no answer is in the cache. */
class Asked {
  readonly #options: LanguageModelV4CallOptions;
  #count = 0;

  constructor(options: LanguageModelV4CallOptions) {
    this.#options = options;
  }

  next(): LanguageModelV4CallOptions {
    return { ...this.#options, prompt: [...this.#options.prompt, { role: 'user', content: [{ type: 'text', text: this.#mark() }] }] };
  }

  freshly(body: string): string {
    return body.replace(/mark-\d{9}/, this.#mark());
  }

  #mark(): string {
    this.#count += 1;
    return `mark-${String(this.#count).padStart(9, '0')}`;
  }
}

async function optionsOf(characters: number): Promise<LanguageModelV4CallOptions> {
  const code = 'export function priceOf(item, count) {\n  return item.price * count - "a \\"discount\\" of some kind";\n}\n';
  return {
    prompt: [
      { role: 'system', content: await systemPrompt('standard') },
      { role: 'user', content: [{ type: 'text', text: code.repeat(Math.ceil(characters / code.length)) }] },
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'call_1', toolName: 'read', input: { path: 'src/a.js' } }] },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'call_1', toolName: 'read', output: { type: 'text', value: code } }] },
    ],
    tools: toolsNamed(toolNames).map(({ name, description, input }) => {
      const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: 'input' });
      return { type: 'function', name, description, inputSchema: inputSchema as Extract<typeof inputSchema, object> & { type?: 'object' } };
    }) as NonNullable<LanguageModelV4CallOptions['tools']>,
    maxOutputTokens: 16_000,
    temperature: 0.3,
  };
}

interface Captured {
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

/** The AI SDK with nothing between; what it sends first is what is sent without it from then on. */
function captureFirst(
  urls: ProviderAddresses,
  protocol: ProviderProtocol,
): { readonly direct: LanguageModelV4; readonly captured: Promise<Captured> } {
  const { promise, resolve } = Promise.withResolvers<Captured>();
  const capturing: typeof fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    resolve({ url, headers: new Headers(init?.headers), body: typeof init?.body === 'string' ? init.body : '' });
    return await fetch(input, init);
  };
  return { direct: directly(urls[protocol], protocol, capturing), captured: promise };
}

function directly(url: string, protocol: ProviderProtocol, fetch: typeof globalThis.fetch): LanguageModelV4 {
  const options = { apiKey: key, fetch };
  switch (protocol) {
    case 'anthropic':
      return createAnthropic({ ...options, baseURL: `${url}/v1` })(modelId);
    case 'openai':
      return createOpenAI({ ...options, baseURL: url }).responses(modelId);
    case 'openai-chat':
      return createOpenAICompatible({ ...options, name: 'local', baseURL: url })(modelId);
    case 'google':
      return createGoogle({ ...options, baseURL: `${url}/v1beta` })(modelId);
  }
}

/** A database of one table: the least that a durable transaction can cost. */
class RowFile implements Disposable {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;

  constructor(folder: string) {
    this.#database = new DatabaseSync(join(folder, 'rows.db'));
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE one (value INTEGER)');
    this.#insert = this.#database.prepare('INSERT INTO one VALUES (1)');
  }

  commit(times: number): void {
    for (let each = 0; each < times; each += 1) this.#insert.run();
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

async function commitsOf(database: string, call: () => Promise<unknown>): Promise<number> {
  const before = commitsInLog(database);
  await call();
  return commitsInLog(database) - before;
}
