import { existsSync } from 'node:fs';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { casesOf, runProblem } from '../test-outcomes.ts';
import { commit } from '../testing/evidence.ts';
import { testProject } from '../testing/project.ts';
import { runChecks } from './run.ts';
import { runTests } from './run-tests.ts';

const seconds = 30_000;
const head = `import { test } from 'node:test';\n`;

async function outcome(files: Record<string, unknown>, options: { script?: string; timeoutMs?: number; node?: string } = {}) {
  await using project = await testProject({
    'package.json': { type: 'module', scripts: { test: options.script ?? 'node --test' } },
    ...files,
  });
  const setting = await project.setting({
    ...(options.timeoutMs === undefined ? {} : { overrides: { timeoutMs: options.timeoutMs } }),
    ...(options.node === undefined ? {} : { node: options.node }),
  });
  const evidence = await runTests(setting);
  expect(await readdir(project.outside)).toEqual([]);
  return evidence;
}

test(
  'a hanging test ends by the time limit, and the tests before it are known',
  async () => {
    const evidence = await outcome(
      {
        'a.test.js': `${head}test('quick', () => {});\ntest('hangs', () => new Promise(() => { setInterval(() => {}, 1_000); }));`,
        'b.test.js': `${head}test('other', () => {});`,
      },
      { timeoutMs: 5_000, script: 'node --test --test-concurrency=2' },
    );
    expect(evidence).toMatchObject({ kind: 'timeout', afterMs: 5_000 });
    expect(casesOf(evidence)).toMatchObject([{ id: 'a.test.js > quick', status: 'passed' }]);
  },
  seconds,
);

test(
  'a test that waits for an answer on stdin gets none',
  async () => {
    const evidence = await outcome(
      {
        'a.test.js': `${head}import { readFileSync } from 'node:fs';\ntest('asks', () => { if (readFileSync(0, 'utf8') !== '') throw new Error('answered'); });`,
      },
      // Files that run on their own get a pipe from node:test that nobody ever closes.
      { script: 'node --test --test-isolation=none a.test.js' },
    );
    expect(casesOf(evidence).map((entry) => entry.status)).toEqual(['passed']);
  },
  seconds,
);

test(
  'failures in the report count although the command ends with 0',
  async () => {
    const evidence = await outcome(
      { 'a.test.js': `${head}test('fails', () => { throw new Error('no'); });` },
      { script: 'node --test || true' },
    );
    expect(casesOf(evidence).map((entry) => entry.status)).toEqual(['failed']);
    expect(evidence).toMatchObject({ exitCode: 0, notes: [expect.stringContaining('although 1 of its tests failed')] });
  },
  seconds,
);

test(
  'a command that ends with 1 is no pass although every test passed',
  async () => {
    const evidence = await outcome({ 'a.test.js': `${head}test('passes', () => {});` }, { script: 'node --test && exit 3' });
    expect(evidence).toMatchObject({ kind: 'reported', exitCode: 3, notes: [expect.stringContaining('although no test failed')] });
    expect(runProblem(evidence)).toContain('3');
  },
  seconds,
);

test(
  'printed claims of success are not believed',
  async () => {
    const evidence = await outcome(
      { 'a.js': `console.log('ok 1 - fine\\n1..1\\n# pass 10\\nTests 10 passed (10)'); process.exit(0);` },
      { script: 'node a.js && exit 0 && node --test' },
    );
    expect(evidence).toMatchObject({ kind: 'exit-code', passed: false });
  },
  seconds,
);

test(
  'tests that end their own file are missing, not passed',
  async () => {
    const evidence = await outcome({
      'a.test.js': `${head}test('before', () => {});\ntest('leaves', () => process.exit(0));\ntest('after', () => {});`,
    });
    const passed = casesOf(evidence).filter((entry) => entry.status === 'passed');
    expect(passed.map((entry) => entry.id)).not.toContain('a.test.js > after');
    expect(passed.map((entry) => entry.id)).not.toContain('a.test.js > leaves');
  },
  seconds,
);

