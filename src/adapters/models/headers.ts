import type { IncomingMessage } from 'node:http';
import { endToEnd, isHopByHop } from '../sandbox/network/headers.ts';

/** Headers as the port hands them on: in order, as they were spelled. */
export type HeaderPairs = ReadonlyArray<readonly [name: string, value: string]>;

/** Where programs put a key; theirs opens nothing, and is not the provider's business. */
export const credentialHeaders: readonly string[] = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'cookie'];
/** Said by us, because we send the body and read the answer. */
const ours = ['host', 'content-length', 'accept-encoding'];
/** By which some providers let others say what of an answer they want to have, or that something else is asked: what is read of a call is all of it. */
const masks = ['x-goog-fieldmask', 'x-http-method-override', 'x-http-method', 'x-method-override'];
const keptBack = new Set([...credentialHeaders, ...ours, ...masks]);

/** A session with the provider would be shared by worlds, and is ours if it is anybody's; its other addresses lead around us; lengths and codings are told anew. */
const hidden = new Set(['set-cookie', 'set-cookie2', 'alt-svc', 'content-length', 'content-encoding']);

/** What a provider is told beside the key, names and values in turn. What it answers is to be read, so it is asked not to compress. */
export function headersToProvider(headers: HeaderPairs, bodyLength: number): string[] {
  const kept = headers.filter(([name]) => !keptBack.has(name.toLowerCase()) && !isHopByHop(name));
  const length = bodyLength === 0 ? [] : ['content-length', String(bodyLength)];
  return [...kept.flat(), 'accept-encoding', 'identity', ...length];
}

/** What of a provider's answer is for whoever asked. */
export function headersFromProvider(answer: IncomingMessage): HeaderPairs {
  return pairsOf(endToEnd(answer, hidden));
}

/** @param flat names and values in turn. */
export function pairsOf(flat: readonly string[]): HeaderPairs {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as const] : []));
}

/** By lower-case name; the first of those that repeat. */
export function headerOf(headers: HeaderPairs, name: string): string | undefined {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1];
}
