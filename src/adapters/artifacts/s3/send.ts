import { createReadStream } from 'node:fs';
import { request as overHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';
import { pipeline } from 'node:stream/promises';

export interface S3Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent piece by piece, with its length beforehand. */
  readonly file?: { readonly path: string; readonly bytes: number };
}

/** A connection on which nothing moves for so long is given up, in ms. */
const silenceMs = 60_000;

/**
 * Sends one request and gives back the head of the answer; its body is read by whoever wants it, and ends the connection when left in the middle.
 * Not `fetch`, which holds a body that is sent in memory, all of it.
 *
 * @throws what the system says of the connection.
 */
export async function send({ method, url, headers, file }: S3Request): Promise<IncomingMessage> {
  const length = String(file?.bytes ?? 0);
  const sent = (url.protocol === 'https:' ? overHttps : overHttp)(url, {
    method,
    headers: { ...headers, ...(method === 'PUT' ? { 'content-length': length } : {}) },
    timeout: silenceMs,
  });
  sent.on('timeout', () => sent.destroy(new Error(`nothing moved for ${silenceMs / 1_000} s`)));
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  sent.on('response', resolve);
  sent.on('error', reject);
  if (file === undefined) sent.end();
  // A server may refuse before it has read everything: what it says then is worth more than that the rest could not be sent.
  else pipeline(createReadStream(file.path), sent).catch(reject);
  return await promise;
}
