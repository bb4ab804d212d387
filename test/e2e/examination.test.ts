import { describe, expect, it } from 'vitest';
import type { ExplainedRun } from '../../src/operations/explain.ts';
import { testsWithoutNpm } from '../support/miyabi.ts';
import { edit, endOf, modelPlace, tool, turns } from '../support/model-place.ts';
import { place, reportOf } from '../support/place.ts';

const minute = 60_000;

/** The one visible test says little: many wrong changes pass it. */
const clampProject = {
  'package.json': `${JSON.stringify({ name: 'numbers', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } })}\n`,
  'src/clamp.js': 'export function clamp(value, low, high) {\n  return value;\n}\n',
  'test/clamp.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clamp } from '../src/clamp.js';

test('keeps below the upper bound', () => {
  assert.equal(clamp(7, 0, 5), 5);
});

test('leaves what lies between', () => {
  assert.equal(clamp(3, 0, 5), 3);
});
`,
};
const issue = 'clamp() does not keep its value between its bounds';

const body = (code: string): string => `printf '%s\\n' 'export function clamp(value, low, high) {' '${code}' '}' > src/clamp.js`;
const testFile = (name: string, cases: readonly (readonly [string, string, number])[]): string => {
  const lines = [
    `import assert from "node:assert/strict";`,
    `import { test } from "node:test";`,
    `import { clamp } from "../src/clamp.js";`,
    ...cases.map(([title, call, expected]) => `test("${title}", () => assert.equal(${call}, ${expected}));`),
  ];
  return `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} > test/${name}.test.js`;
};

const right = body('  return Math.max(low, Math.min(value, high));');
const alsoRight = body('  const below = Math.min(value, high); return Math.max(low, below);');
const rightToo = body('  const least = Math.max(low, Math.min(value, high)); return least;');
const onlyUpper = body('  return Math.min(value, high);');

async function explained(here: Awaited<ReturnType<typeof place>>): Promise<ExplainedRun> {
  const { stdout, code, stderr } = await here.miyabi(['explain', 'last', '--json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as ExplainedRun;
}

describe('worlds that pass the tests there are', () => {
  it(
    'are told apart by the tests of the others: the smaller change wins by score, the right one by cross-examination',
    async () => {
      await using here = await place(clampProject, testsWithoutNpm);
      const lower = testFile('lower', [
        ['keeps above the lower bound', 'clamp(-3, 0, 5)', 0],
        ['keeps above a negative bound', 'clamp(-9, -2, 5)', -2],
      ]);
      const useless = testFile('useless', [['is defined', 'clamp(2, 0, 5)', 2]]);
      const end = await here.run(issue, {
        alpha: onlyUpper,
        beta: `${right}; ${lower}`,
        gamma: `${rightToo}; ${useless}`,
        delta: alsoRight,
      });
      expect(end, end.stderr).toMatchObject({ code: 0 });
      const report = reportOf(end);
      expect(['beta', 'gamma', 'delta']).toContain(report.tasks[0]!.winner);
      const { choice } = (await explained(here)).tasks[0]!;
      expect(choice).toMatchObject({ kind: 'chosen', decidedBy: 'examination', plain: { winner: 'alpha' } });
      const { tests, clusters, differences } = choice.examination!;
      const row = tests.find(({ id }) => id.startsWith('beta: ') && id.endsWith('keeps above the lower bound'))!;
      expect(row.dropped).toBeUndefined();
      expect(Object.fromEntries(row.cells.map(({ world, outcome }) => [world, outcome]))).toEqual({
        alpha: 'failed',
        beta: 'passed',
        gamma: 'passed',
        delta: 'passed',
      });
      expect(clusters.map(({ worlds }) => [...worlds].toSorted())).toEqual([['beta', 'delta', 'gamma'], ['alpha']]);
      expect(differences[0]?.call).toMatch(/^clamp\(/);
      const { stdout } = await here.miyabi(['explain', 'last']);
      expect(stdout).toMatch(/beta: test\/lower\.test\.js > keeps above/);
      expect(stdout).toMatch(/clamp\(/);
      // What was examined is what was harvested: nothing of it is left, and nothing of it was added to the winner.
      expect(await here.worldsLeft()).toEqual([]);
      expect((await here.miyabi(['diff', 'last', 'alpha'])).stdout).toMatch(/^\+ +return Math\.min\(value, high\);$/m);
      expect((await here.miyabi(['diff', 'last', 'alpha', 'delta'])).stdout).toContain('-  return Math.min(value, high);');
    },
    3 * minute,
  );
});

describe('test writers', () => {
  it(
    'see the issue and no world, and their tests decide; what else they write is taken from nobody',
    { tags: ['campaign'], timeout: 3 * minute },
    async () => {
      const files = (path: string, text: string) => ({ call: tool('write', { path, content: text }) });
      const written = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add } from '../src/add.js';
test('adds what is negative', () => { assert.equal(add(2, -3), -1); });
test('adds the same twice', () => { assert.equal(add(4, 4), 8); });
`;
      await using here = await modelPlace(
        {
          absolute: turns({ call: edit('a - b', 'a + Math.abs(b)') }, { say: 'Added.' }),
          right: turns({ call: edit('return a - b;', 'const sum = a + b;\n  return sum;') }, { say: 'Added.' }),
          writer: turns(files('test/more.test.js', written), files('src/add.js', 'export const add = () => 5;\n'), { say: 'Two tests.' }),
        },
        { env: { MIYABI_MODELS_TEST_WRITER: 'scripted/writer', MIYABI_EXAMINE_TEST_WRITERS: '1' } },
      );
      const end = await here.run([{ model: 'scripted/absolute' }, { model: 'scripted/right' }]);
      expect(end, end.stderr).toMatchObject({ code: 0 });
      const { report } = endOf(end);
      expect(report.tasks[0]!.winner).toBe('beta');
      const { stdout } = await here.miyabi(['explain', 'last', '--json']);
      const { choice } = (JSON.parse(stdout) as ExplainedRun).tasks[0]!;
      expect(choice).toMatchObject({ decidedBy: 'examination', plain: { winner: 'alpha' } });
      expect(choice.examination!.tests.map(({ author }) => author)).toContain('writer-1');
      const asked = here.provider.requests.find(({ model }) => model === 'writer')!;
      expect(asked.text).toContain('Write tests of what the following asks for');
      expect(asked.text).not.toContain('Math.abs');
      expect(await here.git('show', '--stat', '--format=', report.branch!)).not.toContain('more.test.js');
    },
  );
});

