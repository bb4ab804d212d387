import { metricGroups } from '../../src/telemetry/metrics/catalogue.ts';
import { prefix } from '../../src/telemetry/metrics/metric.ts';
import type { LabelValues, Metric } from '../../src/telemetry/metrics/metric.ts';

/** docs/metrics.md, from the one list of all metrics. Not formatted yet. */
export function metricsPage(): string {
  const groups = metricGroups.map(({ title, metrics }) => `## ${title}\n\n${table(Object.entries<Metric>(metrics))}`);
  return `${[head, ...groups, tail].join('\n\n')}\n`;
}

const head = `# Metrics

<!-- Made by \`node scripts/grafana.mjs\` from src/telemetry/metrics/catalogue.ts. -->

\`miyabi serve\` and \`miyabi worker\` answer at \`/metrics\` what Prometheus asks for: in OpenMetrics where the scraper names it in \`Accept\`, else in the text
format.

    miyabi serve --monitor 127.0.0.1:9464
    curl http://127.0.0.1:9464/metrics

At the address of \`--monitor\` anybody may ask who reaches it; at that of \`--listen\` programs of the same machine, and whoever has a token that may \`read\`.
Nothing of it names a run, a task, a path, a branch or a person: every label has few words, and what the configuration names (models, environments,
channels) is bounded to a hundred.

[deploy/prometheus](../deploy/prometheus) has a configuration, recording rules and alerts, [deploy/grafana](../deploy/grafana) a dashboard;
\`deploy/compose.yaml\` starts all of it. What to do when an alert comes: [operating](operating.md).

## Of the process, or of the records

**Of the process** is what one process did or is: calls of git, commits, worlds on its disk. It begins with zero when the process does. Over several
services it is summed:

    sum by (agent) (rate(miyabi_agent_runs_total[5m]))

**Of the records** is what lies in the database, or happens in it, whichever process does it. Every service tells the same, so it is never summed: take the
highest, and sum over other labels after that.

    sum(max by (outcome) (rate(miyabi_tasks_finished_total[5m])))

Counters of the records begin with zero when a service starts, and from then on count what happens to all runs, also to those that \`miyabi run\` carries
elsewhere; \`rate\` and \`increase\` know what a start means. Calls of models, tokens and costs are sums over the records and begin where they stand. What happened
while no service was running is in the records and not in these counters: \`miyabi stats\` and \`miyabi cost\` tell of that.

Series whose labels are known beforehand are there from the start, at zero, so that the first event is seen as one.`;

const tail = `## Of Node

\`process_*\` and \`nodejs_*\` are those of the library [prom-client](https://github.com/siimon/prom-client): memory, processor, file descriptors, garbage collection.
Three that count things which come and go are left out, because their names say that they are counters.

## When not to use this

For what one run did and cost there are \`miyabi show\` and \`miyabi explain\`; for how agents and models compare, [statistics](statistics.md); for where time goes in a
single run, [traces](tracing.md). Metrics tell how the whole is doing, now and over weeks.`;

function table(metrics: ReadonlyArray<readonly [name: string, metric: Metric]>): string {
  const rows = metrics.map(([name, { type, of, help, labels }]) => {
    const cells = [`\`${prefix}${name}\``, type, of, Object.entries(labels).map(labelOf).join('; ') || '', help];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| metric | type | of the | labels | what |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

function labelOf([label, values]: readonly [string, LabelValues]): string {
  return `\`${label}\`: ${typeof values === 'string' ? values : values.map((value) => `\`${value}\``).join(', ')}`;
}
