import { DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { rows } from './grafana-panels.ts';
import type { Panel, Query } from './grafana-panels.ts';

const datasource = { type: 'prometheus', uid: 'prometheus' };
/** Of the 24 columns of a dashboard, and in its units. */
const sizes = { stat: { span: 6, height: 5 }, lines: { span: 12, height: 8 } } as const;

/** The dashboard as Grafana reads it. */
export function grafanaDashboard(): unknown {
  let dashboard = new DashboardBuilder('Miyabi')
    .uid('miyabi')
    .description(
      'Runs, worlds, models and the services themselves. Made by scripts/grafana.mjs; what each metric means is said in docs/metrics.md.',
    )
    .tags(['miyabi'])
    .refresh('15s')
    .time({ from: 'now-6h', to: 'now' })
    .timezone('browser');
  for (const { title, panels } of rows) {
    dashboard = dashboard.withRow(new RowBuilder(title));
    for (const panel of panels) dashboard = dashboard.withPanel(builderOf(panel));
  }
  return dashboard.build();
}

/** Every expression of it. */
export function grafanaExpressions(): readonly string[] {
  return rows.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries.map(({ expression }) => expression)));
}

function builderOf({ kind, title, about, unit, queries }: Panel): StatBuilder | TimeseriesBuilder {
  const { span, height } = sizes[kind];
  const empty = kind === 'stat' ? new StatBuilder() : new TimeseriesBuilder().min(0);
  const builder = empty.title(title).description(about).unit(unit).datasource(datasource).span(span).height(height);
  return queries.reduce((sofar, query, index) => sofar.withTarget(targetOf(query, index)), builder);
}

function targetOf({ expression, legend }: Query, index: number): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(String.fromCodePoint(65 + index))
    .expr(expression)
    .legendFormat(legend);
}
