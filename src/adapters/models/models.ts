import type { Config } from '../../domain/config.ts';
import { Failure } from '../../domain/failure.ts';
import { knownProviders, modelPath } from '../../domain/providers.ts';
import type { Provider } from '../../domain/providers.ts';
import type { Caller, Exchange, ExchangeAnswer } from '../../ports/exchange.ts';
import type { GatewayRequest } from '../../ports/gateway.ts';
import type { Models, ProviderState } from '../../ports/model.ts';
import { exchangeFetch } from './exchange-fetch.ts';
import { findKey, readKey } from './keys.ts';
import type { Environment } from './keys.ts';
import { createEmbedding } from './embedding.ts';
import { createLanguage } from './language.ts';
import { refusal } from './refusal.ts';

export interface ModelsTools {
  readonly config: Config['models'];
  /** In which keys are looked for. */
  readonly environment: Environment;
  /** By which every provider is asked. */
  readonly exchange: Exchange;
}

export function createModels({ config, environment, exchange }: ModelsTools): Models {
  const known = knownProviders(config);

  /** One that can be asked. */
  function find(name: string): Provider {
    const provider = known.get(name);
    if (provider === undefined) throw unknownProvider(name, [...known.keys()]);
    readKey(provider, environment);
    return provider;
  }

  return {
    async language(name, caller) {
      const { protocol, url } = find(name.provider);
      return createLanguage({
        provider: name.provider,
        protocol,
        url,
        model: name.model,
        mostOutputTokens: config.mostOutputTokens,
        fetch: exchangeFetch(exchange, name.provider, caller),
      });
    },
    async embedding(name, caller) {
      const { protocol } = find(name.provider);
      if (protocol !== 'openai' && protocol !== 'openai-chat') throw withoutEmbeddings(name.provider, protocol);
      return await createEmbedding({ provider: name.provider, model: name.model, fetch: exchangeFetch(exchange, name.provider, caller) });
    },
    gateway: (names, caller) => gatewayTo(new Map(names.map((name) => [name, find(name)])), exchange, caller),
    providers: () => [...known.values()].map((provider) => stateOf(provider, environment)),
  };
}

function gatewayTo(providers: ReadonlyMap<string, Provider>, exchange: Exchange, caller: Caller): GatewayRequest {
  return {
    routes: [...providers.values()].map(({ name, protocol, paths }) => ({ name, protocol, paths })),
    async send(request) {
      const provider = providers.get(request.provider);
      if (provider === undefined) throw new Error(`there is no route ${request.provider}`);
      const path = modelPath(provider.protocol, request.method, request.path);
      return path === undefined ? refused(provider, request) : exchange.send({ ...request, path, delivery: 'streamed' }, caller);
    },
  };
}

/** In the words of the provider: the program that asked is to understand it. */
function refused({ name, protocol }: Provider, { method, path }: { readonly method: string; readonly path: string }): ExchangeAnswer {
  const [bare = ''] = path.split('?', 1);
  return refusal(protocol, {
    status: 403,
    type: 'miyabi_not_allowed',
    message: `${method} ${bare.slice(0, 200)} is not asked of ${name}: it is no answer of a model, or nobody could say what it costs.`,
  });
}

function stateOf(provider: Provider, environment: Environment): ProviderState {
  const { name, protocol, url, keyVariables } = provider;
  const found = findKey(provider, environment);
  const state = { name, protocol, url, keyVariable: keyVariables.find((variable) => environment[variable]?.trim()) ?? keyVariables[0] };
  return found.kind === 'faulty' ? { ...state, key: 'missing', problem: found.failure.text } : { ...state, key: found.kind };
}

function withoutEmbeddings(provider: string, protocol: string): Failure {
  return new Failure(
    'configuration',
    {
      what: `The model provider ${provider} is not asked for embeddings.`,
      why: `It speaks ${protocol}, which does not say what they cost.`,
      fix: 'Name a provider of the protocol openai or openai-chat in `knowledge.embeddings`, such as openai/text-embedding-3-small.',
    },
    { facts: { provider, protocol } },
  );
}

function unknownProvider(name: string, known: readonly string[]): Failure {
  return new Failure(
    'configuration',
    {
      what: `The model provider ${name} is not configured.`,
      why: `Known are ${known.join(', ')}.`,
      fix: `Write its protocol and address into \`models.providers.${name}\`, or name another.`,
    },
    { facts: { provider: name } },
  );
}
