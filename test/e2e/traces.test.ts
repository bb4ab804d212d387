import { watch } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { JobId } from '../../src/domain/ids.ts';
import { spanOf, traceOf } from '../../src/domain/trace.ts';
import { makeProject, miyabi, smallProject, startMiyabi, testsWithoutNpm, withoutWalls } from '../support/miyabi.ts';
import { openScriptedProvider } from '../support/scripted-provider/scripted-provider.ts';
import { otlpCollector } from '../support/otlp-collector.ts';
import { spanTree } from '../support/span-tree.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Words that stand in the issue, in the code, in what the agent runs and in what it says. */
const secretWords = ['zanzibar', 'b + a', 'sed -i', 'marmalade'];
const issue = 'The zanzibar of add() is wrong';

/** Mends the project once a file appears; each world tells that it is there. */
function patientCommand(folder: string): string {
  return `command:touch ${folder}/at-$MIYABI_WORLD; until [ -e ${folder}/go ]; do sleep 0.1; done; sed -i.bak 's/a - b/b + a/' src/add.js; rm src/add.js.bak; echo marmalade`;
}

async function untilFiles(folder: string, names: readonly string[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = async (): Promise<void> => {
    const there = await readdir(folder);
    if (names.every((name) => there.includes(name))) resolve();
  };
  using _watching = { [Symbol.dispose]: () => watcher.close() };
  const watcher = watch(folder, () => void look());
  await look();
  await promise;
}

function attemptsOf(state: string) {
  using database = { open: new DatabaseSync(join(state, 'miyabi.db'), { readOnly: true }), [Symbol.dispose]: () => database.open.close() };
  return database.open
    .prepare('SELECT id, job_id AS job, task_id AS task, outcome FROM weaver_attempt ORDER BY id')
    .all() as unknown as ReadonlyArray<{
    readonly id: string;
    readonly job: JobId;
    readonly task: string;
    readonly outcome: string;
  }>;
}

it(
  'a run of two worlds that is killed and resumed is one tree, whose lost executions are linked, with nothing of what was worked on',
  { timeout: 180_000 },
  async () => {
    await using folder = await temporaryFolder();
    await using collector = await otlpCollector();
    const project = await makeProject(join(folder.path, 'project'), smallProject);
    const state = join(folder.path, 'state');
    const env = {
      ...withoutWalls,
      ...testsWithoutNpm,
      MIYABI_WORLDS_PARALLEL: '2',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20let-me-in',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=tests',
    };
    const options = { cwd: project, state, env };
    const first = startMiyabi(['run', issue, '--agent', patientCommand(folder.path), '--worlds', '2', '--json'], options);
    await untilFiles(folder.path, ['at-alpha', 'at-beta']);
    first.kill('SIGKILL');
    await first;
    await writeFile(join(folder.path, 'go'), '');
    const end = await miyabi(['resume', '--json'], options);
    expect(end, end.stderr).toMatchObject({ code: 0 });

    const attempts = attemptsOf(state).filter(({ job }) => job === attemptsOf(state)[0]?.job);
    const tree = spanTree(collector.spans);
    expect(collector.spans[0]?.traceId).toBe(traceOf(attempts[0]!.job, undefined));
    expect(tree.roots.map(({ name }) => name)).toEqual(['RUN miyabi']);
    expect(tree.orphans.map((span) => tree.pathOf(span))).toEqual([]);
    expect(tree.repeated).toEqual([]);

    const spans = new Map(collector.spans.map((span) => [span.spanId as string, span]));
    expect(attempts.filter(({ id, task }) => spans.get(spanOf(id))?.parentSpanId !== spanOf(task))).toEqual([]);
    const lost = attempts.filter(({ outcome }) => outcome === 'error');
    expect(lost).toHaveLength(2);
    const linked = collector.spans.flatMap(({ links }) => links);
    expect(linked.map(({ spanId }) => spanId).toSorted()).toEqual(lost.map(({ id }) => spanOf(id) as string).toSorted());

    for (const world of ['alpha', 'beta']) {
      const at = `RUN miyabi / task-1 / world ${world} / ${world}.run / attempt / invoke_agent command`;
      expect(tree.at(at).map(({ attributes }) => attributes['gen_ai.operation.name'])).toEqual(['invoke_agent']);
      expect(tree.at(`RUN miyabi / task-1 / world ${world} / ${world}.check / attempt / check tests`)).toHaveLength(1);
    }
    expect(tree.at('RUN miyabi / publish / attempt / git publish')).toHaveLength(1);
    expect(tree.at('RUN miyabi / task-1 / choose / attempt / store choice record')).toHaveLength(1);
    const [run] = tree.roots;
    expect(run?.attributes).toMatchObject({
      'cicd.pipeline.run.id': attempts[0]!.job,
      'cicd.pipeline.result': 'success',
      'vcs.ref.base.name': 'main',
      'vcs.repository.name': 'project',
    });
    expect(run?.attributes['vcs.ref.head.revision']).toMatch(/^[\da-f]{40}$/);
    expect(run?.resource).toMatchObject({ 'service.name': 'miyabi', 'deployment.environment.name': 'tests' });
    expect(new Set(collector.spans.map(({ resource }) => resource['service.instance.id'])).size).toBe(2);
    expect(collector.headers.map((headers) => headers['authorization'])).toEqual(collector.headers.map(() => 'Bearer let-me-in'));
    expect(secretWords.filter((word) => collector.bodies.some((body) => body.includes(word)))).toEqual([]);
  },
);

it(
  'what was worked on is told where it is asked for, without secrets, and a collector that is not there holds nothing up',
  { tags: ['campaign'] },
  async () => {
    await using folder = await temporaryFolder();
    await using collector = await otlpCollector();
    const project = await makeProject(join(folder.path, 'project'), smallProject);
    const command = `command:sed -i.bak 's/a - b/b + a/' src/add.js; rm src/add.js.bak`;
    const env = {
      ...withoutWalls,
      ...testsWithoutNpm,
      MIYABI_TELEMETRY_OTLP_ENDPOINT: collector.endpoint,
      MIYABI_TELEMETRY_CONTENT: 'true',
      ANTHROPIC_API_KEY: 'sk-ant-0123456789abcdef',
    };
    const options = { cwd: project, state: join(folder.path, 'state') };
    const told = `${issue}, sk-ant-0123456789abcdef`;
    const args = ['run', told, '--agent', command, '--worlds', '1', '--json'];
    expect(await miyabi(args, { ...options, env })).toMatchObject({ code: 0 });
    const prompts = collector.spans.flatMap(({ name, events }) =>
      name === 'invoke_agent command' ? events.map(({ attributes }) => String(attributes['gen_ai.input.messages'])) : [],
    );
    expect(prompts).toHaveLength(1);
    expect(prompts[0]).toContain('zanzibar');
    const [run] = spanTree(collector.spans).roots;
    expect(String(run?.attributes['miyabi.issue.title'])).toContain('zanzibar');
    expect(collector.bodies.filter((body) => body.includes('sk-ant-0123456789abcdef'))).toEqual([]);

    collector.answer(500);
    const again = await miyabi(['run', `${issue} once more`, ...args.slice(2)], { ...options, env });
    expect(again, again.stderr).toMatchObject({ code: 0 });
    expect(again.stderr.match(/[Tt]race/g)).toHaveLength(1);

    // What stands in the records is told by whoever comes next.
    collector.answer(200);
    const before = collector.spans.length;
    expect(await miyabi(['run', `${issue} a third time`, ...args.slice(2)], { ...options, env })).toMatchObject({ code: 0 });
    const roots = collector.spans.slice(before).filter(({ name }) => name === 'RUN miyabi');
    expect(roots).toHaveLength(2);

    // A share of none is none.
    const all = collector.bodies.length;
    const none = { ...env, MIYABI_TELEMETRY_SAMPLE: '0' };
    expect(await miyabi(['run', `${issue} at last`, ...args.slice(2)], { ...options, env: none })).toMatchObject({ code: 0 });
    expect(collector.bodies).toHaveLength(all);
  },
);

it('calls of a model and of its tools stand below the agent that makes them, with what they used and nothing of what was said', async () => {
  await using folder = await temporaryFolder();
  await using collector = await otlpCollector();
  const turns = [
    { call: { tool: 'edit', input: { path: 'src/add.js', old: 'a - b', new: 'b + a' } }, usage: { inputTokens: 5_000, outputTokens: 300 } },
    { say: 'I spread marmalade on it.' },
  ];
  await using provider = await openScriptedProvider({ scripts: [{ match: () => true, turns }] });
  const project = await makeProject(join(folder.path, 'project'), smallProject);
  const scripted = { protocol: 'openai-chat', url: provider.url('openai-chat'), keyVariable: 'SCRIPTED_KEY', private: true };
  const env = {
    ...withoutWalls,
    ...testsWithoutNpm,
    SCRIPTED_KEY: 'sk-very-secret-indeed',
    MIYABI_MODELS_PROVIDERS: JSON.stringify({ scripted: { ...scripted, tokensPerMinute: 10_000_000 } }),
    MIYABI_MODELS_PRICES: JSON.stringify({ 'scripted/model-1': { inputPerMillionUsd: 1, outputPerMillionUsd: 10 } }),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
  };
  const args = ['run', issue, '--agent', 'model:scripted/model-1', '--worlds', '1', '--json', '--yes'];
  const end = await miyabi(args, { cwd: project, state: join(folder.path, 'state'), env });
  expect(end, end.stderr + end.stdout).toMatchObject({ code: 0 });
  const tree = spanTree(collector.spans);
  const agent = 'RUN miyabi / task-1 / world alpha / alpha.run / attempt / invoke_agent model';
  expect(tree.at(agent)).toMatchObject([{ attributes: { 'gen_ai.provider.name': 'scripted', 'gen_ai.request.model': 'model-1' } }]);
  const chats = tree.at(`${agent} / chat model-1`).map(({ attributes }) => attributes);
  expect(chats).toHaveLength(2);
  expect(chats[0]).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.usage.input_tokens': 5_000,
    'gen_ai.usage.output_tokens': 300,
    'miyabi.cost.usd': 0.008,
  });
  expect(tree.at(`${agent} / execute_tool edit`)).toHaveLength(1);
  expect([...secretWords, 'sk-very-secret'].filter((word) => collector.bodies.some((body) => body.includes(word)))).toEqual([]);
});
