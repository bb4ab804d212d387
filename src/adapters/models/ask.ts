import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Failure } from '../../domain/failure.ts';
import type { ProviderFailure } from '../../domain/provider-failure.ts';
import { ForbiddenDestination } from '../network/destination.ts';
import { headersFromProvider, headersToProvider } from './headers.ts';
import type { HeaderPairs } from './headers.ts';
import type { ConfiguredProvider } from './provider.ts';
import { starred, withoutSecrets } from './without-secrets.ts';

/** How long is waited for a provider, in ms. */
export interface Patience {
  /** For a connection. */
  readonly connectMs: number;
  /** For the first byte of the answer's body, from the beginning on. */
  readonly firstByteMs: number;
  /** Between two pieces of the body. */
  readonly silenceMs: number;
}

export const defaultPatience: Patience = { connectMs: 15_000, firstByteMs: 600_000, silenceMs: 120_000 };

export interface Asked {
  readonly provider: ConfiguredProvider;
  readonly method: string;
  readonly path: string;
  readonly headers: HeaderPairs;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
  readonly patience: Patience;
}

/** An answer that has begun. */
export interface Begun {
  readonly status: number;
  readonly headers: HeaderPairs;
  /** Once. Ends the connection when it is left early. @throws BrokenOff */
  readonly body: AsyncGenerator<Uint8Array, void>;
}

/** A provider did not answer, or not to the end. */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
  readonly failure: ProviderFailure;
  /** It had the request and was working on it for all we know: it may want to be paid. */
  readonly mayCost: boolean;

  constructor(failure: ProviderFailure, mayCost: boolean) {
    super(failure.message);
    this.failure = failure;
    this.mayCost = mayCost;
  }
}

/** What is shorter (characters) is found in half of all texts, and protects nothing. */
const shortestSecret = 8;

class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
}

/** Asks a provider once. @throws BrokenOff; and the signal's reason when it aborts. */
export async function ask(asked: Asked): Promise<Begun> {
  const { provider, signal, patience } = asked;
  signal.throwIfAborted();
  const deadline = performance.now() + patience.firstByteMs;
  const { outgoing, secrets } = begin(asked);
  try {
    const answer = await answerTo(outgoing, asked);
    const status = answer.statusCode ?? 0;
    if (status < 200 || status > 599) {
      answer.destroy();
      throw new BrokenOff({ kind: 'unreadable', message: `${provider.name} answered with the status ${status}.` }, false);
    }
    const headers = headersFromProvider(answer).map(([name, value]) => [name, starred(value, secrets)] as const);
    return { status, headers, body: bodyOf(answer, asked, { deadline, secrets }) };
  } catch (error) {
    outgoing.destroy();
    signal.throwIfAborted();
    throw error instanceof BrokenOff ? error : brokenOff(error, provider.name);
  }
}

function begin({ provider, method, path, headers, body, signal }: Asked): {
  readonly outgoing: ClientRequest;
  readonly secrets: readonly string[];
} {
  try {
    const secrets = provider.secrets().filter(({ length }) => length >= shortestSecret);
    return { secrets, outgoing: provider.request(method, path, headersToProvider(headers, body.length), signal) };
  } catch (error) {
    // Never the error's own words: what cannot be sent may be the key.
    const message = error instanceof Failure ? error.message : `The key of ${provider.name} cannot be had, or cannot be sent.`;
    throw new BrokenOff({ kind: 'no-key', message }, false);
  }
}

/** Sends the body and waits for the status and the headers. */
async function answerTo(outgoing: ClientRequest, { body, patience }: Asked): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  outgoing.on('error', reject);
  outgoing.once('response', resolve);
  outgoing.once('upgrade', (_answer, socket) => {
    socket.destroy();
    reject(new BrokenOff({ kind: 'unreadable', message: 'The provider changed the protocol.' }, false));
  });
  const tooLong = (what: string) => () => void outgoing.destroy(new TookTooLong(what));
  const connecting = setTimeout(tooLong('no connection'), patience.connectMs);
  const answering = setTimeout(tooLong('no answer'), patience.firstByteMs);
  outgoing.once('socket', (socket) => whenConnected(socket, () => clearTimeout(connecting)));
  outgoing.end(body);
  try {
    return await promise;
  } finally {
    clearTimeout(connecting);
    clearTimeout(answering);
  }
}

function whenConnected(socket: Socket, then: () => void): void {
  if (!socket.connecting) return then();
  socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', then);
}

/** The body as it comes. The time in which nobody asks for the next piece is not the provider's. */
async function* bodyOf(
  answer: IncomingMessage,
  { provider, signal, patience }: Asked,
  { deadline, secrets }: { readonly deadline: number; readonly secrets: readonly string[] },
): AsyncGenerator<Uint8Array, void> {
  const filter = withoutSecrets(secrets);
  const onAbort = (): void => void answer.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  let forMs = Math.max(0, deadline - performance.now());
  try {
    signal.throwIfAborted();
    const pieces = decoded(answer)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    for (;;) {
      const timer = setTimeout(() => answer.destroy(new TookTooLong('nothing more came')), forMs);
      const piece = await pieces.next().finally(() => clearTimeout(timer));
      const passed = piece.done === true ? filter.rest() : filter.pass(piece.value);
      if (passed.length > 0) yield passed;
      if (piece.done === true) return;
      forMs = patience.silenceMs;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new BrokenOff({ kind: 'network', message: `The answer of ${provider.name} broke off (${reasonOf(error)}).` }, true);
  } finally {
    signal.removeEventListener('abort', onAbort);
    // One that was read to its end keeps its connection for the next request.
    if (!answer.complete) answer.destroy();
  }
}

/** We ask for no compression; not everybody listens. */
function decoded(answer: IncomingMessage): Readable {
  const decoder = decoderOf(answer.headers['content-encoding']);
  if (decoder === undefined) return answer;
  answer.once('error', (error) => decoder.destroy(error));
  decoder.once('close', () => answer.complete || answer.destroy());
  return answer.pipe(decoder);
}

function decoderOf(coding: string | undefined) {
  switch (coding?.toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}

function brokenOff(error: unknown, name: string): BrokenOff {
  if (error instanceof ForbiddenDestination) {
    return new BrokenOff({ kind: 'refused', message: `The name of ${name} does not lead to the public internet.` }, false);
  }
  const reason = reasonOf(error);
  if (reason.startsWith('HPE_')) return new BrokenOff({ kind: 'unreadable', message: `${name} does not speak HTTP (${reason}).` }, false);
  const isLate = error instanceof TookTooLong && reason === 'no answer';
  return new BrokenOff({ kind: 'network', message: `${name} could not be asked (${reason}).` }, isLate);
}

/** Also read in worlds: not where the provider's name leads to, and no address of ours. */
function reasonOf(error: unknown): string {
  if (error instanceof TookTooLong) return error.message;
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'it broke off';
}
