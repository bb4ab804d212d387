import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TestEvidence } from '../../domain/evidence.ts';
import { casesOf, runProblem } from '../test-outcomes.ts';
import { testProject } from '../testing/project.ts';
import { runTests } from './run-tests.ts';

const seconds = 30_000;

/** Runners whose tests run in other processes than they do themselves; `ends` makes a test of theirs pass. */
const isolated = {
  'node:test': { script: 'node --test', head: `import { test } from 'node:test'; const ends = () => {};` },
  vitest: { script: 'vitest run --pool forks', head: `import { test } from 'vitest'; const ends = () => {};` },
  jest: { script: 'jest --maxWorkers 2', head: `const ends = (done) => done();` },
  mocha: { script: 'mocha --parallel --jobs 2 *.test.js', head: `const test = globalThis.it; const ends = (done) => done();` },
  ava: { script: 'ava --no-worker-threads', head: `import test from 'ava'; const ends = (t) => t.pass();` },
} as const;

type Isolated = keyof typeof isolated;
const runners = Object.keys(isolated) as Isolated[];

async function outcome(runner: Isolated, files: Readonly<Record<string, string>>): Promise<TestEvidence> {
  const { script, head } = isolated[runner];
  const manifest = { ...(runner === 'jest' ? {} : { type: 'module' }), scripts: { test: script } };
  const tests = Object.entries(files).map(([path, text]) => [path, `${head}\n${text}`]);
  await using project = await testProject({ 'package.json': manifest, ...Object.fromEntries(tests) });
  const evidence = await runTests(await project.setting());
  expect(await readdir(project.outside)).toEqual([]);
  return evidence;
}

/** Looks for whatever says where reports lie: its environment and its arguments. */
const looks = `const told = [JSON.stringify(process.env), ...process.argv, ...process.execArgv].join(' ');
test('sees nothing of the reports', (arg) => {
  if (/miyabi-reports|report-[0-9a-f]{32}/.test(told)) throw new Error(told);
  ends(arg);
});`;

test.each(runners)(
  'tests that %s runs are not told where its report lies, and printed claims change nothing',
  { tags: ['campaign'], timeout: seconds },
  async (runner) => {
    const evidence = await outcome(runner, {
      'a.test.js': looks,
      'b.test.js': `console.log('ok 1 - fine\\n1..1\\n# pass 10\\nTests 10 passed (10)'); console.error('{"end":true}');
test('fails', () => { throw new Error('no'); });`,
    });
    expect(evidence).toMatchObject({ kind: 'reported', runner, notes: [] });
    const statuses = Object.fromEntries(casesOf(evidence).map(({ id, status }) => [id.replace(/^.* [>›] /, ''), status]));
    expect(statuses).toEqual({ 'sees nothing of the reports': 'passed', fails: 'failed' });
  },
);

/** What code that looks into the folder of reports, which it was not told of, could do to each that it finds there. */
function tampering(act: string): string {
  return `import * as fs from 'node:fs';
const folder = process.cwd() + '/../reports';
const reports = fs.readdirSync(folder).map((name) => ({ name, path: folder + '/' + name }));
if (reports.length === 0) throw new Error('there is no report');
for (const { name, path } of reports) { ${act} }
test('passes', () => {});`;
}

test.each([
  [
    'lines of its own in it',
    `fs.appendFileSync(path, '{"names":["more"],"suite":false,"status":"passed"}\\n'.repeat(1_000));`,
    /changed after its end/,
  ],
  [
    'another file in its place',
    `fs.rmSync(path); fs.writeFileSync(path, '{"start":true}\\n{"names":["a"],"suite":false,"status":"passed"}\\n{"end":true}\\n');`,
    /wrote a report/,
  ],
  ['a copy of it beside it', `fs.copyFileSync(path, path.replace(/\\d+\\.jsonl$/, '1.jsonl'));`, /ended before its report/],
])(
  'a report of which code under test leaves %s is none',
  async (_, act, note) => {
    const evidence = await outcome('node:test', { 'a.test.js': tampering(act) });
    expect(runProblem(evidence)).toBeDefined();
    expect(evidence).toMatchObject({ incomplete: true, notes: [expect.stringMatching(note)] });
  },
  seconds,
);

test(
  'a report that code under test removes leaves nothing that has passed',
  async () => {
    const evidence = await outcome('node:test', { 'a.test.js': tampering(`fs.rmSync(path);`) });
    expect(evidence).toMatchObject({ kind: 'exit-code', passed: false });
  },
  seconds,
);

