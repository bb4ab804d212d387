import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { RunReport } from '../../src/operations/report.ts';
import { catalogue } from '../../src/telemetry/metrics/catalogue.ts';
import { prefix } from '../../src/telemetry/metrics/metric.ts';
import { inSentences, makeProject, mendingCommand, miyabi, smallProject, testsWithoutNpm } from '../support/miyabi.ts';
import type { MiyabiOptions } from '../support/miyabi.ts';
import { noPrometheus, prometheusFolder, startPrometheus } from '../support/prometheus.ts';
import { openScriptedProvider } from '../support/scripted-provider/scripted-provider.ts';
import { serving } from '../support/serving.ts';
import { temporaryFolder } from '../support/temporary.ts';

const dashboardFile = fileURLToPath(new URL('../../deploy/grafana/dashboards/miyabi.json', import.meta.url));
const lacking = noPrometheus();
/** The longest that one of these small runs may take on a busy machine. */
const runMs = 90_000;

it.skipIf(lacking !== undefined)(
  `every question of the dashboard and of the rules is answered by a real Prometheus after runs at a service and beside it${lacking === undefined ? '' : ` (${lacking})`}`,
  { tags: ['campaign'], timeout: 240_000 },
  async () => {
    await using folder = await temporaryFolder('metrics-');
    await using provider = await openScriptedProvider({ scripts: [{ match: () => true, turns: mendingTurns }] });
    await using hook = await listeningHook();
    const project = await makeProject(join(folder.path, 'project'), smallProject);
    const options = await configured(folder.path, project, { provider: provider.url('openai-chat'), hook: hook.url });
    const token = (await miyabi(['token', 'create', 'ada', '--scope', 'operate'], options)).stdout.trim();
    await using service = await serving(inSentences(options));
    await using prometheus = await startPrometheus(folder.path, new URL(service.url).host);

    const mended = await startRun(service.url, token, project);
    await prometheus.answers('miyabi_runs_finished_total{outcome="completed"} == 1', runMs);
    // Carried by its own process or by the service, whichever takes it first: the records tell of it.
    const beside = await miyabi(
      ['run', 'twice() is fine, add() subtracts', '--agent', 'model:scripted/model-1', '--json', '--yes'],
      options,
    );
    expect(beside, beside.stderr).toMatchObject({ code: 0 });
    await prometheus.answers('miyabi_runs_finished_total{outcome="completed"} == 2', runMs);

    const text = await scraped(service.url);
    expect(await execa('promtool', ['check', 'metrics'], { input: text, reject: false })).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
    expect(missing(text)).toEqual([]);
    const runs = [mended, (beside.lines.at(-1) as unknown as RunReport).run];
    for (const secret of [...runs, project, 'add() subtracts', 'task-1', 'miyabi/add']) expect(text).not.toContain(secret);

    for (const expression of whatHappened) await prometheus.answers(expression);
    await prometheus.answers('up{job="miyabi"} == 1');
    const expressions = [...dashboardExpressions(), ...recordings()];
    expect(expressions.length).toBeGreaterThan(80);
    for (const expression of expressions) await prometheus.answers(expression);
    expect((await prometheus.alerts()).filter((name) => name !== 'MiyabiDiskNearlyFull')).toEqual([]);
  },
);

