import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayRequest } from '../../ports/gateway.ts';
import type { Resolve } from '../sandbox/network/destination.ts';
import { countHeader } from '../sandbox/network/headers.ts';
import { refuse } from '../sandbox/network/refuse.ts';
import { newSecret } from '../sandbox/network/secret.ts';
import { gatewayEnvironment } from './gateway-environment.ts';
import { relay } from './relay.ts';
import { isWithin, readRoutePath } from './route-path.ts';
import { createUpstream } from './upstream.ts';
import type { Upstream } from './upstream.ts';

/** The models that one world may use, under addresses that only it knows. */
export interface Gateway {
  /** Serves one request, whatever it asks for. */
  serve(this: void, request: IncomingMessage, response: ServerResponse): void;
  /** What programs must be told. @param origin where the gateway is found, such as `http://127.0.0.1:3128`. */
  environment(origin: string): Readonly<Record<string, string>>;
  /** Lets go of the connections to providers that nobody uses. */
  close(): void;
}

/** `TRACE` would send our own headers back; the others are for browsers and proxies. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Requests of one world under way at the same time. */
const mostAtOnce = 64;

/** @throws Failure (configuration) when a provider's address cannot be used. */
export function openGateway({ routes, onUse }: GatewayRequest, resolve: Resolve): Gateway {
  const token = newSecret();
  let atOnce = 0;
  const upstreams = new Map(routes.map((route) => [route.name, createUpstream(route, resolve)]));

  /** @returns why not, or where to. */
  function find(request: IncomingMessage): { readonly upstream: Upstream; readonly path: string } | string {
    if (countHeader(request, 'host') > 1) return 'it has two Host headers';
    const target = readRoutePath(request.url ?? '', token);
    if (target.kind === 'refused') return target.why;
    const upstream = upstreams.get(target.route);
    if (upstream === undefined) return `there is no route ${target.route}`;
    if (!methods.has(request.method ?? '')) return `the method ${request.method ?? ''} is not handed on`;
    const { paths } = upstream.route;
    if (paths !== undefined && !isWithin(target.path, paths)) return `the route ${target.route} does not serve this path`;
    return { upstream, path: target.path };
  }

  return {
    serve(request, response) {
      const found = find(request);
      if (typeof found === 'string') return refuse(response, { status: 403, sentence: `The request to the gateway is refused: ${found}.` });
      if (atOnce >= mostAtOnce)
        return refuse(response, { status: 503, sentence: `There are ${mostAtOnce} requests to models under way already.` });
      atOnce += 1;
      response.once('close', () => (atOnce -= 1));
      relay({ ...found, request, response, onUse });
    },
    environment: (origin) => Object.assign({}, ...routes.map(({ name }) => gatewayEnvironment(name, `${origin}/${token}/${name}`))),
    close: () => {
      for (const upstream of upstreams.values()) upstream.close();
    },
  };
}
