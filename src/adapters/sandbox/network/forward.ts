import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatAddress } from '../../../domain/allowed-address.ts';
import { request } from '../../node-http.ts';
import type { Gate } from './gate.ts';
import { handBack } from './hand-back.ts';
import { endToEnd } from './headers.ts';
import { refuse } from './refuse.ts';
import { sendBody } from './send-body.ts';
import { readAbsoluteTarget, readRequestedHost } from './requested-host.ts';
import type { RequestedHost } from './requested-host.ts';

const host = new Set(['host']);

/** Serves one plain HTTP request that names its target whole, over a connection of its own. */
export async function forward(gate: Gate, incoming: IncomingMessage, response: ServerResponse, idleMs: number): Promise<void> {
  const target = readAbsoluteTarget(incoming.url ?? '');
  const opened = await gate.open(agreedHost(target.host, incoming.headers.host));
  if (opened.kind === 'refused') return refuse(response, opened);
  const { socket, address } = opened;
  if (response.destroyed) return void socket.destroy();
  const outgoing = request({
    createConnection: () => socket,
    method: incoming.method ?? 'GET',
    path: target.path,
    // Written by us after what was checked, whatever the program wrote.
    headers: [...endToEnd(incoming, host), 'Host', address.port === 80 ? address.host : formatAddress(address), 'Connection', 'close'],
  });
  socket.setTimeout(idleMs, () => socket.destroy());
  response.once('close', () => outgoing.destroy());
  handBack({
    outgoing,
    response,
    onBroken: (error) => {
      if (response.headersSent || response.destroyed) return void response.destroy();
      refuse(response, { status: 502, sentence: `${formatAddress(address)} did not answer as HTTP says (${error.message}).` });
    },
  });
  sendBody(incoming, outgoing);
}

/** The target and the Host header are to name the same place: where they differ, somebody hopes that they are read by two. */
function agreedHost(target: RequestedHost, header: string | undefined): RequestedHost {
  if (target.kind === 'unreadable' || header === undefined) return target;
  const named = readRequestedHost(header, 80);
  const same = named.kind === 'address' && formatAddress(named.address) === formatAddress(target.address);
  return same ? target : { kind: 'unreadable', why: 'the Host header names another address than the request' };
}