describe('a test that is asked for', () => {
  it(
    'tells the last worlds apart where no other test and no input does, and the model is shown what its first one came to',
    { tags: ['campaign'], timeout: 3 * minute },
    async () => {
      const file = (call: string, expected: number) => `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add } from '../src/add.js';
test('adds what is asked', () => { assert.equal(${call}, ${expected}); });
`;
      const proposal = (content: string) => ({ say: JSON.stringify({ path: 'test/asked.test.js', content, reason: 'Negative numbers.' }) });
      // What asks for the time is not called with made-up inputs.
      const late = 'Date.now() * 0';
      await using here = await modelPlace(
        {
          absolute: turns({ call: edit('a - b', `a + Math.abs(b) + ${late}`) }, { say: 'Added.' }),
          right: turns({ call: edit('return a - b;', `const sum = a + b + ${late};\n  return sum;`) }, { say: 'Added.' }),
          writer: ({ text }) => proposal(text.includes('It ends the same in all of them.') ? file('add(2, -3)', -1) : file('add(2, 3)', 5)),
        },
        { env: { MIYABI_MODELS_TEST_WRITER: 'scripted/writer', MIYABI_EXAMINE_TEST_WRITERS: '0' } },
      );
      const end = await here.run([{ model: 'scripted/absolute' }, { model: 'scripted/right' }]);
      expect(end, end.stderr).toMatchObject({ code: 0 });
      expect(endOf(end).report.tasks[0]!.winner).toBe('beta');
      const { stdout } = await here.miyabi(['explain', 'last', '--json']);
      const { choice } = (JSON.parse(stdout) as ExplainedRun).tasks[0]!;
      expect(choice.plain).toMatchObject({ winner: 'alpha' });
      expect(choice.examination!.tests.map(({ author }) => author)).toEqual(['writer-asked']);
      expect(here.provider.requests.filter(({ model }) => model === 'writer')).toHaveLength(2);
    },
  );
});

describe('a change that is about tests', () => {
  it(
    'wins by tests that hold on the code as it is: one that wants something else is out, and so is one that changes what is tested',
    { tags: ['campaign'], timeout: 3 * minute },
    async () => {
      await using here = await place();
      const head = `"import assert from 'node:assert/strict';" "import { test } from 'node:test';" "import { twice } from '../src/add.js';"`;
      const tests = (sum: number) =>
        `printf '%s\\n' ${head} "test('doubles more', () => assert.equal(twice(5), ${sum}));" > test/more.test.js`;
      const end = await here.run(
        'Add tests for `twice()`, which has too few: test coverage',
        { alpha: tests(11), beta: `sed -i.bak 's/a \\* 2/a + a/' src/add.js; rm src/add.js.bak; ${tests(10)}`, gamma: tests(10) },
        { args: ['--yes'] },
      );
      expect(end, end.stderr).toMatchObject({ code: 0 });
      const [task] = reportOf(end).tasks;
      expect(task!.winner).toBe('gamma');
      expect(task!.worlds.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/^Its new test fails on the code as it is/),
        'It is about tests, and changes what they test: src/add.js.',
        null,
      ]);
    },
  );
});

