import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExchangeAnswer } from '../../ports/exchange.ts';
import type { GatewayRequest, GatewayRoute } from '../../ports/gateway.ts';
import { credentialHeaders, pairsOf } from '../models/headers.ts';
import { endToEnd } from '../sandbox/network/headers.ts';
import { refuse } from '../sandbox/network/refuse.ts';
import { readBody } from './read-body.ts';
import type { BodyRoom } from './read-body.ts';

export interface Relay {
  readonly route: GatewayRoute;
  /** As the program wrote it, below the route; with the query. */
  readonly path: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly room: BodyRoom;
  readonly send: GatewayRequest['send'];
}

const notHandedOn = new Set([...credentialHeaders, 'host']);

/** Hands one request of a program on, and the answer back as it comes, at the speed of the slower side. Whatever happens is told to the program. */
export async function relay({ route, path, request, response, room, send }: Relay): Promise<void> {
  const left = new AbortController();
  response.once('close', () => left.abort(new Error('The program that asked has gone away, or has its answer.')));
  const read = await readBody(request, room, left.signal);
  if (read.kind !== 'read') return cannotBeRead(request, response, read.kind);
  try {
    const answer = await send({
      provider: route.name,
      method: request.method ?? '',
      path,
      headers: pairsOf(endToEnd(request, notHandedOn)),
      body: read.body,
      signal: left.signal,
    });
    await handBack(answer, response, left.signal);
  } catch (error) {
    if (response.headersSent || response.destroyed) return void response.destroy();
    refuse(response, { status: 502, sentence: `The provider of ${route.name} could not be used (${reasonOf(error)}).` });
  }
}

function cannotBeRead(request: IncomingMessage, response: ServerResponse, why: 'too-large' | 'no-room' | 'left'): void {
  // What the program goes on sending is not kept; it would not read our answer while it cannot send.
  request.resume();
  switch (why) {
    case 'left':
      return void response.destroy();
    case 'too-large':
      return refuse(response, { status: 413, sentence: 'A request to a model may have 32 MiB.' });
    case 'no-room':
      return refuse(response, { status: 503, sentence: 'The requests to models that are under way take up all room there is for them.' });
  }
}

async function handBack({ status, headers, body }: ExchangeAnswer, response: ServerResponse, signal: AbortSignal): Promise<void> {
  response.writeHead(status, headers.flat());
  // A stream of events begins before its first event.
  response.flushHeaders();
  for await (const piece of body) {
    if (!response.write(piece)) await once(response, 'drain', { signal });
  }
  response.end();
}

/** For a program of a world: a code, and nothing of what is behind it. */
function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'it broke off';
}
