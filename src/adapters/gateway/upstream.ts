import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { ClientRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { isLoopbackHost } from '../../domain/allowed-address.ts';
import { Failure } from '../../domain/failure.ts';
import type { GatewayRoute } from '../../ports/gateway.ts';
import { checkedLookup } from '../sandbox/network/destination.ts';
import type { Resolve } from '../sandbox/network/destination.ts';
import { specialMeaning } from '../sandbox/network/special-addresses.ts';

/** A provider, with connections that are kept for the next request. */
export interface Upstream {
  readonly route: GatewayRoute;
  /** @param headers names and values in turn. */
  request(method: string, path: string, headers: readonly string[]): ClientRequest;
  close(): void;
}

/**
 * @throws Failure (configuration) when the address is not a web address, holds a password, or is not on the public internet although
 * the route does not say that it may be elsewhere.
 */
export function createUpstream(route: GatewayRoute, resolve: Resolve): Upstream {
  const url = readUpstream(route);
  const isSecure = url.protocol === 'https:';
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const base = url.pathname.replace(/\/$/, '');
  // The user's word stands for whatever the name leads to; everywhere else each answer is checked, and connected to as checked.
  const lookup = route.isPrivate === true ? {} : { lookup: checkedLookup(port, [], resolve) };
  return {
    route,
    request: (method, path, headers) =>
      (isSecure ? httpsRequest : httpRequest)({
        hostname: bare(url),
        port,
        agent,
        ...lookup,
        method,
        path: `${base}${path}`,
        headers: [...headers, 'Host', url.host],
      }),
    close: () => agent.destroy(),
  };
}

function readUpstream(route: GatewayRoute): URL {
  const { name, upstream } = route;
  const url = URL.canParse(upstream) ? new URL(upstream) : undefined;
  const isPlain =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  if (!isPlain) {
    throw new Failure('configuration', {
      what: `The address of the model provider ${name} cannot be used.`,
      why: 'It is to be an http:// or https:// address without a user, a password, a query or a fragment.',
      fix: 'Write it as `https://api.example.com`.',
    });
  }
  const host = bare(url);
  const meaning = isIP(host) === 0 ? (isLoopbackHost(host) ? 'this machine' : undefined) : specialMeaning(host);
  if (meaning === undefined || route.isPrivate === true) return url;
  throw new Failure('configuration', {
    what: `The model provider ${name} is not on the public internet (${host}: ${meaning}).`,
    why: 'Worlds reach it through Miyabi, and must not reach other places in your network that way.',
    fix: 'Say that it is private where the provider is configured.',
  });
}

function bare(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}
