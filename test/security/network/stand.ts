import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { parseAllowedAddress } from '../../../src/domain/allowed-address.ts';
import { openEgress } from '../../../src/adapters/sandbox/network/open-egress.ts';
import type { Egress, EgressRequest, NetworkDecision } from '../../../src/adapters/sandbox/network/open-egress.ts';

export interface LocalServer extends AsyncDisposable {
  readonly port: number;
  /** Connections that were made to it so far. */
  connections(): number;
}

/** A real HTTP server on 127.0.0.1. */
export async function localServer(listener: RequestListener): Promise<LocalServer> {
  const server = createServer(listener);
  let connections = 0;
  server.on('connection', () => (connections += 1));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      const gone = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await gone;
    },
  };
}

export interface WayOut extends AsyncDisposable {
  readonly egress: Egress;
  readonly decisions: readonly NetworkDecision[];
  /** Says `text` to the proxy, byte for byte (latin1), and returns everything it answers until it ends the connection. */
  say(text: string): Promise<string>;
  socket(): Socket;
}

/** A way out as worlds have it, with its socket at hand. */
export async function wayOut(allow: readonly string[], more: Partial<EgressRequest> = {}): Promise<WayOut> {
  const decisions: NetworkDecision[] = [];
  const egress = await openEgress({ allow: allow.map(parseAllowedAddress), onDecision: (decision) => decisions.push(decision), ...more });
  const socket = (): Socket => (egress.folder === '' ? connect({ host: '127.0.0.1', port: egress.port }) : connect(`${egress.folder}/s`));
  return {
    egress,
    decisions,
    socket,
    async say(text) {
      const client = socket();
      client.write(text, 'latin1');
      return (await readAll(client)).toString('latin1');
    },
    [Symbol.asyncDispose]: () => egress[Symbol.asyncDispose](),
  };
}

/** Everything a socket says until its end; a reset is an end too. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => resolve(Buffer.concat(chunks)));
    socket.on('close', () => resolve(Buffer.concat(chunks)));
  });
}
