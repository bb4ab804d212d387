/** Of whom a metric tells. `process`: what happened in the one that is asked, to be summed. `records`: what all on one database tell alike, never summed. */
export type MetricScope = 'process' | 'records';

/** What a label may be: each of these words, or, where the words are not known beforehand, what they are; those are bounded as well. */
export type LabelValues = readonly string[] | string;

interface MetricCommon {
  readonly of: MetricScope;
  /** In a sentence; what `/metrics` says of it, and docs/metrics.md. */
  readonly help: string;
  readonly labels: Readonly<Record<string, LabelValues>>;
}

/** One metric, without the prefix of its name. */
export type Metric = MetricCommon &
  ({ readonly type: 'counter' | 'gauge' } | { readonly type: 'histogram'; readonly buckets: readonly number[] });

/** What stands before every name of ours. */
export const prefix = 'miyabi_';