/** Of which the runs must have left something. */
const whatHappened: readonly string[] = [
  'miyabi_runs_started_total == 2',
  'miyabi_run_duration_seconds_count == 2',
  'miyabi_tasks_finished_total{outcome="succeeded"} > 5',
  'miyabi_tasks_enqueued_total{source="task"} > 5',
  'miyabi_task_attempts_total{reason="first"} > 5',
  'miyabi_task_duration_seconds_count{kind="miyabi.world.run"} > 0',
  'miyabi_phase_results_total{phase="worlds", result="success"} > 3',
  'miyabi_phase_duration_seconds_count{phase="review"} > 0',
  'miyabi_worlds_finished_total{agent="command", outcome="success"} == 2',
  'miyabi_worlds_finished_total{agent="model", outcome="success"} > 0',
  'miyabi_worlds_chosen_total{agent="model"} == 1',
  'miyabi_world_score_points_count{agent="command"} == 2',
  'sum(miyabi_agent_runs_total{agent="command", outcome="finished"}) == 2',
  'sum(miyabi_world_create_duration_seconds_count) > 3',
  'sum(miyabi_worlds_active) == 0',
  'miyabi_git_operation_duration_seconds_count{result="ok"} > 5',
  'miyabi_evaluation_results_total{check="tests", result="pass"} > 1',
  'miyabi_evaluation_results_total{check="tests", result="fail"} > 0',
  'miyabi_evaluation_duration_seconds_count{check="secrets"} > 0',
  'miyabi_model_calls_total{model="scripted/model-1", answer="asked"} > 1',
  'miyabi_model_tokens_total{model="scripted/model-1", direction="output"} > 10',
  'miyabi_model_cost_usd_total{model="scripted/model-1"} > 0',
  'miyabi_budget_spent_usd > 0',
  'miyabi_notifications_total{channel="hook", result="sent"} > 0',
  'miyabi_db_commit_duration_seconds_count > 20',
  'miyabi_recovery_runs_total{result="ok"} == 1',
  'miyabi_concurrency_limit{of="now"} > 0',
  'miyabi_event_loop_lag_seconds{at="p99"} > 0',
  'miyabi_disk_free_bytes > 0',
  'miyabi_host_used_ratio{resource="memory"} > 0',
  'miyabi_build_info == 1',
];

const mendingTurns = [
  { call: { tool: 'edit', input: { path: 'src/add.js', old: 'a - b', new: 'a + b' } } },
  { say: 'It subtracted where it should add.' },
];

/** As on a machine on which all of it is set up: an agent, a model, a channel, an environment. */
async function configured(
  folder: string,
  project: string,
  urls: { readonly provider: string; readonly hook: string },
): Promise<MiyabiOptions> {
  const state = join(folder, 'state');
  await mkdir(join(state, 'miyabi'), { recursive: true });
  const settings = {
    worlds: { count: 2 },
    agent: { name: 'command', command: mendingCommand.slice('command:'.length), model: 'scripted/model-1' },
    models: {
      providers: { scripted: { protocol: 'openai-chat', url: urls.provider, keyVariable: 'SCRIPTED_KEY', private: true } },
      prices: { 'scripted/model-1': { inputPerMillionUsd: 1, outputPerMillionUsd: 10 } },
    },
    notify: { channels: { hook: { kind: 'webhook', urlVariable: 'HOOK_URL', private: true } } },
    deploy: {
      projects: [
        {
          repository: project,
          environments: [{ name: 'production', target: { kind: 'process', listen: { port: 0 }, start: 'exec node x.js' } }],
        },
      ],
    },
  };
  await writeFile(join(state, 'miyabi', 'config.json'), JSON.stringify(settings));
  return { cwd: project, state, env: { ...testsWithoutNpm, SCRIPTED_KEY: 'sk-very-secret-indeed', HOOK_URL: urls.hook } };
}

/** Somebody who is told by a webhook of ours. */
async function listeningHook(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => response.writeHead(204).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Starts one that the service carries. @returns its name. */
async function startRun(url: string, token: string, repository: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/runs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ issue: { text: 'add() subtracts' }, repository, approveAll: true, worlds: 2 }),
  });
  const body = (await answer.json()) as { readonly run: string };
  expect(answer.status, JSON.stringify(body)).toBe(201);
  return body.run;
}

async function scraped(url: string): Promise<string> {
  const answer = await fetch(`${url}/metrics`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')]);
  return await answer.text();
}

/** Metrics of the catalogue of which there is no sample. */
function missing(text: string): readonly string[] {
  return Object.keys(catalogue).filter((name) => !new RegExp(String.raw`^${prefix}${name}(?:_count)?(?:\{| )`, 'm').test(text));
}

interface DashboardPanel {
  readonly targets?: ReadonlyArray<{ readonly expr: string }>;
  readonly panels?: readonly DashboardPanel[];
}

function dashboardExpressions(): readonly string[] {
  const { panels } = JSON.parse(readFileSync(dashboardFile, 'utf8')) as { readonly panels: readonly DashboardPanel[] };
  const all = panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
  return all.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
}

function recordings(): readonly string[] {
  const { groups } = parse(readFileSync(join(prometheusFolder, 'recording.yaml'), 'utf8')) as {
    readonly groups: ReadonlyArray<{ readonly rules: ReadonlyArray<{ readonly record: string }> }>;
  };
  return groups.flatMap(({ rules }) => rules.map(({ record }) => record));
}
