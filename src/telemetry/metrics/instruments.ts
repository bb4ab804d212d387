import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { boundedLabel } from './bounded-label.ts';
import { catalogue } from './catalogue.ts';
import type { CounterName, GaugeName, HistogramName, LabelsOf, MetricName } from './catalogue.ts';
import { prefix } from './metric.ts';
import type { Metric } from './metric.ts';

/** Everything of the catalogue, to be counted. What is told of a label whose words are not known beforehand is bounded here. */
export interface Instruments {
  readonly add: <Name extends CounterName>(name: Name, labels: LabelsOf<Name>, by?: number) => void;
  /** Raises a counter to a sum that is kept elsewhere; one that is lower changes nothing. */
  readonly raise: <Name extends CounterName>(name: Name, labels: LabelsOf<Name>, to: number) => void;
  readonly set: <Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number) => void;
  /** Adds to a gauge. */
  readonly move: <Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, by: number) => void;
  /** The gauge as it is now: what is not among these is zero where it is known beforehand, else shown no more. */
  readonly replace: <Name extends GaugeName>(
    name: Name,
    values: ReadonlyArray<{ readonly labels: LabelsOf<Name>; readonly value: number }>,
  ) => void;
  readonly observe: <Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number) => void;
  /** In the text format of Prometheus. */
  readonly text: () => Promise<string>;
}

/** Words of labels that are known from the configuration, by the name of the label: their series are there from the start. */
export type KnownWords = Readonly<Record<string, readonly string[]>>;

type Words = Readonly<Record<string, string>>;
type Shown = Counter | Gauge | Histogram;

/** Default metrics of Node whose names say that they are counters, which they are not: promtool would complain of them. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

export function createInstruments(known: KnownWords): Instruments {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  const shown = new Map<MetricName, Shown>();
  const beforehand = new Map<MetricName, readonly Words[]>();
  for (const [name, metric] of Object.entries(catalogue) as [MetricName, Metric][]) {
    const made = makeMetric(registry, name, metric);
    shown.set(name, made);
    beforehand.set(name, combinations(metric, known));
    begin(made, beforehand.get(name)!);
  }
  const bounds = new Map(openLabels().map((label) => [label, boundedLabel()]));
  const bounded = (labels: object): Words =>
    Object.fromEntries(Object.entries(labels).map(([label, word]) => [label, bounds.get(label)?.(String(word)) ?? String(word)]));
  const raised = new Map<string, number>();
  const counter = (name: CounterName): Counter => shown.get(name) as Counter;
  const gauge = (name: GaugeName): Gauge => shown.get(name) as Gauge;
  return {
    add: (name, labels, by = 1) => counter(name).inc(bounded(labels), by),
    raise(name, labels, to) {
      // Of each by itself: several of them may be counted under one word.
      const key = `${name} ${JSON.stringify(labels)}`;
      const by = to - (raised.get(key) ?? 0);
      if (by <= 0) return;
      counter(name).inc(bounded(labels), by);
      raised.set(key, to);
    },
    set: (name, labels, value) => gauge(name).set(bounded(labels), value),
    move: (name, labels, by) => gauge(name).inc(bounded(labels), by),
    replace(name, values) {
      const one = gauge(name);
      one.reset();
      begin(one, beforehand.get(name)!);
      for (const { labels, value } of values) one.inc(bounded(labels), value);
    },
    observe: (name, labels, value) => (shown.get(name) as Histogram).observe(bounded(labels), value),
    text: async () => await registry.metrics(),
  };
}

function makeMetric(registry: Registry, name: MetricName, metric: Metric): Shown {
  const asked = { name: prefix + name, help: metric.help, labelNames: Object.keys(metric.labels), registers: [registry] };
  switch (metric.type) {
    case 'counter':
      return new Counter(asked);
    case 'gauge':
      return new Gauge(asked);
    case 'histogram':
      return new Histogram({ ...asked, buckets: [...metric.buckets] });
  }
}

/** A rate of what begins with its first event misses that event: what is known beforehand begins with zero. */
function begin(metric: Shown, words: readonly Words[]): void {
  for (const labels of words) {
    if (metric instanceof Histogram) metric.zero(labels);
    else metric.inc(labels, 0);
  }
}

/** Every combination of words that is known beforehand; none where a label has no such word. */
function combinations({ labels }: Metric, known: KnownWords): readonly Words[] {
  return Object.entries(labels).reduce<readonly Words[]>(
    (sofar, [label, values]) => {
      const words = typeof values === 'string' ? (known[label] ?? []) : values;
      return sofar.flatMap((one) => words.map((word) => ({ ...one, [label]: word })));
    },
    [{}],
  );
}

/** Labels with words that are not known beforehand. */
function openLabels(): readonly string[] {
  const metrics: readonly Metric[] = Object.values(catalogue);
  return [...new Set(metrics.flatMap(({ labels }) => Object.keys(labels).filter((label) => typeof labels[label] === 'string')))];
}
