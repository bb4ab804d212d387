import type { Config } from '../../domain/config.ts';
import { knownProviders } from '../../domain/providers.ts';
import type { Provider } from '../../domain/providers.ts';
import type { Resolve } from '../network/destination.ts';
import { betaOfKey, findKey, keyDigest, keyHeaders, readKey } from './keys.ts';
import type { Environment } from './keys.ts';
import type { ConfiguredProvider } from './provider.ts';
import { createUpstream } from './upstream.ts';

/** Every provider that can be asked, by name; whether it has a key is found out when it is. */
export interface ConfiguredProviders extends ReadonlyMap<string, ConfiguredProvider> {
  /** Lets go of the connections that nobody uses. */
  close(): void;
}

/**
 * @param environment in which keys are looked for at each request.
 * @throws Failure (configuration) when the address of a provider is none that may be asked.
 */
export function configuredProviders(models: Config['models'], environment: Environment, resolve: Resolve): ConfiguredProviders {
  const opened = [...knownProviders(models).values()].map((provider) => open(provider, environment, resolve));
  const byName = new Map(opened.map(({ configured }) => [configured.name, configured]));
  return Object.assign(byName, { close: () => opened.forEach(({ close }) => close()) });
}

function open(
  provider: Provider,
  environment: Environment,
  resolve: Resolve,
): { readonly configured: ConfiguredProvider; close(this: void): void } {
  const { name, protocol, url, isPrivate, limits } = provider;
  const credentials = (): Readonly<Record<string, string>> => {
    const key = readKey(provider, environment);
    return key === undefined ? {} : keyHeaders(protocol, key);
  };
  const upstream = createUpstream({ name, url, isPrivate, credentials }, resolve);
  return {
    configured: {
      name,
      protocol,
      limits,
      get rateKey() {
        const found = findKey(provider, environment);
        return found.kind === 'present' ? `${name}:${keyDigest(found.key)}` : name;
      },
      request(method, path, headers, signal) {
        const key = readKey(provider, environment);
        const beta = key === undefined ? undefined : betaOfKey(protocol, key);
        return upstream.request(method, path, beta === undefined ? headers : withBeta(headers, beta), signal);
      },
      secrets: () => upstream.secrets(),
    },
    close: () => upstream.close(),
  };
}

/** In one header with those that are asked for already. @param headers names and values in turn. */
function withBeta(headers: readonly string[], beta: string): string[] {
  const isBeta = (name: string | undefined): boolean => name?.toLowerCase() === 'anthropic-beta';
  const asked = headers.flatMap((value, index) => (index % 2 === 1 && isBeta(headers[index - 1]) ? value.split(',') : []));
  const kept = headers.filter((_, index) => !isBeta(headers[index - (index % 2)]));
  return [...kept, 'anthropic-beta', [...new Set([...asked.map((each) => each.trim()), beta])].join(',')];
}
