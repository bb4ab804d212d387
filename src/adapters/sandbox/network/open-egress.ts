import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import type { Server } from 'node:http';
import { formatAddress, isLoopbackHost } from '../../../domain/allowed-address.ts';
import type { AllowedAddress } from '../../../domain/allowed-address.ts';
import { Failure } from '../../../domain/failure.ts';
import { wayOutPort } from '../../../domain/slot.ts';
import type { GatewayRequest } from '../../../ports/gateway.ts';
import { openGateway } from '../../gateway/open-gateway.ts';
import type { Gateway } from '../../gateway/open-gateway.ts';
import { bridgedCommand } from './bridge.ts';
import { systemResolve } from '../../network/destination.ts';
import type { Resolve } from '../../network/destination.ts';
import { createEgressFolder } from './egress-folder.ts';
import type { EgressFolder } from './egress-folder.ts';
import { proxyEnvironment } from './environment.ts';
import { createGate } from './gate.ts';
import type { NetworkDecision, Traffic } from './gate.ts';
import { createProxyServer, proxyUser } from './proxy-server.ts';
import type { ProxyLimits } from './proxy-server.ts';
import { refuse } from './refuse.ts';
import { newSecret } from './secret.ts';

export type { NetworkDecision, Traffic } from './gate.ts';

export interface EgressRequest {
  readonly allow: readonly AllowedAddress[];
  /** Called for each request of a program, allowed or not. A program may cause any number of them. */
  readonly onDecision: (decision: NetworkDecision) => void;
  /** Models that the world may use without their keys. */
  readonly models?: GatewayRequest | undefined;
  /**
   * `socket` (the default): a unix socket in a folder, for worlds without a network of their own. `loopback`: a port of the
   * machine's own loopback, for places that share it; whoever has not been told the password gets nothing there.
   */
  readonly listen?: 'socket' | 'loopback';
  /** Whether programs are told of the proxy (the default). Not where they have the machine's network in any case. */
  readonly isProxy?: boolean;
  readonly resolve?: Resolve;
  readonly limits?: Partial<ProxyLimits & { readonly connectMs: number }>;
}

/** The one way out of one world. Disposing it ends every connection. */
export interface Egress extends AsyncDisposable {
  /** Holds the socket and nothing else, under a short path; to be seen, read-only, at the same path inside. Empty for `loopback`. */
  readonly folder: string;
  /** Of 127.0.0.1, where programs find the proxy: inside of the world for `socket`, on this machine for `loopback`. */
  readonly port: number;
  /** A command that runs inside, opens the way out there, and becomes `command`. For `loopback` it is `command` itself. */
  bridged(command: readonly [string, ...string[]], options: { readonly nodePath: string }): [string, ...string[]];
  /** What programs must be told. */
  readonly environment: Readonly<Record<string, string>>;
  /** Addresses to which there was a connection, as `host:port`; at most 100. */
  contacted(): readonly string[];
  traffic(): Traffic;
}

const defaultLimits = { connections: 128, headerBytes: 16_384, idleMs: 900_000, connectMs: 15_000 };

/**
 * Opens the way out of one world: an HTTP proxy that reaches what is on the list and nothing else, and the gateway to models.
 * @throws Failure (configuration) when an address of this machine is on the list that cannot be had inside.
 */
export async function openEgress(request: EgressRequest): Promise<Egress> {
  const { allow, onDecision, models, listen = 'socket', isProxy = true, resolve = systemResolve } = request;
  const limits = { ...defaultLimits, ...request.limits };
  const forwards = listen === 'socket' ? loopbackForwards(allow) : [];
  const password = listen === 'loopback' ? newSecret() : undefined;
  const gate = createGate({ allow, resolve, onDecision, connectMs: limits.connectMs, connections: limits.connections });
  const gateway = models === undefined ? undefined : openGateway(models);
  const server = createProxyServer({ gate, limits, password, local: gateway?.serve ?? refuseLocal });
  const connections = connectionsOf(server);
  const place = await listening(server, listen);
  const origin = `127.0.0.1:${place.port}`;

  return {
    folder: place.folder,
    port: place.port,
    environment: {
      ...(isProxy ? proxyEnvironment(password === undefined ? `http://${origin}` : `http://${proxyUser}:${password}@${origin}`) : {}),
      ...gateway?.environment(`http://${origin}`),
    },
    bridged: (command, { nodePath }) =>
      place.socketPath === ''
        ? [...command]
        : bridgedCommand(command, { nodePath, socketPath: place.socketPath, port: place.port, forwards }),
    contacted: gate.contacted,
    traffic: gate.traffic,
    async [Symbol.asyncDispose]() {
      const gone = new Promise((settle) => server.close(settle));
      for (const socket of connections) socket.destroy();
      gate.close();
      await gone;
      if (place.folder !== '') await rm(place.folder, { recursive: true, force: true });
    },
  };
}

async function listening(server: Server, listen: 'socket' | 'loopback'): Promise<EgressFolder & { readonly port: number }> {
  if (listen === 'loopback') {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return { folder: '', socketPath: '', port: (server.address() as AddressInfo).port };
  }
  const place = await createEgressFolder();
  await once(server.listen(place.socketPath), 'listening');
  return { ...place, port: wayOutPort };
}

/** Every connection to the server, also those that it handed on to a tunnel. */
function connectionsOf(server: Server): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return connections;
}

/** The loopback inside is the world's own: what is meant on ours is brought there. */
function loopbackForwards(allow: readonly AllowedAddress[]): string[] {
  const ours = allow.filter((address) => isLoopbackHost(address.host));
  const one = ours.find(({ port }) => port < 1024 || port === wayOutPort);
  if (one === undefined) return [...new Map(ours.map((address) => [address.port, formatAddress(address)])).values()];
  throw new Failure('configuration', {
    what: `\`sandbox.allow\` has ${formatAddress(one)}, which cannot be brought into a world.`,
    why: `Ports below 1024 and port ${wayOutPort} of 127.0.0.1 are not to be had there.`,
    fix: 'Let the service on this machine listen on another port, and allow that one.',
  });
}

function refuseLocal(...[, response]: Parameters<Gateway['serve']>): void {
  refuse(response, { status: 400, sentence: 'This is a proxy; it serves nothing itself.' });
}
