import type { Caller, Exchange } from '../../ports/exchange.ts';

/** Statuses whose answers have no body. */
const withoutBody = new Set([204, 205, 304]);

/**
 * A `fetch` that asks one provider through the exchange, for libraries that want one. Only the path and the query of an address count: they are
 * the path below the provider's address. Answers are waited for whole.
 */
export function exchangeFetch(exchange: Exchange, provider: string, caller: Caller): typeof fetch {
  return async (input, init) => {
    // Without the signal: a request holds on to it for longer than it lasts itself.
    const request = new Request(input, { ...init, signal: null });
    const { pathname, search } = new URL(request.url);
    const { status, headers, body } = await exchange.send(
      {
        provider,
        method: request.method,
        path: `${pathname}${search}`,
        headers: [...request.headers],
        body: new Uint8Array(await request.arrayBuffer()),
        signal: init?.signal ?? (input instanceof Request ? input.signal : new AbortController().signal),
        delivery: 'whole',
      },
      caller,
    );
    const pieces = await Array.fromAsync(body);
    return new Response(withoutBody.has(status) ? null : Buffer.concat(pieces), {
      status,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
    });
  };
}