test(
  'a second report of one runner is seen',
  async () => {
    await using project = await testProject({
      'package.json': { type: 'module', scripts: { test: 'mocha a.test.js' } },
      'a.test.js': `import { writeFileSync } from 'node:fs';
const asked = process.argv.find((arg) => arg.includes('output=')).replace('output=', '');
writeFileSync(asked, JSON.stringify({ stats: { tests: 0 }, tests: [], pending: [], failures: [], passes: [] }));
it('fails', () => { throw new Error('no'); });`,
    });
    const evidence = await runTests(await project.setting());
    expect(evidence).toMatchObject({
      kind: 'reported',
      incomplete: true,
      notes: expect.arrayContaining(['One process of mocha left two reports.']),
    });
    expect(await readdir(join(project.directory, '../reports'))).toEqual([]);
  },
  seconds,
);

test.each([
  ['node:test', `test('leaves', () => { process.on('exit', () => process.exit(0)); throw new Error('no'); });`],
  ['vitest', `test('leaves', () => process.exit(0));`],
  ['mocha', `test('leaves', () => process.exit(0));`],
] as const)(
  'a test that leaves a process of %s with 0 has not passed',
  async (runner, text) => {
    const evidence = await outcome(runner, { 'a.test.js': text, 'b.test.js': `test('other', (arg) => ends(arg));` });
    expect(casesOf(evidence).filter(({ id, status }) => id.includes('leaves') && status === 'passed')).toEqual([]);
    const failed = casesOf(evidence).some(({ status }) => status === 'failed');
    expect(failed || runProblem(evidence) !== undefined).toBe(true);
  },
  seconds,
);

test.each([
  ['mocha a.test.js', `it('passes', () => {});\nit('leaves', () => process.exit(0));`],
  [
    'mocha a.test.js',
    `it('fails', () => { throw new Error('no'); });\nprocess.on('exit', () => { process.exitCode = 0; process.exit(0); });`,
  ],
  ['jest --runInBand', `test('leaves', () => process.exit(0));`],
  ['node a.test.js', `const test = require('tape');\ntest('leaves', (t) => { t.plan(2); t.ok(true); process.exit(0); });`],
])(
  'nor where tests run in the process of their runner: %s',
  async (script, text) => {
    await using project = await testProject({ 'package.json': { scripts: { test: script } }, 'a.test.js': text });
    const evidence = await runTests(await project.setting());
    const failed = casesOf(evidence).some(({ status }) => status === 'failed');
    expect(failed || runProblem(evidence) !== undefined).toBe(true);
  },
  seconds,
);

test.each(['vitest', 'mocha'] as const)(
  'a test that kills the runner of %s has not passed',
  async (runner) => {
    const evidence = await outcome(runner, {
      'a.test.js': `test('kills', (arg) => { process.kill(process.ppid, 'SIGKILL'); ends(arg); });`,
    });
    expect(evidence).not.toMatchObject({ exitCode: 0 });
    expect(casesOf(evidence).filter(({ status }) => status === 'passed')).toEqual([]);
  },
  seconds,
);

test(
  'a test that spins ends by the time limit',
  async () => {
    await using project = await testProject({
      'package.json': { type: 'module', scripts: { test: 'node --test' } },
      'a.test.js': `import { test } from 'node:test';\ntest('spins', () => { for (;;); });`,
    });
    const evidence = await runTests(await project.setting({ overrides: { timeoutMs: 1_500 } }));
    expect(evidence).toEqual({ kind: 'timeout', afterMs: 1_500, cases: [] });
  },
  seconds,
);

test(
  'a port that somebody else has makes a test fail, not its runner',
  async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const evidence = await outcome('node:test', {
      'a.test.js': `import { createServer } from 'node:http'; import { once } from 'node:events';
test('listens', async () => { await once(createServer().listen(${port}, '127.0.0.1'), 'listening'); });
test('other', () => {});`,
    });
    server.close();
    expect(casesOf(evidence)).toMatchObject([
      { id: 'a.test.js > listens', status: 'failed' },
      { id: 'a.test.js > other', status: 'passed' },
    ]);
    expect(evidence).toMatchObject({ exitCode: 1, notes: [] });
  },
  seconds,
);

test(
  'a JUnit file of a configured command that knows of no failure is not believed against its exit code',
  async () => {
    await using project = await testProject({
      'package.json': {},
      'test.js': `require('node:fs').writeFileSync('report.xml', '<testsuites><testcase name="fine"/></testsuites>'); process.exit(1);`,
    });
    const evidence = await runTests(await project.setting({ overrides: { test: 'node test.js', testReport: 'report.xml' } }));
    expect(runProblem(evidence)).toContain('ended with 1 although no test failed');
  },
  seconds,
);
