import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import type { Gate } from './gate.ts';
import { joinSockets } from './join-sockets.ts';
import { refuseRaw } from './refuse.ts';
import { readRequestedHost } from './requested-host.ts';
import { OtherServerName, createTlsNameCheck } from './tls-name-check.ts';

/** Serves one CONNECT: a connection to `authority`, whose content is the two ends' own affair, as long as they are these two. */
export async function tunnel(gate: Gate, authority: string, client: Duplex, head: Buffer, idleMs: number): Promise<void> {
  // The HTTP server has let go of the socket: until it is joined to another, its errors are ours.
  client.on('error', () => client.destroy());
  // At once: a program that has said everything already would be at its end by the time there is a connection.
  if (head.length > 0) client.unshift(head);
  const opened = await gate.open(readRequestedHost(authority));
  if (opened.kind === 'refused') return refuseRaw(client, opened);
  if (client.destroyed) return void opened.socket.destroy();
  client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  endIdle(opened.socket, idleMs);
  const check = createTlsNameCheck(opened.address.host);
  check.once('error', (error) => {
    if (error instanceof OtherServerName) gate.deny(opened.address, error.why);
  });
  joinSockets(client, opened.socket, check);
}

/** Traffic in either direction passes the outer socket, so that one clock is enough. */
function endIdle(socket: Socket, idleMs: number): void {
  socket.setTimeout(idleMs, () => socket.destroy());
}
