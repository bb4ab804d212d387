/** @module-tag campaign */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AgentContext } from '../../src/domain/agent-context.ts';
import { agentContextSchema } from '../../src/domain/agent-context.ts';
import { smallProject, testsWithoutNpm } from '../support/miyabi.ts';
import { mend, place, reportOf } from '../support/place.ts';
import { openScriptedProvider } from '../support/scripted-provider/scripted-provider.ts';
import type { Script } from '../support/scripted-provider/scripted-provider.ts';

/** What each role is told by: the first words of its instructions. */
const roles = {
  analyse: 'You judge an issue',
  plan: 'You split an issue',
  judge: 'You compare two changes',
  review: 'You read the whole change',
};

const analysis = {
  type: 'bug',
  complexity: 4,
  priority: 'P1-High',
  securitySensitive: false,
  effortHours: 2,
  files: ['src/add.js'],
  reason: 'One sign.',
};
const whole = { tasks: [{ id: 'a', title: 'Mend', instructions: 'Do.', after: [], files: [], minutes: 10, lines: 2 }] };
const finding = { findings: [{ severity: 'low', path: 'src/add.js', line: 1, text: 'A name could be better' }] };

/** Takes whatever explains itself for better. */
const answers: Script = ({ text }) => {
  const say = (value: unknown) => ({ say: JSON.stringify(value) });
  if (text.includes(roles.analyse)) return say(analysis);
  if (text.includes(roles.plan)) return say(whole);
  if (text.includes(roles.review)) return say(finding);
  const isFirst = text.indexOf('// a sum') < text.indexOf('[end first change');
  return say({ better: isFirst ? 'first' : 'second', reason: 'it says why' });
};

async function placeWithModels(script: Script) {
  const provider = await openScriptedProvider({ script });
  const here = await place(smallProject, testsWithoutNpm);
  await mkdir(join(here.state, 'miyabi'), { recursive: true });
  const local = { protocol: 'openai-chat', url: provider.url('openai-chat'), private: true };
  const named = Object.fromEntries(Object.keys(roles).map((role) => [role, 'local/scripted']));
  await writeFile(
    join(here.state, 'miyabi', 'config.json'),
    JSON.stringify({ models: { providers: { local }, ...named }, early: { unbeatable: false } }),
  );
  return {
    ...here,
    provider,
    [Symbol.asyncDispose]: async () => {
      await here[Symbol.asyncDispose]();
      await provider[Symbol.asyncDispose]();
    },
  };
}

// No world of these goes on where what it is for does not stand there, or its git sees it.
const looks = 'test -f .agent-context.json -a -f EXECUTION_CONTEXT.md || exit 9; test -z "$(git status --porcelain)" || exit 8;';
const worlds = {
  alpha: `${looks} ${mend}`,
  beta: `${looks} ${mend}; sed -i 's|a + b;|a + b; // a sum|' src/add.js`,
};
const keepsWhatItSees = `${worlds.alpha}; cp .agent-context.json seen.json; cp EXECUTION_CONTEXT.md seen.md`;

it('models refine the analysis, judge between level worlds and read the change; what they said is told', async () => {
  await using here = await placeWithModels(answers);
  const report = reportOf(await here.run('add() subtracts', worlds));
  expect(report).toMatchObject({ status: 'succeeded', tasks: [{ winner: 'beta' }] });
  const asked = here.provider.requests.map(({ text }) => Object.entries(roles).find(([, words]) => text.includes(words))?.[0]);
  expect(asked).toEqual(['analyse', 'plan', 'judge', 'judge', 'review']);
  const explained = await here.miyabi(['explain', 'last']);
  expect(explained.stdout.replaceAll(/\s+/g, ' ')).toContain('beta won because local/scripted, asked about the changes');
  expect(explained.stdout).toContain('alpha and beta: beta is better. it says why.');
  expect(report.warnings).toEqual([]);
});

it('each world says what it is for, with earlier runs about the same', { tags: ['campaign'] }, async () => {
  await using here = await placeWithModels(answers);
  const first = reportOf(await here.run('add() subtracts', { alpha: worlds.alpha }));
  expect(first.status).toBe('succeeded');
  const second = reportOf(await here.run('add() subtracts, still', { alpha: keepsWhatItSees }));
  const seen = agentContextSchema.parse(JSON.parse(await here.git('show', `${second.branch}:seen.json`))) satisfies AgentContext;
  expect(seen).toMatchObject({
    agentType: 'codegen',
    agent: 'command',
    world: 'alpha',
    task: { id: 'task-1', dependencies: [], number: 1, of: 1 },
    issue: { number: null, title: 'add() subtracts, still' },
    limits: { minutes: 30, costUsd: 5 },
    similarRuns: [{ run: first.run, outcome: 'succeeded', title: 'add() subtracts' }],
  });
  expect(seen.similarRuns[0]?.files).toContain('src/add.js');
  expect(await here.git('show', `${second.branch}:seen.md`)).toMatch(/^# Execution Context for add\(\) subtracts, still\n/);
  expect(await here.git('ls-tree', '--name-only', String(second.branch))).not.toMatch(/EXECUTION_CONTEXT|agent-context/);
});

it('a model that fails stops nothing: the rules take over, and that is said', { tags: ['campaign'] }, async () => {
  await using here = await placeWithModels(() => ({ fail: 401 }));
  const report = reportOf(await here.run('add() subtracts', { alpha: worlds.alpha }));
  expect(report.status).toBe('succeeded');
  const said = (what: string) =>
    expect.stringMatching(new RegExp(`^The model's ${what} was not usable \\(.+\\): rules instead\\.$`)) as string;
  expect(report.warnings).toEqual([said('analysis'), said('plan'), said('review')]);
});