describe('where no world passes', () => {
  // It does what is asked for, and touches what judges it.
  const meddles = `${right}; echo 'registry=http://localhost/' > .npmrc`;

  it(
    'a person is asked where that is all that is left, and what they take is integrated; the record says who it was',
    { tags: ['campaign'], timeout: 3 * minute },
    async () => {
      await using here = await place(clampProject, { ...testsWithoutNpm, MIYABI_WORLDS_FALLBACK: '["ask"]' });
      const end = await here.run(issue, { alpha: meddles, beta: `exit 3` });
      expect(end, end.stderr).toMatchObject({ code: 4 });
      const status = await here.miyabi(['status', 'last']);
      expect(status.stdout.replaceAll(/\s+/g, ' ')).toMatch(
        /No world passed: .* Take alpha all the same \(It .*\.npmrc.*\)\? `miyabi diff .* alpha`/,
      );
      const wrong = await here.miyabi(['approve', 'last', '--world', 'beta', '--json']);
      expect(wrong).toMatchObject({ code: 4 });
      expect((await here.miyabi(['status', 'last'])).stdout).toContain('beta cannot be taken.');
      const empty = await here.miyabi(['pick', 'last', 'beta']);
      expect(empty).toMatchObject({ code: 7, stderr: expect.stringContaining('has no change that could be taken') });
      const taken = await here.miyabi(['pick', 'last', 'alpha', '--reason', 'it clamps', '--json']);
      expect(taken, taken.stderr).toMatchObject({ code: 0 });
      const { choice, steps } = (await explained(here)).tasks[0]!;
      expect(choice).toMatchObject({ kind: 'chosen', winner: 'alpha', decidedBy: 'person' });
      expect(steps).toMatchObject([{ strategy: 'ask', because: expect.stringMatching(/ took alpha: it clamps$/) }]);
      const [{ answered }] = (await here.miyabi(['inbox', '--answered', '--json'])).lines as unknown as readonly [
        { readonly answered: unknown },
      ];
      expect(answered).toMatchObject([
        { kind: 'choice', world: 'alpha', reason: 'it clamps', scope: 'once' },
        { kind: 'choice', world: 'beta' },
      ]);
    },
  );
});

describe('worlds.grow', () => {
  it(
    'begins with two, and is content where they agree; where they do not, the others are begun, and all are compared',
    { tags: ['campaign'], timeout: 3 * minute },
    async () => {
      await using here = await place(clampProject, { ...testsWithoutNpm, MIYABI_WORLDS_GROW: 'true', MIYABI_EARLY_UNBEATABLE: 'false' });
      const agreed = reportOf(await here.run(issue, { alpha: right, beta: alsoRight, gamma: right, delta: right, epsilon: right }));
      expect(agreed.tasks[0]!.worlds.map(({ world }) => world)).toEqual(['alpha', 'beta']);
      const grown = reportOf(await here.run(issue, { alpha: right, beta: onlyUpper, gamma: alsoRight }));
      expect(grown.tasks[0]!.worlds.map(({ world }) => world)).toEqual(['alpha', 'beta', 'gamma']);
      expect(['alpha', 'gamma']).toContain(grown.tasks[0]!.winner);
      const [task] = (await explained(here)).tasks;
      expect(task!.steps).toEqual([{ strategy: 'grow', because: 'the first two worlds do not agree' }]);
    },
  );
});

describe('worlds.mode sequential', () => {
  it('lives one world after the other', { tags: ['campaign'], timeout: 3 * minute }, async () => {
    await using here = await place(clampProject, {
      ...testsWithoutNpm,
      MIYABI_WORLDS_MODE: 'sequential',
      MIYABI_EARLY_UNBEATABLE: 'false',
    });
    const end = await here.run(issue, { alpha: onlyUpper, beta: right });
    expect(end, end.stderr).toMatchObject({ code: 0 });
    const { stdout } = await here.miyabi(['show', 'last']);
    const order = [...stdout.matchAll(/(alpha|beta)\.(run|check) (started|succeeded)/g)].map(([, world, part]) => `${world} ${part}`);
    expect(order.filter((_, index) => index % 2 === 0)).toEqual(['alpha run', 'alpha check', 'beta run', 'beta check']);
  });
});
