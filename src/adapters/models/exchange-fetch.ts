import type { Caller, Exchange, ExchangeRequest } from '../../ports/exchange.ts';

/** Statuses whose answers have no body. */
const withoutBody = new Set([204, 205, 304]);

/**
 * A `fetch` that asks one provider through the exchange, for libraries that want one. Only the path and the query of an address count: they are
 * the path below the provider's address. Answers are waited for whole.
 */
export function exchangeFetch(exchange: Exchange, provider: string, caller: Caller): typeof fetch {
  return async (input, init) => {
    const { url, ...asked } = await readRequest(input, init);
    const { pathname, search } = new URL(url);
    const request = { ...asked, provider, path: `${pathname}${search}`, delivery: 'whole' } as const;
    const { status, headers, body } = await exchange.send(request, caller);
    const pieces = await Array.fromAsync(body);
    return new Response(withoutBody.has(status) ? null : Buffer.concat(pieces), {
      status,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
    });
  };
}

type Asked = Pick<ExchangeRequest, 'method' | 'headers' | 'body' | 'signal'> & { readonly url: string };

async function readRequest(input: Parameters<typeof fetch>[0], init: RequestInit | undefined): Promise<Asked> {
  const headers = new Headers(init?.headers);
  // What the SDK asks is text that says what it is: a `Request` would hand it through a stream, which takes longer the longer it is.
  if (!(input instanceof Request) && typeof init?.body === 'string' && headers.has('content-type')) {
    const { method = 'GET', body, signal } = init;
    return { url: String(input), method, headers: [...headers], body: Buffer.from(body), signal: signal ?? new AbortController().signal };
  }
  // Without the signal: a request holds on to it for longer than it lasts itself.
  const request = new Request(input, { ...init, signal: null });
  const body = new Uint8Array(await request.arrayBuffer());
  const signal = init?.signal ?? (input instanceof Request ? input.signal : new AbortController().signal);
  return { url: request.url, method: request.method, headers: [...request.headers], body, signal };
}
