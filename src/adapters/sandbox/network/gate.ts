import { connect } from 'node:net';
import type { LookupFunction, Socket, TcpNetConnectOpts } from 'node:net';
import { formatAddress } from '../../../domain/allowed-address.ts';
import type { AllowedAddress } from '../../../domain/allowed-address.ts';
import { ForbiddenDestination, checkedLookup } from '../../network/destination.ts';
import type { Resolve } from '../../network/destination.ts';
import type { RequestedHost } from './requested-host.ts';

/** What was decided about one request. Nothing of a request is known beside this. */
export interface NetworkDecision {
  readonly allowed: boolean;
  /** In plain ASCII; empty where the request named no host that could be read. */
  readonly host: string;
  /** 0 where the request named none that could be read. */
  readonly port: number;
  /** For people: a part of a sentence, such as `not on the list`. */
  readonly why: string;
}

/** An answer to a program of a world that it did not hope for. */
export interface Refusal {
  readonly status: 400 | 403 | 407 | 413 | 502 | 503;
  /** Says what happened and what to do about it; it ends in a world, so it names nothing that the world did not name. */
  readonly sentence: string;
}

export type Opened =
  | { readonly kind: 'open'; readonly socket: Socket; readonly address: AllowedAddress }
  | ({ readonly kind: 'refused' } & Refusal);

export interface Traffic {
  /** To the outside. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** The one place at which a world gets a connection to the outside, or does not. */
export interface Gate {
  /** Looks at the list, resolves, checks what came out, and connects to exactly that. One decision is told for each call. */
  open(requested: RequestedHost): Promise<Opened>;
  /** Tells a refusal that was decided before an address was known. */
  refuse(why: string): void;
  /** Tells that a connection which was open already was ended. */
  deny(address: AllowedAddress, why: string): void;
  /** Addresses to which there was a connection, as `host:port`; at most 100. */
  contacted(this: void): readonly string[];
  traffic(this: void): Traffic;
  /** Ends all connections. */
  close(): void;
}

export interface GateSettings {
  readonly allow: readonly AllowedAddress[];
  readonly resolve: Resolve;
  readonly onDecision: (decision: NetworkDecision) => void;
  /** For resolving and connecting together. */
  readonly connectMs: number;
  /** To the outside at the same time: many requests can come over one connection to us. */
  readonly connections: number;
}

const mostContacted = 100;

export function createGate({ allow, resolve, onDecision, connectMs, connections }: GateSettings): Gate {
  const listed = new Map(allow.map((address) => [formatAddress(address), address]));
  const contacted = new Set<string>();
  const sockets = new Set<Socket>();
  const ended = { sentBytes: 0, receivedBytes: 0 };
  let connecting = 0;

  const deny = (address: AllowedAddress, why: string): void => onDecision({ allowed: false, ...address, why });

  function denied(address: AllowedAddress, why: string, sentence: string): Opened {
    deny(address, why);
    return { kind: 'refused', status: 403, sentence };
  }

  function keep(socket: Socket, name: string): void {
    if (contacted.size < mostContacted) contacted.add(name);
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      ended.sentBytes += socket.bytesWritten;
      ended.receivedBytes += socket.bytesRead;
    });
  }

  async function connectTo(address: AllowedAddress): Promise<Opened> {
    const name = formatAddress(address);
    if (sockets.size + connecting >= connections) {
      deny(address, `more than ${connections} connections at the same time`);
      return {
        kind: 'refused',
        status: 503,
        sentence: `This world has ${connections} connections, which is all it may have at the same time.`,
      };
    }
    connecting += 1;
    try {
      const socket = await connected(address, checkedLookup(address.port, allow, resolve), connectMs);
      keep(socket, name);
      onDecision({ allowed: true, ...address, why: 'on the list' });
      return { kind: 'open', socket, address };
    } catch (error) {
      if (error instanceof ForbiddenDestination) {
        return denied(
          address,
          error.why,
          `${name} is refused: ${error.why}. If that is meant, add that very IP address and port to sandbox.allow.`,
        );
      }
      const reason = causeOf(error);
      onDecision({ allowed: true, ...address, why: `on the list, but there was no connection (${reason})` });
      return { kind: 'refused', status: 502, sentence: `${name} is allowed, and could not be reached (${reason}).` };
    } finally {
      connecting -= 1;
    }
  }

  return {
    async open(requested) {
      if (requested.kind === 'unreadable') {
        onDecision({ allowed: false, host: '', port: 0, why: requested.why });
        return { kind: 'refused', status: 400, sentence: `The request is refused: ${requested.why}.` };
      }
      const name = formatAddress(requested.address);
      const address = listed.get(name);
      if (address !== undefined) return connectTo(address);
      return denied(
        requested.address,
        'not on the list',
        `This world may not reach ${name}. To allow it, add "${name}" to sandbox.allow in your own configuration.`,
      );
    },
    refuse: (why) => onDecision({ allowed: false, host: '', port: 0, why }),
    deny,
    contacted: () => [...contacted],
    traffic: () => {
      const living = [...sockets];
      return {
        sentBytes: living.reduce((sum, socket) => sum + socket.bytesWritten, ended.sentBytes),
        receivedBytes: living.reduce((sum, socket) => sum + socket.bytesRead, ended.receivedBytes),
      };
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function connected(address: AllowedAddress, lookup: LookupFunction, connectMs: number): Promise<Socket> {
  const options: TcpNetConnectOpts = {
    host: address.host.replace(/^\[(.*)\]$/, '$1'),
    port: address.port,
    lookup,
    autoSelectFamily: true,
    allowHalfOpen: true,
    noDelay: true,
  };
  return new Promise((resolve, reject) => {
    const socket = connect(options);
    const late = setTimeout(() => socket.destroy(new Error(`no answer within ${connectMs} ms`)), connectMs);
    socket.once('error', reject);
    socket.once('close', () => clearTimeout(late));
    socket.once('connect', () => {
      clearTimeout(late);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function causeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
