import type { Attributes as SdkAttributes, SpanContext } from '@opentelemetry/api';
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { ExportResultCode } from '@opentelemetry/core';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import type { SpanId, TraceId } from '../../domain/trace.ts';
import { conventions, name, own } from './names.ts';
import type { Attributes, FinishedSpan } from './span.ts';

/** Where spans are sent, and as whose. */
export interface OtlpSettings {
  /** The whole address, with the path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly version: string;
  /** Of this process, among all that run Miyabi. */
  readonly instance: string;
  readonly host: string;
}

/** Who hears what became of spans. */
interface OtlpHearers {
  readonly sent: (count: number) => void;
  readonly failed: (count: number) => void;
  /** In a sentence, once until spans are taken again. */
  readonly tell: (text: string) => void;
}

/** Sends spans to a collector. */
export interface OtlpSender {
  /** Soon, with others; beyond what is kept for that they are lost. Never waits. */
  readonly send: (spans: readonly FinishedSpan[]) => void;
  /** Now. What the collector refuses for what it is, and would refuse again, is lost and counted. @throws where others were not taken. */
  readonly deliver: (spans: readonly FinishedSpan[]) => Promise<void>;
  /** What {@link send} has kept until now, and nothing after it. */
  readonly flush: () => Promise<void>;
}

/** How long a request may take with all of its tries, in ms. */
const mostRequestMs = 5_000;
const queue = { maxQueueSize: 4_096, maxExportBatchSize: 512, scheduledDelayMillis: 1_000, exportTimeoutMillis: mostRequestMs };
/** In one request that is delivered at once. */
const mostDelivered = 500;

export function openOtlp({ url, headers, ...who }: OtlpSettings, hearers: OtlpHearers): OtlpSender {
  const resource = resourceOf(who);
  const scope = { name: 'miyabi', version: who.version, schemaUrl: `https://opentelemetry.io/schemas/${conventions}` };
  const exporter = heard(new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: mostRequestMs }), hearers);
  let waiting = 0;
  const counting: SpanExporter = {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        waiting -= spans.length;
        done(result);
      }),
    shutdown: async () => await exporter.shutdown(),
  };
  const processor = new BatchSpanProcessor({ ...queue, exporter: counting });
  const readable = (span: FinishedSpan): ReadableSpan => readableSpan(span, resource, scope);
  return {
    send(spans) {
      // The processor itself would drop them without a word.
      const taken = spans.slice(0, Math.max(0, queue.maxQueueSize - waiting));
      waiting += taken.length;
      for (const span of taken) processor.onEnd(readable(span));
      if (taken.length < spans.length) hearers.failed(spans.length - taken.length);
    },
    async deliver(spans) {
      for (let at = 0; at < spans.length; at += mostDelivered)
        await handedOver(exporter, spans.slice(at, at + mostDelivered).map(readable));
    },
    flush: async () => await processor.shutdown(),
  };
}

/** What the environment says of this process (`OTEL_RESOURCE_ATTRIBUTES`, `OTEL_SERVICE_NAME`) stands over what we know. */
function resourceOf({ version, instance, host }: Omit<OtlpSettings, 'url' | 'headers'>): Resource {
  const ours = resourceFromAttributes({
    'service.name': 'miyabi',
    'service.version': version,
    'service.instance.id': instance,
    'host.name': host,
  });
  return ours.merge(detectResources({ detectors: [envDetector] }));
}

async function handedOver(exporter: SpanExporter, spans: ReadableSpan[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  exporter.export(spans, (result) =>
    isTaken(result) || isRefusedForGood(result.error) ? resolve() : reject(result.error ?? new Error(notTaken)),
  );
  await promise;
}

/** Statuses of HTTP that speak of the spans themselves: bad, too large, not to be processed. A wrong address or key is mended some day. */
const aboutTheSpans: ReadonlySet<unknown> = new Set([400, 413, 422]);

function isRefusedForGood(error: Error | undefined): boolean {
  return error !== undefined && 'code' in error && aboutTheSpans.has(error.code);
}

/** The same exporter, with hearers of what became of each request. */
function heard(exporter: SpanExporter, { sent, failed, tell }: OtlpHearers): SpanExporter {
  let isTold = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (isTaken(result)) {
          isTold = false;
          sent(spans.length);
        } else {
          failed(spans.length);
          if (!isTold) tell(`Traces cannot be sent: ${result.error?.message ?? notTaken}. Work goes on without them.`);
          isTold = true;
        }
        done(result);
      });
    },
    shutdown: async () => await exporter.shutdown(),
    forceFlush: async () => await exporter.forceFlush?.(),
  };
}

const notTaken = 'the collector did not take them';

function isTaken({ code }: Parameters<Parameters<SpanExporter['export']>[1]>[0]): boolean {
  return code === ExportResultCode.SUCCESS;
}

type Scope = ReadableSpan['instrumentationScope'];

function readableSpan(span: FinishedSpan, resource: Resource, instrumentationScope: Scope): ReadableSpan {
  const { trace, id, parent, startedAt, endedAt, error, links, events } = span;
  const context = contextOf(trace, id);
  const end = Math.max(startedAt, endedAt);
  return {
    name: span.name,
    kind: sdkKinds[span.kind],
    spanContext: () => context,
    ...(parent === undefined ? {} : { parentSpanContext: contextOf(trace, parent) }),
    startTime: hrTime(startedAt),
    endTime: hrTime(end),
    duration: hrTime(end - startedAt),
    status: { code: error === undefined ? SpanStatusCode.UNSET : SpanStatusCode.ERROR },
    attributes: present({ ...span.attributes, [name.errorType]: error }),
    links: links.map((link) => ({ context: contextOf(link.trace, link.span), attributes: { [own.link]: link.why } })),
    events: events.map(({ name: event, at, attributes }) => ({ name: event, time: hrTime(at), attributes: present(attributes) })),
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

const sdkKinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
} as const;

function contextOf(traceId: TraceId, spanId: SpanId): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
}

/** Seconds, and the nanoseconds beyond them. */
function hrTime(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1_000_000)];
}

function present(attributes: Attributes): SdkAttributes {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, typeof value === 'object' ? [...value] : value]],
    ),
  );
}