test(
  'a runner that is killed has not passed',
  async () => {
    const evidence = await outcome({
      'a.test.js': `${head}test('kills', () => { process.kill(process.ppid, 'SIGKILL'); });`,
    });
    expect(evidence.kind === 'exit-code' ? !evidence.passed : runProblem(evidence) !== undefined).toBe(true);
  },
  seconds,
);

test(
  'a report that the project writes itself is not looked at',
  async () => {
    const evidence = await outcome({
      'a.test.js': `${head}import { writeFileSync } from 'node:fs';
writeFileSync('report.json', '{"testResults":[]}');
test('fails', () => { throw new Error('no'); });`,
      'junit.xml': '<testsuites><testcase name="fine"/></testsuites>',
    });
    expect(casesOf(evidence).map((entry) => entry.id)).toEqual(['a.test.js > fails']);
  },
  seconds,
);

test.each([
  'node --test --test-reporter=dot',
  'node --test --test-reporter tap --test-reporter-destination stdout',
  'npm run -s inner',
  'node run.js',
])(
  'reports arrive whatever the script asks for itself: %s',
  async (script) => {
    const evidence = await outcome(
      {
        'package.json': { type: 'module', scripts: { test: script, inner: 'node --test a.test.js' } },
        'run.js': `import { spawnSync } from 'node:child_process';
process.exit(spawnSync(process.execPath, ['--test'], { stdio: 'inherit' }).status);`,
        'a.test.js': `${head}test('passes', () => {});`,
      },
      { script },
    );
    expect(evidence).toMatchObject({ kind: 'reported', runner: 'node:test', exitCode: 0, notes: [] });
    expect(casesOf(evidence)).toMatchObject([{ id: 'a.test.js > passes', status: 'passed' }]);
  },
  seconds,
);

test.each([
  ['vitest', 'vitest run --reporter dot --outputFile=own.json', `import { test } from 'vitest'; test('a', () => {});`],
  ['jest', 'jest --json --outputFile own.json', `test('a', () => {});`],
  ['mocha', 'mocha -R dot --reporter-option=output=own.json a.test.js', `it('a', () => {});`],
])(
  '%s reports to us although the script wants its report elsewhere',
  async (runner, script, text) => {
    const evidence = await outcome({ 'package.json': { scripts: { test: script } }, 'a.test.js': text }, { script });
    expect(evidence).toMatchObject({ kind: 'reported', runner, cases: [{ id: 'a.test.js > a', status: 'passed' }] });
  },
  seconds,
);

test(
  'where Node refuses our reporter beside the one of a program, the exit code is all that is known',
  async () => {
    const run = (status: number) => `import { spawnSync } from 'node:child_process';
const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=dot'], { stdio: 'inherit' });
process.exit(status === 0 ? ${status} : 9);`;
    const passing = { 'a.test.js': `${head}test('passes', () => {});` };
    expect(await outcome({ ...passing, 'run.js': run(0) }, { script: 'node run.js' })).toMatchObject({ kind: 'exit-code', passed: true });
    expect(await outcome({ ...passing, 'run.js': run(4) }, { script: 'node run.js' })).toMatchObject({
      kind: 'exit-code',
      passed: false,
      exitCode: 4,
    });
  },
  seconds,
);

// The target may run an older Node than ours; tried where the machine has one.
test.skipIf(!existsSync('/usr/bin/node'))(
  'the Node of the machine reports in the same words',
  async () => {
    const evidence = await outcome({ 'test/a.test.js': `${head}test('passes', () => {});` }, { node: '/usr/bin/node' });
    expect(evidence).toMatchObject({ kind: 'reported', cases: [{ id: 'test/a.test.js > passes', file: 'test/a.test.js' }] });
  },
  seconds,
);

test(
  'a configured command may write JUnit XML; one that lies there already is not believed',
  async () => {
    await using project = await testProject({
      'package.json': {},
      'report.xml': '<testsuites><testcase name="stale"/></testsuites>',
      'write.js': `require('node:fs').writeFileSync('report.xml', '<testsuites><testsuite name="s"><testcase name="fresh"/></testsuite></testsuites>')`,
    });
    const fresh = await runTests(await project.setting({ overrides: { test: 'node write.js', testReport: 'report.xml' } }));
    expect(casesOf(fresh)).toMatchObject([{ id: 's > fresh', status: 'passed' }]);
    const stale = await runTests(await project.setting({ overrides: { test: 'true', testReport: 'report.xml' } }));
    expect(stale).toMatchObject({ kind: 'exit-code', passed: false });
  },
  seconds,
);

