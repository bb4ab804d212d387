import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayUse } from '../../ports/gateway.ts';
import { ForbiddenDestination } from '../sandbox/network/destination.ts';
import { handBack } from '../sandbox/network/hand-back.ts';
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

/** Hands one request on to a provider with the credential put in, and the answer back as it comes. */
export function relay(given: Relay): void {
  const { upstream, request, response, onUse } = given;
  const { name } = upstream.route;
  const began = performance.now();
  const bytes = { sent: 0, received: 0 };
  let status = 0;
  let isBroken = false;
  const onBroken = (error: unknown): void => {
    isBroken = true;
    if (response.headersSent || response.destroyed) return void response.destroy();
    refuse(response, { status: 502, sentence: `The provider of ${name} could not be used (${reasonOf(error)}).` });
  };
  response.once('close', () => {
    const end = isBroken ? 'broken' : response.writableFinished ? 'complete' : 'left';
    const durationMs = performance.now() - began;
    onUse({ route: name, method: request.method ?? '', status, sentBytes: bytes.sent, receivedBytes: bytes.received, durationMs, end });
  });

  let outgoing: ClientRequest;
  try {
    outgoing = ask(given);
  } catch (error) {
    // The credential cannot be had, or is none that can be sent.
    return onBroken(error);
  }
  response.once('close', () => outgoing.off('error', onBroken).on('error', ignore).destroy());
  handBack({
    outgoing,
    response,
    without: hidden,
    onBroken,
    onAnswer: (answer) => {
      status = answer.statusCode ?? 0;
      answer.on('data', (chunk: Buffer) => (bytes.received += chunk.length));
    },
  });
  request.on('data', (chunk: Buffer) => (bytes.sent += chunk.length));
  sendBody(request, outgoing);
}

function ask({ upstream, path, request }: Relay): ClientRequest {
  const secret = upstream.route.headers();
  const dropped = new Set([...credentials, ...Object.keys(secret).map((name) => name.toLowerCase())]);
  return upstream.request(request.method ?? 'GET', path, [...endToEnd(request, dropped), ...Object.entries(secret).flat()]);
}

/** The program has gone: what becomes of its request afterwards is told to nobody. */
function ignore(): void {}

/** For a program of a world: not where the provider's name leads to, and no address of ours. */
function reasonOf(error: unknown): string {
  if (error instanceof ForbiddenDestination) return 'its name does not lead to the public internet';
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'it broke off';
}
