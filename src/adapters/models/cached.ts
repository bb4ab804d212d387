import { noUsage } from '../../domain/model.ts';
import type { ExchangeAnswer } from '../../ports/exchange.ts';
import { recordCached } from './bill.ts';
import { cacheKey } from './cache-key.ts';
import { askForUsage } from './chat-usage.ts';
import type { Call } from './call.ts';
import { headerOf } from './headers.ts';
import type { HeaderPairs } from './headers.ts';
import { usageReader } from './wire/wire.ts';

const weekMs = 7 * 24 * 3_600_000;
const keep = { most: 1_000, maxAgeMs: weekMs };

/** Larger answers (bytes) are not kept. */
export const mostKeptBytes = 4 * 1024 ** 2;

/** Of the headers of an answer, those that say how it is to be read; the others were about that one exchange. */
const keptHeaders = new Set(['content-type']);

/** @returns undefined where the answer is neither looked for nor kept. */
export function keyOf({ parts, request, caller, provider, model }: Call): string | undefined {
  if (!parts.settings.cache || model === undefined) return undefined;
  const { method, path, headers } = request;
  const body: unknown = JSON.parse(Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength).toString());
  const { model: name, temperature } = model.read;
  const { cacheScope: scope, incidental } = caller;
  return cacheKey({ provider: provider.name, method, path, model: name, temperature, headers, body, scope, incidental });
}

/** The answer that was given before, if there is one: it costs nothing, and nobody is asked. */
export async function fromCache(call: Call, key: string | undefined): Promise<ExchangeAnswer | undefined> {
  const { parts, caller, protocol, model } = call;
  const kept = key === undefined || model === undefined ? undefined : await parts.responses.get(key);
  if (kept === undefined || model === undefined) return undefined;
  const reader = usageReader(protocol, headerOf(kept.headers, 'content-type'));
  reader.add(kept.body);
  const { usage = noUsage } = reader.end();
  await recordCached(call, parts.ids.next(), usage);
  caller.onEvent({ type: 'answered', usage, cost: { microUsd: 0, known: true }, cached: true, model: model.read.model });
  const wish = askForUsage(call);
  const body = wish === undefined ? kept.body : Buffer.concat([wish.pass(kept.body), wish.rest()]);
  return { status: kept.status, headers: kept.headers, body: inOnePiece(body) };
}

/** Keeps an answer that is complete and says what it cost. */
export async function keepAnswer({ parts }: Call, key: string, headers: HeaderPairs, body: Uint8Array): Promise<void> {
  if (body.length > mostKeptBytes) return;
  const kept = headers.filter(([name]) => keptHeaders.has(name.toLowerCase()));
  await parts.responses.put(key, { status: 200, headers: kept, body }, keep);
}

export async function* inOnePiece(body: Uint8Array): AsyncGenerator<Uint8Array, void> {
  if (body.length > 0) yield body;
}
