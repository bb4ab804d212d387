import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { catalogue } from '../src/telemetry/metrics/catalogue.ts';
import type { Metric } from '../src/telemetry/metrics/metric.ts';
import { noPrometheus, prometheusFolder } from '../test/support/prometheus.ts';
import { grafanaExpressions } from './support/grafana-dashboard.ts';
import { madeForMonitoring } from './support/made-for-monitoring.ts';

const top = fileURLToPath(new URL('..', import.meta.url));
const metrics: readonly (readonly [string, Metric])[] = Object.entries(catalogue);

/** Those of docs' list of what a service has to tell, without the prefix. */
const promised =
  `webhook_deliveries_total webhook_handle_duration_seconds webhook_replays_rejected_total tasks_enqueued_total tasks_finished_total
task_duration_seconds task_queue_depth task_queue_oldest_age_seconds task_attempts_total task_lease_expirations_total fencing_rejections_total
recovery_runs_total recovery_duration_seconds worlds_active world_create_duration_seconds world_create_failures_total git_lock_retries_total
agent_runs_total agent_run_duration_seconds sandbox_denials_total sandbox_level evaluation_duration_seconds evaluation_results_total
static_findings_total model_tokens_total model_cost_usd_total budget_limit_usd budget_spent_usd budget_stops_total pull_requests_total merges_total
deployments_total deployment_health_checks_total rollbacks_total secret_redactions_total notifications_total db_commit_duration_seconds db_busy_total
outbox_pending outbox_oldest_age_seconds event_loop_lag_seconds disk_free_bytes build_info config_last_reload_success_timestamp_seconds
phase_duration_seconds phase_results_total phase_retries_total world_score_points worlds_finished_total circuit_breaker_state concurrency_limit
model_calls_total host_used_ratio`.split(/\s+/);

describe('what is made from code', () => {
  it('is up to date; else `node scripts/grafana.mjs` makes it so', async () => {
    for (const [path, text] of await madeForMonitoring()) expect(await readFile(join(top, path), 'utf8'), path).toBe(text);
  });
});

describe('the catalogue of metrics', () => {
  it('has all that was promised, each once', () => {
    expect(promised.filter((name) => !Object.hasOwn(catalogue, name))).toEqual([]);
    expect(new Set(metrics.map(([, { help }]) => help)).size).toBe(metrics.length);
  });

  it('has no label that could name a run, a task, a path, a branch or a person', () => {
    const labels = new Set(metrics.flatMap(([, metric]) => Object.keys(metric.labels)));
    expect([...labels].filter((label) => /run|task|path|branch|user|repo|world$|id$|issue/i.test(label))).toEqual([]);
  });

  it('has as many series as a small machine can keep: none with more than a thousand', () => {
    const seriesOf = ({ labels, ...metric }: Metric): number =>
      Object.values(labels).reduce((product, values) => product * (typeof values === 'string' ? 1 : values.length), 1) *
      (metric.type === 'histogram' ? metric.buckets.length + 3 : 1);
    expect(metrics.filter(([, metric]) => seriesOf(metric) > 1_000).map(([name]) => name)).toEqual([]);
  });
});

describe('the questions of dashboard and rules', () => {
  it('are about metrics that there are', async () => {
    const rules = await readFile(join(prometheusFolder, 'recording.yaml'), 'utf8');
    const alerts = await readFile(join(prometheusFolder, 'alerts.yaml'), 'utf8');
    const asked = [...grafanaExpressions(), rules, alerts].join('\n').matchAll(/\bmiyabi_([a-z_]+)\b/g);
    const names = new Set([...asked].map(([, name = '']) => name.replace(/_(?:bucket|count|sum)$/, '')));
    expect([...names].filter((name) => !Object.hasOwn(catalogue, name))).toEqual([]);
  });

  it('ask for every metric at least once on the dashboard', async () => {
    const rules = await readFile(join(prometheusFolder, 'recording.yaml'), 'utf8');
    const asked = `${grafanaExpressions().join('\n')}\n${rules}`;
    expect(metrics.map(([name]) => name).filter((name) => !asked.includes(`miyabi_${name}`))).toEqual([]);
  });

  it('never sum what every service tells alike', () => {
    const ofRecords = metrics.filter(([, { of }]) => of === 'records').map(([name]) => name);
    const summed = grafanaExpressions().filter((expression) =>
      ofRecords.some((name) => new RegExp(String.raw`sum(?: by \([^)]*\))? ?\((?:rate|increase)?\(?miyabi_${name}\b`).test(expression)),
    );
    expect(summed).toEqual([]);
  });
});

describe.skipIf(noPrometheus() !== undefined)(
  `alerts and recording rules (promtool${noPrometheus() === undefined ? '' : `: ${noPrometheus()}`})`,
  () => {
    it('are rules, and the configuration loads them', async () => {
      expect((await execa('promtool', ['check', 'config', join(prometheusFolder, 'prometheus.yaml')])).stdout).toContain(
        '2 rule files found',
      );
    });

    it('come when they should, and only then', async () => {
      const { exitCode, stdout, stderr } = await execa('promtool', ['test', 'rules', join(prometheusFolder, 'alerts.test.yaml')], {
        reject: false,
      });
      expect({ exitCode, said: stdout + stderr }).toEqual({ exitCode: 0, said: expect.stringContaining('SUCCESS') });
    });

    it('are each tried, and each has a page that says what to do', async () => {
      const { groups } = parse(await readFile(join(prometheusFolder, 'alerts.yaml'), 'utf8')) as {
        readonly groups: ReadonlyArray<{
          readonly rules: ReadonlyArray<{
            readonly alert: string;
            readonly labels: object;
            readonly annotations: { readonly runbook: string };
          }>;
        }>;
      };
      const tests = await readFile(join(prometheusFolder, 'alerts.test.yaml'), 'utf8');
      for (const { alert, labels, annotations } of groups.flatMap(({ rules }) => rules)) {
        expect(tests).toMatch(new RegExp(`alertname: ${alert}\n`));
        expect(labels).toEqual({ severity: expect.stringMatching(/^(?:page|warning)$/) });
        expect(annotations.runbook).toBe(`docs/operating.md#${alert.toLowerCase()}`);
      }
    });
  },
);
