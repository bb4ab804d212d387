import type { CollectedSpan } from './otlp-collector.ts';

/** The spans of one trace as they hang together. */
export interface SpanTree {
  /** Those without anything above them. */
  readonly roots: readonly CollectedSpan[];
  /** Those that name something above them which has not come. */
  readonly orphans: readonly CollectedSpan[];
  /** Ids that several have. */
  readonly repeated: readonly string[];
  /** Names from the root down to the span, such as `RUN miyabi / analyse / attempt`. */
  pathOf(span: CollectedSpan): string;
  at(path: string): readonly CollectedSpan[];
}

/** @throws where there is more than one trace. */
export function spanTree(spans: readonly CollectedSpan[]): SpanTree {
  const traces = new Set(spans.map(({ traceId }) => traceId));
  if (traces.size !== 1) throw new Error(`one trace was expected, and there are ${traces.size}`);
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const pathOf = (span: CollectedSpan): string => {
    const above = byId.get(span.parentSpanId ?? '');
    return above === undefined ? span.name : `${pathOf(above)} / ${span.name}`;
  };
  return {
    roots: spans.filter(({ parentSpanId }) => parentSpanId === undefined),
    orphans: spans.filter(({ parentSpanId }) => parentSpanId !== undefined && !byId.has(parentSpanId)),
    repeated: spans.map(({ spanId }) => spanId).filter((id, at, all) => all.indexOf(id) !== at),
    pathOf,
    at: (path) => spans.filter((span) => pathOf(span) === path),
  };
}
