import type { Delivery, WebhookReader } from '../../ports/forge.ts';
import type { JobId } from '../../domain/ids.ts';
import { isNestedDeeper } from '../../domain/json-depth.ts';
import { parseTraceparent } from '../../domain/trace.ts';
import type { OperationTools } from '../tools.ts';
import { receiveEvent } from './receive-event.ts';

/** What became of a delivery. */
export type Delivered =
  /** It was stored, and will be handled by this job. */
  | { readonly kind: 'accepted'; readonly jobId: JobId }
  /** The same was delivered before, or told of in another way. */
  | { readonly kind: 'repeated' }
  /** Nothing is asked of us; `reason` is a short word. */
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'unsigned' | 'unidentified' | 'too-deep' | 'malformed' };

/** News of forges have a dozen levels; whoever sends more has something in mind. */
const deepest = 64;

/**
 * Takes a delivery in: nothing of it is looked at before its signature is known to be right, and it is answered when what it asks of us is stored.
 * An id that came before is known also after a restart, and the same news under another id are still the same.
 */
export async function receiveDelivery(tools: OperationTools, reader: WebhookReader, delivery: Delivery): Promise<Delivered> {
  if (!(await reader.isSigned(delivery))) return { kind: 'unsigned' };
  const named = reader.identify(delivery);
  if (named === undefined) return { kind: 'unidentified' };
  const { deliveries } = tools.ledger;
  if (await deliveries.has(reader.forge, named.id)) return { kind: 'repeated' };
  if (isNestedDeeper(delivery.body, deepest)) return { kind: 'too-deep' };
  const read = reader.read(delivery);
  if (read.kind === 'malformed') return { kind: 'malformed' };
  if (read.kind === 'ignored') return read;
  const came = await receiveEvent(tools, read.event, parseTraceparent(delivery.headers['traceparent']?.[0]));
  // Told again, it comes to nothing again, or is ours by then: there is nothing to remember, and most of what is told is of that kind.
  if (came.kind === 'nothing') return { kind: 'ignored', reason: came.reason };
  const outcome = came.kind === 'known' ? 'repeated' : 'accepted';
  await deliveries.save({ forge: reader.forge, ...named, receivedAt: tools.clock.now(), outcome });
  return came.kind === 'known' ? { kind: 'repeated' } : { kind: 'accepted', jobId: came.jobId };
}
