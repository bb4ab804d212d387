import { sameSecret } from '../sandbox/network/secret.ts';

/** What a request to the gateway asks for: `/<token>/<route>/<path of the provider>`. */
export type RoutePath =
  | { readonly kind: 'route'; readonly route: string; readonly path: string }
  | { readonly kind: 'refused'; readonly why: string };

/** Names under which programs put a key into an address. */
const keyParameters = new Set(['key', 'api_key', 'api-key', 'apikey', 'access_token']);

/**
 * Reads the path of a request. Nothing in it is resolved or decoded: a path that could be read in two ways (`..`, encoded slashes,
 * doubled slashes) is not taken, because what we check and what the provider serves have to be the same.
 *
 * @returns `path` with the query, without any key that a program put there.
 */
export function readRoutePath(target: string, token: string): RoutePath {
  const [, shown = '', route = '', path = ''] = /^\/([^/?]*)\/([\da-z-]+)((?:[/?].*)?)$/.exec(target) ?? [];
  if (!sameSecret(shown, token)) return { kind: 'refused', why: 'the address of the gateway is that of another world, or none' };
  const [before, query] = split(path, '?');
  if (!/^(?:\/[\w!$&'()*+,;=:@.~%-]+)*\/?$/.test(before) || /%2f|%5c|%00|%25/i.test(before) || before.split('/').some(isDots)) {
    return { kind: 'refused', why: 'the path is not plain' };
  }
  return { kind: 'route', route, path: `${before === '' ? '/' : before}${withoutKeys(query)}` };
}

/** Whether the path (without its query) begins with one of `prefixes`, in whole segments. */
export function isWithin(path: string, prefixes: readonly string[]): boolean {
  const [before] = split(path, '?');
  return prefixes.map((prefix) => prefix.replace(/\/$/, '')).some((prefix) => before === prefix || before.startsWith(`${prefix}/`));
}

function isDots(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment);
}

function withoutKeys(query: string): string {
  const kept = query.split('&').filter((part) => part !== '' && !keyParameters.has(decoded(split(part, '=')[0]).toLowerCase()));
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

function decoded(text: string): string {
  return [...new URLSearchParams(text).keys()][0] ?? '';
}

function split(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
