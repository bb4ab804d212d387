import type { ClientRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { isLoopbackHost } from '../../domain/allowed-address.ts';
import { Failure } from '../../domain/failure.ts';
import { Agent as HttpAgent, request as httpRequest } from '../node-http.ts';
import { checkedLookup } from '../network/destination.ts';
import type { Resolve } from '../network/destination.ts';
import { specialMeaning } from '../network/special-addresses.ts';

/** Where a provider is found, and with what. */
export interface UpstreamAddress {
  /** Of the provider, for people. */
  readonly name: string;
  /** `https://` (or `http://`), with a path where it has one. */
  readonly url: string;
  /** The user says that it lies in a private network, or on this very machine. Otherwise it has to be on the public internet. */
  readonly isPrivate: boolean;
  /** The headers that carry the key, such as `x-api-key`; asked for each request, so that it may change. */
  readonly credentials: () => Readonly<Record<string, string>>;
}

/** A provider, with connections that are kept for the next request. */
export interface Upstream {
  /**
   * Begins a request; whoever called writes its body and ends it.
   *
   * @param path below the address, with the query.
   * @param headers names and values in turn; those that have the name of one that carries the key are left out.
   * @throws what `credentials` throws, and when a header cannot be sent.
   */
  request(this: void, method: string, path: string, headers: readonly string[], signal: AbortSignal): ClientRequest;
  /** What of its credentials is secret, as it is now. @throws what `credentials` throws. */
  secrets(this: void): readonly string[];
  close(this: void): void;
}

/**
 * @throws Failure (configuration) when the address is not a web address, holds a password, or is not on the public internet although
 * nobody says that it may be elsewhere.
 */
export function createUpstream(address: UpstreamAddress, resolve: Resolve): Upstream {
  const url = readAddress(address);
  const isSecure = url.protocol === 'https:';
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const base = url.pathname.replace(/\/$/, '');
  // The user's word stands for whatever the name leads to; everywhere else each answer is checked, and connected to as checked.
  const lookup = address.isPrivate ? {} : { lookup: checkedLookup(port, [], resolve) };
  return {
    request: (method, path, headers, signal) =>
      (isSecure ? httpsRequest : httpRequest)({
        hostname: bare(url),
        port,
        agent,
        ...lookup,
        method,
        path: `${base}${path}`,
        headers: [...withCredentials(headers, address.credentials()), 'Host', url.host],
        signal,
      }),
    secrets: () => Object.values(address.credentials()).map((value) => value.replace(/^Bearer /, '')),
    close: () => agent.destroy(),
  };
}

function withCredentials(headers: readonly string[], credentials: Readonly<Record<string, string>>): string[] {
  const replaced = new Set(['host', ...Object.keys(credentials).map((name) => name.toLowerCase())]);
  const kept = headers.flatMap((name, index) =>
    index % 2 === 0 && !replaced.has(name.toLowerCase()) ? [name, headers[index + 1] ?? ''] : [],
  );
  return [...kept, ...Object.entries(credentials).flat()];
}

function readAddress({ name, url: text, isPrivate }: UpstreamAddress): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
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
  if (meaning === undefined || isPrivate) return url;
  throw new Failure('configuration', {
    what: `The model provider ${name} is not on the public internet (${host}: ${meaning}).`,
    why: 'Worlds reach it through Miyabi, and must not reach other places in your network that way.',
    fix: 'Say that it is private where the provider is configured.',
  });
}

function bare(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}
