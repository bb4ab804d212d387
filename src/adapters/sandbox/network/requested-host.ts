import type { AllowedAddress } from '../../../domain/allowed-address.ts';

/** What a program of a world asked to reach: one reading of it, or none, and then why. */
export type RequestedHost =
  | { readonly kind: 'address'; readonly address: AllowedAddress }
  | { readonly kind: 'unreadable'; readonly why: string };

/**
 * Reads `host:port` as it stands in a CONNECT request, in a URL or in a Host header. Letters in upper case and one dot at the
 * end are the only freedom: nothing is decoded or converted, so that nobody after us can read the same text in another way.
 * Which address it may be is for the list to say.
 *
 * @param defaultPort what a missing port means; undefined where it must be there.
 */
export function readRequestedHost(authority: string, defaultPort?: number): RequestedHost {
  if (authority.length > 300) return unreadable('the address is too long');
  const [matched, host = '', port] = /^(\[[\d:.a-f]{2,45}\]|[\d.\w-]+)(?::([1-9]\d{0,4}))?$/i.exec(authority) ?? [];
  if (matched !== authority) return unreadable('the address is not one host and one port in plain ASCII');
  const number = port === undefined ? defaultPort : Number(port);
  if (number === undefined) return unreadable('the address has no port');
  if (number > 65_535) return unreadable('the port is too large');
  return { kind: 'address', address: { host: host.toLowerCase().replace(/\.$/, ''), port: number } };
}

/** Reads the target of a request to a proxy: `http://host[:port]/path`. A user name before the host is not taken. */
export function readAbsoluteTarget(target: string): { readonly host: RequestedHost; readonly path: string } {
  const [, scheme = '', authority = '', path = ''] = /^([a-z][\d+.a-z-]*):\/\/([^#/?]*)(\/[^#]*|\?[^#]*|)$/i.exec(target) ?? [];
  if (scheme.toLowerCase() !== 'http') {
    return { host: unreadable('a proxy is asked for http:// addresses, or with CONNECT'), path: '/' };
  }
  return { host: readRequestedHost(authority, 80), path: path.startsWith('/') ? path : `/${path}` };
}

function unreadable(why: string): RequestedHost {
  return { kind: 'unreadable', why };
}
