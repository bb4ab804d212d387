import { deliveryMetrics } from './catalogue/delivery.ts';
import { evaluationMetrics } from './catalogue/evaluation.ts';
import { modelMetrics } from './catalogue/models.ts';
import { serviceMetrics } from './catalogue/service.ts';
import { workMetrics } from './catalogue/work.ts';
import { worldMetrics } from './catalogue/worlds.ts';
import type { Metric } from './metric.ts';

/** The groups of docs/metrics.md, in its order. */
export const metricGroups = [
  { title: 'Work', metrics: workMetrics },
  { title: 'Worlds and agents', metrics: worldMetrics },
  { title: 'Checks', metrics: evaluationMetrics },
  { title: 'Models and money', metrics: modelMetrics },
  { title: 'Forges, deployments and people', metrics: deliveryMetrics },
  { title: 'The service itself', metrics: serviceMetrics },
] as const;

/** Every metric of ours by its name without the prefix. The page, the registry, the dashboard and the tests are made from it. */
export const catalogue = {
  ...workMetrics,
  ...worldMetrics,
  ...evaluationMetrics,
  ...modelMetrics,
  ...deliveryMetrics,
  ...serviceMetrics,
} as const satisfies Readonly<Record<string, Metric>>;

type Catalogue = typeof catalogue;
export type MetricName = keyof Catalogue;
export type CounterName = NameOf<'counter'>;
export type GaugeName = NameOf<'gauge'>;
export type HistogramName = NameOf<'histogram'>;

type NameOf<Type extends Metric['type']> = { [Name in MetricName]: Catalogue[Name]['type'] extends Type ? Name : never }[MetricName];

/** The labels of a metric, each with a word that it may be. */
export type LabelsOf<Name extends MetricName> = {
  readonly [Label in keyof Catalogue[Name]['labels']]: Catalogue[Name]['labels'][Label] extends readonly (infer Value)[] ? Value : string;
};
