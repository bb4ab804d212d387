import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const attribute = z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) });
const attributes = z.array(attribute).default([]).transform(valuesOf);
const spanSchema = z.object({
  traceId: z.string().regex(/^[\da-f]{32}$/),
  spanId: z.string().regex(/^[\da-f]{16}$/),
  parentSpanId: z
    .string()
    .regex(/^[\da-f]{16}$/)
    .optional(),
  name: z.string(),
  kind: z.int(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes,
  links: z.array(z.object({ traceId: z.string(), spanId: z.string(), attributes })).default([]),
  events: z.array(z.object({ name: z.string(), attributes })).default([]),
  status: z.object({ code: z.int().optional() }).default({}),
});
/** A span as it came over the wire. */
export type CollectedSpan = z.infer<typeof spanSchema> & {
  /** As whom it came. */
  readonly resource: Readonly<Record<string, unknown>>;
};

const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ scope: z.object({ name: z.string() }), spans: z.array(spanSchema) })),
    }),
  ),
});

/** Where traces are collected: OTLP over HTTP, as JSON. */
export interface OtlpCollector extends AsyncDisposable {
  /** Such as `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  /** Everything that was taken so far, in the order in which it came. */
  readonly spans: readonly CollectedSpan[];
  /** Bodies of all requests, as they came. */
  readonly bodies: readonly string[];
  readonly headers: ReadonlyArray<Readonly<Record<string, unknown>>>;
  /** From now on every request is answered by this. */
  answer(status: number): void;
  /** Resolves when what was taken so far is as it is wanted. */
  until(isSo: (spans: readonly CollectedSpan[]) => boolean): Promise<void>;
}

/** Collects traces over real HTTP until it is disposed. */
export async function otlpCollector(): Promise<OtlpCollector> {
  const spans: CollectedSpan[] = [];
  const bodies: string[] = [];
  const headers: Array<Readonly<Record<string, unknown>>> = [];
  const waiting = new Set<() => void>();
  let status = 200;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    bodies.push(body);
    headers.push(request.headers);
    const isRight = request.method === 'POST' && request.url === '/v1/traces' && request.headers['content-type'] === 'application/json';
    if (isRight && status === 200) {
      for (const { resource, scopeSpans } of requestSchema.parse(JSON.parse(body)).resourceSpans) {
        spans.push(...scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, resource: resource.attributes }))));
      }
    }
    response.writeHead(isRight ? status : 404, { 'content-type': 'application/json' }).end('{}');
    for (const look of waiting) look();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    headers,
    answer: (wanted) => {
      status = wanted;
    },
    until: async (isSo) =>
      await new Promise((resolve) => {
        const look = (): void => {
          if (!isSo(spans)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function valuesOf(all: ReadonlyArray<z.infer<typeof attribute>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(all.map(({ key, value }) => [key, Object.values(value)[0]]));
}
