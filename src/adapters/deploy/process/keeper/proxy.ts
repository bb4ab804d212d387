import type { ClientRequest, IncomingMessage, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Duplex } from 'node:stream';
import { createProxyServer, proxyUpgrade } from 'httpxy';
import { createServer } from '../../../node-http.ts';
import { addForwardedHeaders, removeConnectionHeaders } from './forwarded-headers.ts';
import type { Answered } from './traffic.ts';
import type { Upstream } from './upstream.ts';

/** As Miyabi's own health checks say who asks: they are no requests of users, and are not counted. */
const ownAgent = 'miyabi';

export interface ProxyOptions {
  /** Who is given the next request; undefined while nothing serves. */
  readonly serving: () => Upstream | undefined;
  readonly onAnswered: (release: number, answered: Answered) => void;
  /** How long a release may be silent before the head of its answer, in ms. */
  readonly patienceMs: number;
}

/** One request of a user, while it is handed on. */
interface Handled {
  outgoing: ClientRequest | undefined;
  /** When the head of the answer came, by the monotonic clock. */
  headAt: number | undefined;
  isLate: boolean;
  isBroken: boolean;
}

/** How often a request that could not be handed over is handed to whoever serves then. */
const tries = 3;

/**
 * A reverse proxy for HTTP and WebSocket in front of one release at a time; it listens nowhere yet. Whoever has begun a request ends it.
 *
 * No request is sent twice that could have had an effect: again is tried only what has no body, where the release could not be reached
 * at all, or where it only reads and a connection that was kept open turned out to be closed. Whatever else may change something goes
 * over a connection of its own, which nobody can have closed in the meantime.
 */
export function createProxy({ serving, onAnswered, patienceMs }: ProxyOptions): Server {
  const count = ({ headers }: IncomingMessage, release: number, answered: Answered): void => {
    if (headers['user-agent'] !== ownAgent) onAnswered(release, answered);
  };
  const proxy = createProxyServer({ proxyTimeout: 0 });
  const handled = new WeakMap<IncomingMessage, Handled>();

  proxy.on('proxyReq', (outgoing, request) => {
    const one = handled.get(request);
    if (one === undefined) return;
    one.outgoing = outgoing;
    outgoing.setTimeout(patienceMs, () => {
      one.isLate = true;
      outgoing.destroy(new Error('no answer'));
    });
  });
  proxy.on('proxyRes', (answer, request, response) => {
    const one = handled.get(request);
    if (one === undefined) return;
    one.headAt = performance.now();
    one.outgoing?.setTimeout(0);
    const breakOff = (): void => void (one.isBroken ||= !answer.complete && !response.destroyed);
    answer.once('error', breakOff);
    answer.once('close', breakOff);
    removeConnectionHeaders(answer);
    if ('shouldKeepAlive' in response) answer.headers.connection = response.shouldKeepAlive ? 'keep-alive' : 'close';
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    removeConnectionHeaders(request);
    // Node has told the client to go on already.
    delete request.headers.expect;
    addForwardedHeaders(request);
    const hasBody = carriesBody(request);
    for (let attempt = 1; ; attempt += 1) {
      const upstream = serving();
      if (upstream === undefined) return answerPlainly(response, 503, 'Nothing is deployed here at the moment.');
      const failure = await handOn(request, response, upstream, hasBody);
      if (failure === undefined || response.headersSent || response.destroyed) return;
      if (attempt < tries && !hasBody && mayTryAgain(failure)) continue;
      count(request, upstream.release, { kind: 'failed' });
      if (failure.isLate) return answerPlainly(response, 504, 'The service did not answer in time.');
      return answerPlainly(response, 502, 'The service cannot be reached.');
    }
  }

  /** @returns why the release gave no answer; undefined where it gave one, or nobody waits for it any more. */
  async function handOn(
    request: IncomingMessage,
    response: ServerResponse,
    upstream: Upstream,
    hasBody: boolean,
  ): Promise<Unanswered | undefined> {
    const one: Handled = { outgoing: undefined, headAt: undefined, isLate: false, isBroken: false };
    handled.set(request, one);
    const began = performance.now();
    const end = upstream.begin();
    const isSafe = !hasBody && safeMethods.has(request.method ?? '');
    try {
      await proxy.web(request, response, {
        target: upstream.url,
        agent: isSafe ? upstream.agent : false,
        ...(hasBody ? {} : { buffer: Readable.from([]) }),
      });
    } catch (error) {
      if (one.headAt === undefined) return { error, isLate: one.isLate, isReused: one.outgoing?.reusedSocket === true && isSafe };
    } finally {
      end();
    }
    // Whoever has asked has gone away before there was an answer: nobody's failure.
    if (one.headAt === undefined) return undefined;
    const isFailed = response.statusCode >= 500 || one.isBroken;
    count(request, upstream.release, isFailed ? { kind: 'failed' } : { kind: 'answered', ms: one.headAt - began });
    return undefined;
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const upstream = serving();
    if (upstream === undefined)
      return void socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    addForwardedHeaders(request);
    const began = performance.now();
    upstream.keep(socket);
    let status: number | undefined;
    try {
      await proxyUpgrade(upstream.url, request, socket as Parameters<typeof proxyUpgrade>[2], head, {
        xfwd: false,
        upgradeTimeout: patienceMs,
      });
      status = 101;
    } catch (error) {
      // Refused by the release itself, which has answered so: that is no failure of it.
      if (error instanceof Error && /did not upgrade/.test(error.message)) status = 400;
    }
    count(request, upstream.release, status === undefined ? { kind: 'failed' } : { kind: 'answered', ms: performance.now() - began });
  }

  const server = createServer({ shouldUpgradeCallback: isWebSocket, keepAliveTimeout: 65_000, requestTimeout: 0 });
  server.on('request', (request, response) => void handle(request, response));
  server.on('upgrade', (request, socket, head) => void upgrade(request, socket, head));
  return server;
}

interface Unanswered {
  readonly error: unknown;
  readonly isLate: boolean;
  /** It was a request that only reads, over a connection that had been kept open. */
  readonly isReused: boolean;
}

function mayTryAgain({ error, isReused }: Unanswered): boolean {
  if (!(error instanceof Error)) return false;
  const { syscall, code } = error as NodeJS.ErrnoException;
  return syscall === 'connect' || (isReused && (code === 'ECONNRESET' || code === 'EPIPE'));
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

function carriesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

function answerPlainly(response: ServerResponse, status: number, sentence: string): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(sentence) + 1 });
  response.end(`${sentence}\n`);
}
