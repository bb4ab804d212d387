import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayRequest, GatewayRoute } from '../../ports/gateway.ts';
import { countHeader } from '../sandbox/network/headers.ts';
import { refuse } from '../sandbox/network/refuse.ts';
import { newSecret } from '../sandbox/network/secret.ts';
import { gatewayEnvironment } from './gateway-environment.ts';
import { createBodyRoom } from './read-body.ts';
import { relay } from './relay.ts';
import { isWithin, readRoutePath } from './route-path.ts';

/** The models that one world may use, under addresses that only it knows. */
export interface Gateway {
  /** Serves one request, whatever it asks for. */
  serve(this: void, request: IncomingMessage, response: ServerResponse): void;
  /** What programs must be told. @param origin where the gateway is found, such as `http://127.0.0.1:3128`. */
  environment(origin: string): Readonly<Record<string, string>>;
}

/** `TRACE` would send our own headers back; the others are for browsers and proxies. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Requests of one world under way at the same time. */
const mostAtOnce = 64;

/** Opens the gateway of one world; it lasts as long as whoever serves it. */
export function openGateway({ routes, send }: GatewayRequest): Gateway {
  const token = newSecret();
  const byName = new Map(routes.map((route) => [route.name, route]));
  const room = createBodyRoom();
  let atOnce = 0;

  /** @returns why not, or where to. */
  function find(request: IncomingMessage): { readonly route: GatewayRoute; readonly path: string } | string {
    if (countHeader(request, 'host') > 1) return 'it has two Host headers';
    const target = readRoutePath(request.url ?? '', token);
    if (target.kind === 'refused') return target.why;
    const route = byName.get(target.route);
    if (route === undefined) return `there is no route ${target.route}`;
    if (!methods.has(request.method ?? '')) return `the method ${request.method ?? ''} is not handed on`;
    if (!isWithin(target.path, route.paths)) return `the route ${target.route} does not serve this path`;
    return { route, path: target.path };
  }

  return {
    serve(request, response) {
      const found = find(request);
      if (typeof found === 'string') return refuse(response, { status: 403, sentence: `The request to the gateway is refused: ${found}.` });
      if (atOnce >= mostAtOnce)
        return refuse(response, { status: 503, sentence: `There are ${mostAtOnce} requests to models under way already.` });
      atOnce += 1;
      response.once('close', () => (atOnce -= 1));
      void relay({ ...found, request, response, room, send });
    },
    environment: (origin) => gatewayEnvironment(routes, ({ name }) => `${origin}/${token}/${name}`),
  };
}
