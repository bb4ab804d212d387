import { createHmac } from 'node:crypto';
import { request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { Failure } from '../../domain/failure.ts';
import type { Notified } from '../../ports/notifier.ts';
import { ForbiddenDestination, checkedLookup } from '../network/destination.ts';
import type { Resolve } from '../network/destination.ts';
import { bareHost, meaningOfHost } from '../network/special-addresses.ts';
import { request as httpRequest } from '../node-http.ts';

/** Where something is posted to. */
export interface PostTarget {
  readonly url: URL;
  /** Whether it may lie in a private network or on this machine; else every address of its name has to be on the public internet. */
  readonly isPrivate: boolean;
  readonly resolve: Resolve;
}

/** In ms: how long the other side may take to answer. */
const longestAnswer = 15_000;
/** Bytes of an answer that are read. */
const mostRead = 4_096;

/**
 * Reads the address of a hook. It is a secret: no failure repeats it.
 *
 * @param variable from which it was taken.
 * @throws Failure (configuration) for what is no web address, holds a password, or is an IP address where only the public internet is meant.
 */
export function hookAddress(text: string, variable: string, isPrivate: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fault = url === undefined ? 'is no address' : faultOf(url, isPrivate);
  if (url !== undefined && fault === undefined) return url;
  throw new Failure('configuration', {
    what: `The address in ${variable} cannot be used to tell people.`,
    why: `What stands there ${fault}.`,
    fix: `Put an https address into ${variable}; one in your own network takes \`private: true\` in its channel.`,
  });
}

function faultOf(url: URL, isPrivate: boolean): string | undefined {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isPrivate)) return 'does not begin with https';
  if (url.username !== '' || url.password !== '') return 'holds a user or a password';
  const meaning = isPrivate ? undefined : meaningOfHost(url.hostname);
  return meaning === undefined ? undefined : `leads to an address that is ${meaning}`;
}

/** Posts a text once. Redirections are not followed: whoever could set one would choose where we speak to. */
export async function post(
  target: PostTarget,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<Notified> {
  try {
    const answer = await exchange(target, headers, body, AbortSignal.any([signal, AbortSignal.timeout(longestAnswer)]));
    return judge(answer.statusCode ?? 0, answer.headers['retry-after']);
  } catch (error) {
    if (error instanceof ForbiddenDestination) return { kind: 'refused', reason: error.why };
    signal.throwIfAborted();
    return { kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The header by which a receiver sees that it was us: HMAC-SHA-256 of the body, as hexadecimal digits. */
export function signatureOf(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function exchange(
  { url, isPrivate, resolve }: PostTarget,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const isSecure = url.protocol === 'https:';
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  const lookup = isPrivate ? {} : { lookup: checkedLookup(port, [], resolve) };
  const { promise, resolve: answered, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = (isSecure ? httpsRequest : httpRequest)({
    hostname: bareHost(url.hostname),
    port,
    path: `${url.pathname}${url.search}`,
    method: 'POST',
    headers: { 'user-agent': 'miyabi', ...headers, 'content-length': String(Buffer.byteLength(body)) },
    agent: false,
    signal,
    ...lookup,
  });
  sent.on('error', reject);
  sent.on('response', (answer) => {
    let read = 0;
    answer.on('data', (bytes: Buffer) => {
      read += bytes.length;
      if (read > mostRead) answer.destroy();
    });
    answer.on('error', () => answered(answer));
    answer.on('close', () => answered(answer));
  });
  sent.end(body);
  return promise;
}

function judge(status: number, retryAfter: string | undefined): Notified {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const reason = `answered ${status}`;
  if (status !== 408 && status !== 425 && status !== 429 && status < 500) {
    return { kind: 'refused', reason: status >= 300 && status < 400 ? `${reason}, which leads elsewhere; that is not followed` : reason };
  }
  const seconds = Number(retryAfter);
  return { kind: 'unavailable', reason, ...(seconds > 0 ? { retryAfterMs: Math.min(seconds, 86_400) * 1_000 } : {}) };
}
