/** @module-tag campaign */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { githubService } from '../support/github-service.ts';
import { smallProject, startMiyabi } from '../support/miyabi.ts';
import type { CollectedSpan } from '../support/otlp-collector.ts';
import { otlpCollector } from '../support/otlp-collector.ts';
import { freshPostgres, noPostgres } from '../support/postgres.ts';
import { spanTree } from '../support/span-tree.ts';

const lacking = noPostgres();

const settings = {
  MIYABI_ISOLATION: 'none',
  MIYABI_WORLDS_COUNT: '2',
  MIYABI_AGENT_NAME: 'command',
  MIYABI_AGENT_COMMAND: `sed -i 's/a - b/a + b/' src/add.js`,
  MIYABI_CHECKS_COVERAGE: 'false',
  MIYABI_CAPACITY_EVERY_SECONDS: '3600',
  MIYABI_FORGE_GITHUB_REPOSITORIES: '["acme/widgets"]',
};

/** The trace that holds the run, once everything of it has come that names what is above it. */
function wholeRun(spans: readonly CollectedSpan[]): readonly CollectedSpan[] | undefined {
  const run = spans.find(({ name }) => name === 'RUN miyabi');
  const own = spans.filter(({ traceId }) => traceId === run?.traceId);
  if (run === undefined || !own.some(({ name }) => name === 'webhook github')) return undefined;
  return spanTree(own).orphans.length === 0 ? own : undefined;
}

it.skipIf(lacking !== undefined)(
  `what a webhook starts is one tree from the forge's request to the merge, whichever machine does what${lacking === undefined ? '' : ` (${lacking})`}`,
  { timeout: 240_000 },
  async () => {
    await using database = await freshPostgres();
    await using collector = await otlpCollector();
    const own = { ...settings, MIYABI_DATABASE_URL: database.url, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
    await using service = await githubService(smallProject, own, () => undefined);
    await using workers = new AsyncDisposableStack();
    for (const name of ['one', 'two']) {
      const state = join(dirname(service.state), name);
      mkdirSync(state);
      const env = Object.fromEntries(Object.entries(service.env).filter(([variable]) => !/^GITHUB_TOKEN$|WEBHOOK_SECRET$/.test(variable)));
      const worker = startMiyabi(['worker', '--worlds', '1', '--listen', 'none', '--drain', '5'], { cwd: state, state, env });
      workers.defer(async () => {
        worker.kill('SIGTERM');
        await worker;
      });
    }
    await service.start();
    const number = await service.github.createIssue({ title: 'add() subtracts', body: 'It is in src/add.js.', labels: ['complexity:low'] });
    await service.github.label(number, 'miyabi');
    await collector.until((spans) => wholeRun(spans) !== undefined);

    const trace = wholeRun(collector.spans)!;
    const tree = spanTree(trace);
    expect(tree.roots.map(({ name, kind }) => [name, kind])).toEqual([['receive github', 5]]);
    expect(tree.repeated).toEqual([]);
    expect(tree.at('receive github / webhook github')).toHaveLength(1);
    expect(tree.at('receive github / receive / attempt').length).toBeGreaterThan(0);
    const [run] = tree.at('receive github / receive / RUN miyabi');
    expect(run?.attributes).toMatchObject({ 'cicd.pipeline.result': 'success', 'vcs.change.id': expect.stringMatching(/^\d+$/) });
    const below = (name: string): readonly CollectedSpan[] => tree.at(`receive github / receive / RUN miyabi / ${name}`);
    for (const world of ['alpha', 'beta'])
      expect(below(`task-1 / world ${world} / ${world}.run / attempt / invoke_agent command`)).toHaveLength(1);
    const machines = trace.map(({ resource }) => resource['service.instance.id']);
    expect(new Set(machines).size).toBeGreaterThan(1);
  },
);
