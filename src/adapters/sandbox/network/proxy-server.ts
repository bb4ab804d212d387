import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createServer } from '../../node-http.ts';
import { forward } from './forward.ts';
import type { Gate, Refusal } from './gate.ts';
import { countHeader } from './headers.ts';
import { refuse, refuseRaw } from './refuse.ts';
import { sameSecret } from './secret.ts';
import { tunnel } from './tunnel.ts';

export interface ProxyLimits {
  /** Of programs to us, and of us to the outside, at the same time each. */
  readonly connections: number;
  /** All headers of a request together. */
  readonly headerBytes: number;
  /** Without a byte in either direction. */
  readonly idleMs: number;
}

export interface ProxySettings {
  readonly gate: Gate;
  readonly limits: ProxyLimits;
  /** What a program must show to use the proxy; undefined where only the right programs can reach it. */
  readonly password: string | undefined;
  /** Serves what is asked of us and not of somebody behind us, such as `/v1/messages`. */
  readonly local: (request: IncomingMessage, response: ServerResponse) => void;
}

/** The user name that goes with the password; a proxy address cannot do without one. */
export const proxyUser = 'world';

/** An HTTP proxy that serves CONNECT and plain `http://` requests as far as the gate lets them. It does not listen yet. */
export function createProxyServer({ gate, limits, password, local }: ProxySettings): Server {
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: 10_000,
    requestTimeout: 600_000,
    connectionsCheckingInterval: 5_000,
    noDelay: true,
    insecureHTTPParser: false,
  });
  server.maxConnections = limits.connections;
  server.setTimeout(limits.idleMs);

  const objection = (request: IncomingMessage): Refusal | undefined => {
    if (countHeader(request, 'host') > 1) return { status: 400, sentence: 'The request is refused: it has two Host headers.' };
    // Node hands a request on before it refuses a coding that it does not know.
    if (!['chunked', undefined].includes(request.headers['transfer-encoding']?.toLowerCase())) {
      return { status: 400, sentence: 'The request is refused: its transfer coding is not known.' };
    }
    if (password === undefined || isShown(request, password)) return undefined;
    return { status: 407, sentence: 'This is the way out of another world.' };
  };

  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    const refusal = objection(request);
    if (refusal === undefined) return void tunnel(gate, request.url ?? '', client, head, limits.idleMs);
    gate.refuse(refusal.sentence);
    client.on('error', () => client.destroy());
    refuseRaw(client, refusal);
  });
  server.on('request', (request, response) => {
    if (countHeader(request, 'host') <= 1 && request.url?.startsWith('/')) return local(request, response);
    const refusal = objection(request);
    if (refusal === undefined) return void forward(gate, request, response, limits.idleMs);
    gate.refuse(refusal.sentence);
    refuse(response, refusal);
  });
  // Taking a connection fails when this process has no file left to open; the next one may be taken again.
  server.on('error', (error) => gate.refuse(`a connection could not be taken (${error.message})`));
  server.on('drop', () => gate.refuse(`more than ${limits.connections} connections at the same time`));
  server.on('clientError', (error: Error & { code?: string }, socket) => {
    if (error.code === undefined || !/^(?:HPE_|ERR_HTTP_)/.test(error.code)) return void socket.destroy();
    gate.refuse('a request that is not proper HTTP');
    if (socket.writable)
      refuseRaw(socket, { status: 400, sentence: 'The request is refused: it is not proper HTTP, or its headers are too long.' });
  });
  return server;
}

function isShown(request: IncomingMessage, password: string): boolean {
  const expected = `Basic ${Buffer.from(`${proxyUser}:${password}`).toString('base64')}`;
  return sameSecret(request.headers['proxy-authorization'] ?? '', expected);
}