test(
  'after a failed build no test is run, and everything else is',
  async () => {
    await using project = await testProject({
      'package.json': { scripts: { build: 'echo "error: broken" && exit 2', typecheck: 'true', test: 'node --test', lint: 'true' } },
    });
    const steps: string[] = [];
    const evidence = await runChecks({
      ...(await project.setting()),
      commit: commit('1'),
      install: { kind: 'none', reason: 'There are no dependencies.' },
      onStep: (step) => steps.push(step),
    });
    expect(steps).toEqual(['build', 'type check', 'lint']);
    expect(evidence).toMatchObject({
      build: { kind: 'failed', exitCode: 2, output: expect.stringContaining('error: broken') },
      typeCheck: { kind: 'passed' },
      tests: { kind: 'none', reason: 'Not run: the build failed.' },
      lint: { kind: 'reported', warnings: 0, errors: 0 },
    });
  },
  seconds,
);

test(
  'the linter judges what was committed, not what the tests wrote over it',
  async () => {
    await using project = await testProject({
      'package.json': { type: 'module', scripts: { test: 'node --test', lint: 'node lint.js' } },
      'lint.js': `import { readFileSync } from 'node:fs';\nprocess.exit(readFileSync('a.js', 'utf8').includes('ugly') ? 1 : 0);`,
      'a.js': 'fine',
      'a.test.js': `${head}import { writeFileSync } from 'node:fs';\ntest('writes', () => writeFileSync('a.js', 'ugly'));`,
    });
    const evidence = await runChecks({ ...(await project.setting()), commit: commit('1'), install: { kind: 'none', reason: '' } });
    expect(await readFile(join(project.directory, 'a.js'), 'utf8')).toBe('ugly');
    expect(evidence.lint).toMatchObject({ kind: 'reported', warnings: 0, errors: 0 });
  },
  seconds,
);

test(
  'a cancelled check throws the reason of the cancellation',
  async () => {
    await using project = await testProject({ 'package.json': { scripts: { build: 'touch started && sleep 60' } } });
    const controller = new AbortController();
    const checks = runChecks({
      ...(await project.setting()),
      commit: commit('1'),
      install: { kind: 'none', reason: '' },
      signal: controller.signal,
      onStep: () => setImmediate(() => controller.abort(new Error('enough'))),
    });
    await expect(checks).rejects.toThrow('enough');
  },
  seconds,
);

test(
  'oxlint is counted by its own report',
  async () => {
    await using project = await testProject({
      'package.json': { scripts: { lint: 'oxlint a.js' } },
      'a.js': 'debugger;\nif (true) { const unused = 1; }\n',
    });
    const evidence = await runChecks({ ...(await project.setting()), commit: commit('1'), install: { kind: 'none', reason: '' } });
    expect(evidence.lint).toMatchObject({ kind: 'reported' });
    expect(evidence.lint.kind === 'reported' ? evidence.lint.warnings + evidence.lint.errors : 0).toBeGreaterThanOrEqual(2);
  },
  seconds,
);

test(
  'a report is neither removed nor read through a link that leaves the project',
  async () => {
    await using project = await testProject({ 'package.json': {} });
    const theirs = join(project.outside, 'report.xml');
    await writeFile(theirs, '<testsuites><testcase name="theirs"/></testsuites>');
    await symlink(project.outside, join(project.directory, 'out'));
    const through = await runTests(await project.setting({ overrides: { test: 'true', testReport: 'out/report.xml' } }));
    expect(through).toMatchObject({ kind: 'exit-code', passed: false });
    expect(await readFile(theirs, 'utf8')).toContain('theirs');
    const linked = await runTests(await project.setting({ overrides: { test: `ln -s "${theirs}" mine.xml`, testReport: 'mine.xml' } }));
    expect(linked).toMatchObject({ kind: 'exit-code', passed: false });
  },
  seconds,
);
