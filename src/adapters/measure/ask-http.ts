import { request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Clock } from '../../ports/clock.ts';
import { ForbiddenDestination, checkedLookup } from '../network/destination.ts';
import type { Resolve } from '../network/destination.ts';
import { bareHost, meaningOfHost } from '../network/special-addresses.ts';
import { request as httpRequest } from '../node-http.ts';

export interface HttpQuestion {
  readonly url: URL;
  /** Whether the address may be one of a private network or of this machine; else every address of its name has to be on the public internet. */
  readonly isPrivate: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** For all of it, to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly mostBytes: number;
  readonly signal: AbortSignal;
}

export type HttpAnswer =
  /** `body` is undefined where it is longer than may be. */
  | { readonly kind: 'answered'; readonly status: number; readonly body: string | undefined; readonly ms: number }
  /** `isOurs`: it never came as far as whoever is asked: no such name, no way there, an address that may not be asked, cancelled. */
  | { readonly kind: 'failed'; readonly isOurs: boolean; readonly why: string };

export interface HttpTools {
  readonly clock: Clock;
  readonly resolve: Resolve;
}

/** Errors of this machine, its names and its ways, by their codes; all others are of whoever is asked. */
const ours = /^(?:E(?:NOTFOUND|AI_\w+|NET(?:UNREACH|DOWN)|HOSTUNREACH|MFILE|NFILE|NOBUFS|NOMEM|ADDRNOTAVAIL|ACCES|PERM)|EAI_\w+)$/;

/** Asks once, over a connection of its own: one that was kept would still lead to whoever served before. Follows no redirection. Never throws. */
export async function askHttp(tools: HttpTools, question: HttpQuestion): Promise<HttpAnswer> {
  const { url, isPrivate, timeoutMs, signal } = question;
  const host = bareHost(url.hostname);
  const meaning = isPrivate ? undefined : meaningOfHost(url.hostname);
  if (meaning !== undefined)
    return { kind: 'failed', isOurs: true, why: `${host} is ${meaning}, and may not be asked unless it is said to be private` };
  const limit = AbortSignal.timeout(timeoutMs);
  const way: Way = { isFound: isIP(host) !== 0 };
  const started = tools.clock.monotonic();
  try {
    const answer = await exchange(tools, { ...question, signal: AbortSignal.any([signal, limit]) }, way);
    return { kind: 'answered', ...answer, ms: tools.clock.monotonic() - started };
  } catch (error) {
    if (signal.aborted) return { kind: 'failed', isOurs: true, why: 'it was cancelled' };
    if (limit.aborted)
      return {
        kind: 'failed',
        isOurs: !way.isFound,
        why: way.isFound ? `no answer within ${timeoutMs} ms` : `its name was not found within ${timeoutMs} ms`,
      };
    return { kind: 'failed', isOurs: isOurs(error), why: whyOf(error) };
  }
}

/** Whether it is known where the name leads. */
interface Way {
  isFound: boolean;
}

async function exchange(
  { resolve }: HttpTools,
  { url, isPrivate, headers, mostBytes, signal }: HttpQuestion,
  way: Way,
): Promise<{ readonly status: number; readonly body: string | undefined }> {
  const isSecure = url.protocol === 'https:';
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  const answered = Promise.withResolvers<IncomingMessage>();
  const sent = (isSecure ? httpsRequest : httpRequest)({
    hostname: bareHost(url.hostname),
    port,
    path: `${url.pathname}${url.search}`,
    headers: { 'user-agent': 'miyabi', accept: 'application/json', 'accept-encoding': 'identity', ...headers },
    agent: false,
    signal,
    ...(isPrivate ? {} : { lookup: checkedLookup(port, [], resolve) }),
  });
  sent.on('socket', (socket) => socket.once('lookup', (error: Error | null) => (way.isFound = error === null)));
  sent.on('error', answered.reject);
  sent.on('response', answered.resolve);
  sent.end();
  const answer = await answered.promise;
  try {
    return { status: answer.statusCode ?? 0, body: await textOf(answer, mostBytes) };
  } finally {
    sent.destroy();
  }
}

async function textOf(answer: IncomingMessage, mostBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let read = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    read += chunk.length;
    if (read > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Where several addresses of a name were tried, all of them have to be out of reach. */
function isOurs(error: unknown): boolean {
  if (error instanceof ForbiddenDestination) return true;
  if (error instanceof AggregateError) return error.errors.every(isOurs);
  return ours.test(String((error as NodeJS.ErrnoException).code));
}

function whyOf(error: unknown): string {
  if (error instanceof ForbiddenDestination) return error.why;
  if (error instanceof AggregateError) return error.errors.map(whyOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
