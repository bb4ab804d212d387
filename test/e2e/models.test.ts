import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunReport } from '../../src/operations/report.ts';
import { git, makeProject, miyabi, smallProject, testsWithoutNpm } from '../support/miyabi.ts';
import type { KeyedScript, ScriptedRequest, Turn } from '../support/scripted-provider/scripted-provider.ts';
import { openScriptedProvider } from '../support/scripted-provider/scripted-provider.ts';
import { temporaryFolder } from '../support/temporary.ts';

const minutes = 60_000;

function temperatureIs(wanted: number): (request: ScriptedRequest) => boolean {
  return ({ body }) => (body as { readonly temperature?: number }).temperature === wanted;
}

function told(words: string): (request: ScriptedRequest) => boolean {
  return ({ text }) => text.includes(words);
}

const edit = (from: string, to: string): Turn => ({ call: { tool: 'edit', input: { path: 'src/add.js', old: from, new: to } } });

/** Worlds are told apart by what only they are told. */
const scripts: readonly KeyedScript[] = [
  // Alpha is sure of itself, and wrong.
  { match: temperatureIs(0.3), turns: [edit('a - b', 'a * b'), { say: 'Multiplied.' }] },
  // Gamma looks, mends, and runs the tests.
  {
    match: temperatureIs(1.2),
    turns: [
      { call: { tool: 'read', input: { path: 'src/add.js' } } },
      edit('return a - b;', 'return a + b;'),
      { call: { tool: 'run', input: { command: 'npm test' } }, usage: { inputTokens: 5_000, cachedTokens: 4_000, outputTokens: 300 } },
      { say: 'It subtracted where it should add; now it adds.' },
    ],
  },
  // Delta does the same again and again.
  { match: told('reproduce first'), script: () => ({ call: { tool: 'read', input: { path: 'nowhere.js' } } }) },
  // Epsilon's provider does not know the model.
  { match: told('tests of what is asked for'), script: () => ({ fail: 404 }) },
  // Beta says that it is done, and is not.
  { match: temperatureIs(0.7), turns: [{ say: 'Done.' }] },
];

test(
  'five worlds of a model, one of which is right: it wins, the others say why not, and every call is in the books',
  async () => {
    await using folder = await temporaryFolder();
    await using provider = await openScriptedProvider({ scripts });
    const project = await makeProject(join(folder.path, 'project'), smallProject);
    const state = join(folder.path, 'state');
    const env = {
      ...testsWithoutNpm,
      SCRIPTED_KEY: 'sk-very-secret-indeed',
      MIYABI_MODELS_PROVIDERS: JSON.stringify({
        scripted: {
          protocol: 'openai-chat',
          url: provider.url('openai-chat'),
          keyVariable: 'SCRIPTED_KEY',
          private: true,
          tokensPerMinute: 10_000_000,
        },
      }),
      MIYABI_MODELS_PRICES: JSON.stringify({
        'scripted/model-1': { inputPerMillionUsd: 1, outputPerMillionUsd: 10, cachedPerMillionUsd: 0.1 },
      }),
    };
    const options = { cwd: project, state, env };

    const end = await miyabi(['run', 'add() subtracts', '--agent', 'model:scripted/model-1', '--json', '--yes'], options);

    expect(end, end.stderr + end.stdout).toMatchObject({ code: 0 });
    const report = end.lines.at(-1) as unknown as RunReport;
    expect(report.tasks[0]?.winner).toBe('gamma');
    const worlds = Object.fromEntries(report.tasks[0]!.worlds.map((world) => [world.world, world]));
    expect(worlds['gamma']).toMatchObject({ status: 'success', stop: 'done' });
    expect(worlds['alpha']).toMatchObject({ status: 'failed', stop: 'done' });
    expect(worlds['beta']).toMatchObject({ status: 'failed', stop: 'done', reason: 'it changed nothing' });
    expect(worlds['delta']).toMatchObject({ status: 'failed', stop: 'limit: loop' });
    expect(worlds['epsilon']).toMatchObject({ status: 'failed', stop: 'error: unknown-model' });
    // Three calls as usual (100 in, 10 out), and one of 1,000 fresh, 4,000 cached and 300 out.
    expect(worlds['gamma']?.models).toEqual({
      calls: 4,
      cachedCalls: 0,
      inputTokens: 5_300,
      outputTokens: 330,
      cachedTokens: 4_000,
      unknownPrices: 0,
    });
    expect(worlds['gamma']?.costUsd).toBeCloseTo((1_300 * 1 + 4_000 * 0.1 + 330 * 10) / 1_000_000, 9);
    expect(await git(project, 'show', `${report.branch}:src/add.js`)).toContain('a + b');

    // The key went to the provider, and nowhere else.
    expect(provider.requests.every(({ credential }) => credential === 'sk-very-secret-indeed')).toBe(true);
    expect(end.stdout + end.stderr).not.toContain('sk-very-secret');
    expect((await miyabi(['show', report.run], options)).stdout).toContain('(limit: loop, by the rule same-error)');
    const spent = await miyabi(['cost', report.run, '--by', 'world', '--json'], options);
    expect(spent.code, spent.stderr).toBe(0);
    expect(spent.stdout).toContain('gamma');
    // It stands too where people look for what became of a run.
    expect((await miyabi(['show', 'last'], options)).stdout).toMatch(/gamma\.run succeeded: .*, 0\.005 USD\)/);
    expect((await miyabi(['status', 'last'], options)).stdout).toMatch(/models: 0\.\d\d of 5\.00 USD/);
  },
  3 * minutes,
);
