import { expect, test } from 'vitest';
import { workflowStand } from '../../test/support/workflow-stand.ts';
import type { PooledTests, TestAuthor } from '../domain/examination.ts';
import { casesOf } from '../evaluation/test-outcomes.ts';
import { runEverybodysTests } from './run-everybodys-tests.ts';
import { runOf } from './tools.ts';

const project = {
  'package.json': `${JSON.stringify({ name: 'small', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } })}\n`,
  'src/add.js': 'export const add = (a, b) => a + b;\n',
  'test/add.test.js': `import { test } from 'node:test';\nimport { add } from '../src/add.js';\ntest('adds', () => { if (add(1, 1) !== 2) throw new Error('no'); });\n`,
};

const honest = `import { test } from 'node:test';
import { existsSync } from 'node:fs';
import { add } from '../src/add.js';
const { HOME, TMPDIR } = process.env;
test('adds', () => { if (add(2, 2) !== 4) throw new Error('not four'); });
test('finds nobody there', () => { if (existsSync(HOME + '/left') || existsSync(TMPDIR + '/left')) throw new Error('somebody was here'); });
test('runs alone', () => { if (existsSync('/proc/1/cmdline') && existsSync(TMPDIR + '/daemon')) throw new Error('a daemon is left'); });
`;

const wrong = `export const add = () => 0;\\n`;
/** What a test can do to the place in which it is run, with those in mind who come after it. */
const attacks: readonly (readonly [string, string])[] = [
  ['changes the code', `writeFileSync('src/add.js', '${wrong}');`],
  ['replaces a folder', `renameSync('src', 'gone'); mkdirSync('src'); writeFileSync('src/add.js', '${wrong}');`],
  ['plants a module that goes first', `mkdirSync('test/node_modules'); writeFileSync('package.json', '{"type":"module","imports":{}}');`],
  [
    'changes the code and sets its time back',
    `const { atimeMs, mtimeMs } = statSync('src/add.js'); writeFileSync('src/add.js', '${wrong}'); utimesSync('src/add.js', atimeMs / 1000, mtimeMs / 1000);`,
  ],
  ['leaves a file at home', `writeFileSync(process.env.HOME + '/left', '');`],
  ['leaves a file in the temporary folder', `writeFileSync(process.env.TMPDIR + '/left', '');`],
  [
    'leaves a program that waits',
    `spawn('sh', ['-c', 'trap "" TERM HUP; sleep 0.3; while :; do echo "${wrong}" > src/add.js; touch "$TMPDIR/daemon"; sleep 0.05; done'], { detached: true, stdio: 'ignore' }).unref();`,
  ],
];

const head = `import { test } from 'node:test';
import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';\n`;

/** Runs the tests of alpha, each a body in a file of its own, each followed by those of somebody honest, on the code of beta. */
async function afterEach(bodies: readonly (readonly [string, string])[], memoryGigabytes = 8) {
  await using stand = await workflowStand(project);
  const { tools, checks, git } = stand;
  const commit = git.repository.head;
  const files = bodies.map(([name, code], index) => ({
    path: `test/attack-${index}.test.js`,
    to: { kind: 'text', text: `${head}test('${name}', () => { ${code} });\n` } as const,
  }));
  const more = [...files, { path: 'test/honest.test.js', to: { kind: 'text', text: honest } as const }];
  const objects = await git.mirror.objects(await git.mirror.graft({ commit, from: commit, files: more }));
  const of = (author: TestAuthor, path: string): PooledTests => ({
    author,
    run: [path],
    files: [{ path, blob: objects.get(path)!.split(':')[1]!, executable: false }],
  });
  const context = stand.context(1, {});
  const { config } = runOf(context);
  return await runEverybodysTests(
    tools,
    { ...context, attributes: { ...runOf(context), config: { ...config, limits: { ...config.limits, memoryGigabytes } } } },
    {
      mirror: git.mirror,
      place: { name: 'beta-exam', commit, checks },
      where: 'on the code of beta',
      pool: files.flatMap(({ path }) => [of('alpha', path), of('writer-1', 'test/honest.test.js')]),
    },
  );
}

const well = { adds: 'passed', 'finds nobody there': 'passed', 'runs alone': 'passed' };

function endsOf({ tests }: Awaited<ReturnType<typeof afterEach>>) {
  return tests.map(({ evidence }) => Object.fromEntries(casesOf(evidence).map(({ id, status }) => [id.split(' > ')[1], status])));
}

test('what tests of one author do to the place in which they are run, those of the next do not meet', { tags: ['campaign'] }, async () => {
  const ran = await afterEach(attacks);
  expect(endsOf(ran)).toEqual(attacks.flatMap(([name]) => [{ [name]: 'passed' }, well]));
  expect(ran.notes).toEqual([]);
});

test('tests that break a rule are known to nobody, and take no others along', async () => {
  const eat = `const all = []; for (let n = 0; n < 60; n += 1) all.push(Buffer.alloc(1e7, 1)); setTimeout(() => all, 5_000);`;
  const ran = await afterEach([['eats memory', eat]], 0.2);
  expect(ran.tests[0]!.evidence).toMatchObject({ kind: 'none', reason: expect.stringContaining('used more than 215 MB of memory') });
  expect(endsOf(ran)[1]).toEqual(well);
  expect(ran.notes).toEqual([
    expect.stringMatching(/^The tests of alpha were stopped on the code of beta: used more than 215 MB of memory.*\.$/),
  ]);
});
