import { generateText } from 'ai';
import { expect, test } from 'vitest';
import { freeCaller } from '../../../test/support/agent-task.ts';
import { openScriptedProvider } from '../../../test/support/scripted-provider/scripted-provider.ts';
import type { ScriptedProvider } from '../../../test/support/scripted-provider/scripted-provider.ts';
import { configSchema } from '../../domain/config.ts';
import type { Config } from '../../domain/config.ts';
import type { ProviderProtocol } from '../../domain/model.ts';
import { providerProtocols } from '../../domain/model.ts';
import type { Caller, Exchange, ExchangeRequest } from '../../ports/exchange.ts';
import type { Models } from '../../ports/model.ts';
import { ask, defaultPatience } from './ask.ts';
import { configuredProviders } from './configured-providers.ts';
import type { Environment } from './keys.ts';
import { createModels } from './models.ts';

/** Asks once, and keeps what came by. */
class Straight implements Exchange, Disposable {
  readonly sent: ExchangeRequest[] = [];
  readonly callers: Caller[] = [];
  readonly #providers: ReturnType<typeof configuredProviders>;

  constructor(config: Config['models'], environment: Environment) {
    this.#providers = configuredProviders(config, environment, async () => []);
  }

  async send(request: ExchangeRequest, caller: Caller) {
    this.sent.push(request);
    this.callers.push(caller);
    const provider = this.#providers.get(request.provider);
    if (provider === undefined) throw new Error(`${request.provider} is not configured`);
    return ask({ ...request, provider, patience: defaultPatience });
  }

  [Symbol.dispose](): void {
    this.#providers.close();
  }
}

interface Stand extends Disposable {
  readonly models: Models;
  readonly exchange: Straight;
}

function modelsOf(settings: unknown, environment: Environment): Stand {
  const { models: config } = configSchema.parse({ models: settings });
  const exchange = new Straight(config, environment);
  return { models: createModels({ config, environment, exchange }), exchange, [Symbol.dispose]: () => exchange[Symbol.dispose]() };
}

/** One provider for each protocol, of the protocol's name. */
function allAt(provider: ScriptedProvider): Stand {
  const settings = providerProtocols.map((protocol) => [
    protocol,
    { protocol, url: provider.url(protocol), private: true, keyVariable: 'OWN_KEY' },
  ]);
  return modelsOf({ providers: Object.fromEntries(settings) }, { OWN_KEY: 'the-true-key' });
}

const calls: Readonly<Record<ProviderProtocol, { readonly asked: string; readonly below: string; readonly body: unknown }>> = {
  anthropic: {
    asked: '/v1/messages?beta=true',
    below: '/v1/messages?beta=true',
    body: { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'Hello' }] },
  },
  openai: { asked: '/v1/responses', below: '/responses', body: { model: 'm', input: 'Hello' } },
  'openai-chat': {
    asked: '/v1/chat/completions',
    below: '/chat/completions',
    body: { model: 'm', messages: [{ role: 'user', content: 'Hello' }] },
  },
  google: {
    asked: '/v1beta/models/m:generateContent',
    below: '/v1beta/models/m:generateContent',
    body: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
  },
};

test.each(providerProtocols)('%s: a model is asked through the exchange, whole, with the true key put in there', async (protocol) => {
  await using provider = await openScriptedProvider({ script: () => ({ say: 'Hello.' }) });
  using all = allAt(provider);
  const model = await all.models.language({ provider: protocol, model: 'm' }, freeCaller);
  expect((await generateText({ model, prompt: 'Hello' })).text).toBe('Hello.');
  expect(provider.requests.map(({ credential }) => credential)).toEqual(['the-true-key']);
  const [sent] = all.exchange.sent;
  expect(sent).toMatchObject({ provider: protocol, method: 'POST', delivery: 'whole', path: calls[protocol].below.split('?')[0] });
  expect(JSON.stringify(sent?.headers)).not.toContain('the-true-key');
  expect(all.exchange.callers).toEqual([freeCaller]);
});

test.each(providerProtocols)('%s: a program is given a route, and its request goes through the exchange as it comes', async (protocol) => {
  await using provider = await openScriptedProvider({ script: () => ({ say: 'Hello.' }) });
  using all = allAt(provider);
  const gateway = all.models.gateway([protocol], freeCaller);
  expect(gateway.routes.map(({ name, protocol: spoken }) => [name, spoken])).toEqual([[protocol, protocol]]);
  const answer = await gateway.send({
    provider: protocol,
    method: 'POST',
    path: calls[protocol].asked,
    headers: [['content-type', 'application/json']],
    body: Buffer.from(JSON.stringify(calls[protocol].body)),
    signal: AbortSignal.timeout(10_000),
  });
  expect(answer.status).toBe(200);
  expect(Buffer.concat(await Array.fromAsync(answer.body)).toString()).toContain('Hello.');
  expect(provider.requests.map(({ credential }) => credential)).toEqual(['the-true-key']);
  expect(all.exchange.sent.map(({ path, delivery }) => [path, delivery])).toEqual([[calls[protocol].below, 'streamed']]);
});

test.each(providerProtocols)(
  '%s: what is no call of a model is refused in the words of the protocol, and nobody is asked',
  async (protocol) => {
    await using provider = await openScriptedProvider();
    using all = allAt(provider);
    const answer = await all.models.gateway([protocol], freeCaller).send({
      provider: protocol,
      method: 'POST',
      path: '/v1/messages/batches?x=1',
      headers: [],
      body: Buffer.from('{}'),
      signal: AbortSignal.timeout(10_000),
    });
    expect(answer.status).toBe(403);
    const body: unknown = JSON.parse(Buffer.concat(await Array.fromAsync(answer.body)).toString());
    expect(body).toMatchObject({ error: { message: expect.stringContaining('POST /v1/messages/batches is not asked of') } });
    expect(all.exchange.sent).toEqual([]);
  },
);

test('a provider that nobody configured, and one without a key, are refused before anything is asked', async () => {
  using all = modelsOf({}, {});
  await expect(all.models.language({ provider: 'nobody', model: 'm' }, freeCaller)).rejects.toThrow(
    'The model provider nobody is not configured. Known are anthropic, openai, google. Write its protocol and address into `models.providers.nobody`, or name another.',
  );
  await expect(all.models.language({ provider: 'anthropic', model: 'm' }, freeCaller)).rejects.toThrow('ANTHROPIC_API_KEY is not set.');
  expect(() => all.models.gateway(['openai'], freeCaller)).toThrow('OPENAI_API_KEY is not set.');
});

test('the state of each provider is told without its key', () => {
  using all = modelsOf(
    {
      providers: {
        local: { protocol: 'openai-chat', url: 'http://127.0.0.1:11434/v1', private: true },
        filed: { protocol: 'openai', url: 'https://models.example.com/v1', keyFile: '/nowhere/key' },
      },
    },
    { GOOGLE_API_KEY: 'secret' },
  );
  const states = all.models.providers();
  expect(states.map(({ name, key, keyVariable }) => [name, key, keyVariable])).toEqual([
    ['anthropic', 'missing', 'ANTHROPIC_API_KEY'],
    ['openai', 'missing', 'OPENAI_API_KEY'],
    ['google', 'present', 'GOOGLE_API_KEY'],
    ['local', 'none-needed', undefined],
    ['filed', 'missing', undefined],
  ]);
  expect(states.find(({ name }) => name === 'filed')?.problem?.why).toBe('There is no such file.');
  expect(JSON.stringify(states)).not.toContain('secret');
});
