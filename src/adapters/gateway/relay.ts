import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayUse } from '../../ports/gateway.ts';
import { ForbiddenDestination } from '../sandbox/network/destination.ts';
import { endToEnd } from '../sandbox/network/headers.ts';
import { refuse } from '../sandbox/network/refuse.ts';
import { sendBody } from '../sandbox/network/send-body.ts';
import type { Upstream } from './upstream.ts';

export interface Relay {
  readonly upstream: Upstream;
  /** With the query. */
  readonly path: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly onUse: (use: GatewayUse) => void;
}

/** Where programs put a key; theirs opens nothing, and is not the provider's business. */
const credentials = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'cookie', 'host'];
/** A session with the provider would be shared by worlds, and is ours if it is anybody's. */
const hidden = new Set(['set-cookie', 'set-cookie2', 'alt-svc']);

/** Hands one request on to a provider with the credential put in, and the answer back as it comes, at the speed of the slower side. */
export function relay({ upstream, path, request, response, onUse }: Relay): void {
  const began = performance.now();
  const { route } = upstream;
  const secret = route.headers();
  const outgoing = upstream.request(request.method ?? 'GET', path, [
    ...endToEnd(request, new Set([...credentials, ...Object.keys(secret).map((name) => name.toLowerCase())])),
    ...Object.entries(secret).flat(),
  ]);
  const bytes = { sent: 0, received: 0 };
  let status = 0;
  let isBroken = false;

  const breakOff = (error: Error): void => {
    isBroken = true;
    if (response.headersSent || response.destroyed) return void response.destroy();
    refuse(response, { status: 502, sentence: `The provider of ${route.name} could not be used (${reasonOf(error)}).` });
  };
  response.once('close', () => {
    outgoing.off('error', breakOff).on('error', ignore).destroy();
    const end = isBroken ? 'broken' : response.writableFinished ? 'complete' : 'left';
    const durationMs = performance.now() - began;
    onUse({
      route: route.name,
      method: request.method ?? '',
      status,
      sentBytes: bytes.sent,
      receivedBytes: bytes.received,
      durationMs,
      end,
    });
  });
  outgoing.on('error', breakOff);
  outgoing.once('upgrade', () => outgoing.destroy(new Error('it changed the protocol')));
  outgoing.once('response', (answer) => {
    status = answer.statusCode ?? 0;
    response.writeHead(status, answer.statusMessage, endToEnd(answer, hidden));
    // A stream of events begins before its first event.
    response.flushHeaders();
    answer.on('data', (chunk: Buffer) => (bytes.received += chunk.length));
    answer.once('error', breakOff);
    answer.pipe(response);
  });
  request.on('data', (chunk: Buffer) => (bytes.sent += chunk.length));
  sendBody(request, outgoing);
}

/** The program has gone: what becomes of its request afterwards is told to nobody. */
function ignore(): void {}

/** For a program of a world: not where the provider's name leads to, and no address of ours. */
function reasonOf(error: Error): string {
  if (error instanceof ForbiddenDestination) return 'its name does not lead to the public internet';
  return 'code' in error && typeof error.code === 'string' ? error.code : 'it broke off';
}
