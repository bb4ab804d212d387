import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Context } from 'hono';
import type { Delivered } from '../operations/intake/receive-delivery.ts';
import type { Delivery, WebhookReader } from '../ports/forge.ts';
import type { Routes } from './listen.ts';
import { readBody } from './read-body.ts';

/** What webhooks are received with. */
export interface WebhookSources {
  readonly readers: readonly WebhookReader[];
  /** Takes a delivery in; resolves after the commit. */
  readonly receive: (reader: WebhookReader, delivery: Delivery) => Promise<Delivered>;
  /** Of a body. */
  readonly mostBytes: number;
  /** How long a body may take to come, in ms. */
  readonly bodyMs: number;
  /** Hears what became of each; `forge` is one that is configured, or `unknown`; `event` is empty where nobody was believed. */
  readonly count: (came: {
    readonly forge: string;
    readonly event: string;
    readonly outcome: WebhookOutcome;
    readonly reason?: string;
  }) => void;
  /** Hears what kept one from being taken in that was all right. */
  readonly failed: (error: unknown) => void;
}

/** What became of a request, for the metrics: a few words, whatever is sent. */
export type WebhookOutcome = Delivered['kind'] | 'unknown-forge' | 'method' | 'type' | 'too-large' | 'too-slow' | 'busy' | 'failed';

const statuses = {
  accepted: 202,
  repeated: 200,
  ignored: 204,
  unsigned: 401,
  unidentified: 400,
  'too-deep': 400,
  malformed: 400,
  'unknown-forge': 404,
  method: 405,
  type: 415,
  'too-large': 413,
  'too-slow': 408,
  busy: 503,
  failed: 503,
} as const satisfies Readonly<Record<WebhookOutcome, number>>;

/** Deliveries that are taken in at the same time; as many bodies lie in memory. */
const mostAtOnce = 64;

/**
 * `POST /webhooks/<forge>`: 202 once it is stored, 200 for what came before, 204 for what does not concern us. Everything else is refused, before its
 * body is read where that is possible, and before anything of it is looked at where its signature is wrong. Answers hold no words of the request.
 */
export function webhookRoutes(sources: WebhookSources): Routes {
  const readers = new Map(sources.readers.map((reader) => [reader.forge, reader]));
  let underWay = 0;
  const app: Routes = new Hono();
  app.all('/webhooks/:forge', async (context) => {
    const reader = readers.get(context.req.param('forge'));
    const answer = (outcome: WebhookOutcome, told: { readonly event?: string; readonly reason?: string } = {}): Response => {
      sources.count({ forge: reader?.forge ?? 'unknown', event: '', outcome, ...told });
      return answered(context, outcome);
    };
    if (reader === undefined) return answer('unknown-forge');
    if (context.req.method !== 'POST') return answer('method');
    if (!isPlainJson(context)) return answer('type');
    if (underWay >= mostAtOnce) return answer('busy');
    underWay += 1;
    try {
      const { incoming } = context.env;
      const read = await readBody(incoming, { bytes: sources.mostBytes, ms: sources.bodyMs });
      if (read.kind !== 'body') return answer(read.kind);
      const delivery = { headers: headersOf(incoming.headersDistinct), body: read.body };
      const delivered = await sources.receive(reader, delivery);
      const event = delivered.kind === 'unsigned' ? '' : (reader.identify(delivery)?.event ?? '');
      return answer(delivered.kind, { event, ...(delivered.kind === 'ignored' ? { reason: delivered.reason } : {}) });
    } catch (error) {
      // The forge may deliver it again, and the sweep finds it in any case.
      sources.failed(error);
      return answer('failed');
    } finally {
      underWay -= 1;
    }
  });
  return app;
}

/** What was not read to its end cannot be followed by another request. */
const unread: ReadonlySet<WebhookOutcome> = new Set(['unknown-forge', 'method', 'type', 'too-large', 'too-slow', 'busy']);

function answered(context: Context<{ Bindings: HttpBindings }>, outcome: WebhookOutcome): Response {
  if (unread.has(outcome)) context.header('connection', 'close');
  if (outcome === 'method') context.header('allow', 'POST');
  if (outcome === 'busy' || outcome === 'failed') context.header('retry-after', '1');
  const status = statuses[outcome];
  return status === 204 ? context.body(null, status) : context.json({ outcome }, status);
}

/** Packed bodies are not unpacked: a small one can be without end. */
function isPlainJson({ req }: Context<{ Bindings: HttpBindings }>): boolean {
  const [type = ''] = (req.header('content-type') ?? '').split(';');
  return type.trim().toLowerCase() === 'application/json' && ['', 'identity'].includes(req.header('content-encoding') ?? '');
}

function headersOf(distinct: NodeJS.Dict<string[]>): Delivery['headers'] {
  return Object.fromEntries(Object.entries(distinct).map(([name, values]) => [name, values ?? []]));
}
