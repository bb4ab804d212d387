import type { ProviderProtocol } from '../../../src/domain/model.ts';

export type Route =
  | { readonly kind: 'call'; readonly protocol: ProviderProtocol; readonly google?: GoogleCall }
  | { readonly kind: 'count-tokens' | 'models' | 'unknown' };

/** What Google's paths say, and the bodies of others. */
export interface GoogleCall {
  readonly model: string;
  /** `list`: a stream without events, which is one JSON list. */
  readonly delivery: 'whole' | 'events' | 'list';
}

export function routeOf(method: string, url: URL): Route {
  const path = url.pathname;
  if (method === 'GET') return { kind: /^\/v1(?:beta)?\/models(?:\/[^/]+)?$/.test(path) ? 'models' : 'unknown' };
  if (method !== 'POST') return { kind: 'unknown' };
  switch (path) {
    case '/v1/messages':
      return { kind: 'call', protocol: 'anthropic' };
    case '/v1/responses':
      return { kind: 'call', protocol: 'openai' };
    case '/v1/chat/completions':
      return { kind: 'call', protocol: 'openai-chat' };
    case '/v1/messages/count_tokens':
      return { kind: 'count-tokens' };
    default:
      return googleRoute(url);
  }
}

function googleRoute({ pathname, searchParams }: URL): Route {
  const [, model, verb] = /^\/v1(?:beta)?\/models\/([^/:]+):(generateContent|streamGenerateContent|countTokens)$/.exec(pathname) ?? [];
  if (model === undefined) return { kind: 'unknown' };
  if (verb === 'countTokens') return { kind: 'count-tokens' };
  const delivery = verb === 'generateContent' ? 'whole' : searchParams.get('alt') === 'sse' ? 'events' : 'list';
  return { kind: 'call', protocol: 'google', google: { model: decodeURIComponent(model), delivery } };
}
