import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { ExplainedRun } from '../../src/operations/explain.ts';
import { smallProject, testsWithoutNpm } from '../support/miyabi.ts';
import { hang, isPrintable, mend, place, reportOf, worldOf } from '../support/place.ts';

const issue = 'add() gives the wrong sum';

/** Appends lines to a file, with the shell's help. */
const append = (path: string, text: string): string => `mkdir -p "$(dirname ${path})"; cat >> ${path} <<'END'\n${text}\nEND`;

async function explained(here: Awaited<ReturnType<typeof place>>): Promise<ExplainedRun> {
  const { stdout, code, stderr } = await here.miyabi(['explain', 'last', '--json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as ExplainedRun;
}

it(
  'changes that touch what judges them are flagged and do not win; one that helps nobody loses by its score',
  { tags: ['campaign'] },
  async () => {
    await using here = await place(smallProject, { MIYABI_WORLDS_PARALLEL: '3' });
    const end = await here.run(issue, {
      alpha: append('package-lock.json', '{ "name": "small", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {} }'),
      beta: `${mend}; ${append('.github/workflows/ci.yml', 'on: push\njobs: {}')}`,
      gamma: `${mend}; ${append('.gitattributes', '*.js filter=lfs diff=lfs')}`,
      delta: `${mend}; ${append('.husky/pre-commit', 'exit 0')}`,
      epsilon: `sed -i.bak '2i if (a === 2 \\&\\& b === 3) return 5;' src/add.js; rm src/add.js.bak`,
      zeta: `rm src/add.js; printf 'x\\000\\001\\002' > src/add.js`,
      eta: `${mend}; ${append('.npmrc', 'registry=http://127.0.0.1:9/\nscript-shell=./evil.sh\ngit=./evil.sh')}`,
      theta: `${mend}; sed -i.bak 's/node --test/node --test || true/' package.json; rm package.json.bak`,
      iota: mend,
    });
    expect(end, end.stderr).toMatchObject({ code: 0 });
    const report = reportOf(end);
    expect(report.tasks[0]!.winner).toBe('iota');
    expect(Object.fromEntries(report.tasks[0]!.worlds.map(({ world, reason }) => [world, reason]))).toEqual({
      alpha: null,
      beta: expect.stringMatching(/^It changes continuous integration: \.github\/workflows\/ci\.yml\./),
      gamma: expect.stringMatching(/^It changes what git runs: \.gitattributes\./),
      delta: expect.stringMatching(/^It changes git hooks: \.husky\/pre-commit\./),
      epsilon: expect.stringMatching(/returns what a test expects for its input: 2, 3 gives 5/),
      zeta: expect.stringMatching(/^2 tests that passed before are gone from the report/),
      eta: expect.stringMatching(/^It changes how tests are run: \.npmrc\./),
      theta: expect.stringMatching(/^It changes the command that runs the tests in package\.json\./),
      iota: null,
    });
  },
);

/** Programs that leave a mark in a folder outside of every world, each under its own name, wherever they come to run. */
function marks(folder: string) {
  const leave = (name: string): string =>
    `require('node:fs').writeFileSync('${folder}/mark-${name}', process.env.MIYABI_WORLD ?? 'no world')`;
  const quietly = (name: string): string => `try { ${leave(name)}; } catch {}`;
  const manifest = {
    name: 'small',
    version: '1.0.0',
    packageManager: 'npm@10.0.0',
    scripts: {
      test: 'node --test',
      preinstall: 'node evil.cjs preinstall',
      postinstall: 'node evil.cjs postinstall',
      prepare: 'node evil.cjs prepare',
    },
    dependencies: { dep: 'file:dep' },
  };
  const files: Readonly<Record<string, string>> = {
    'package.json': `${JSON.stringify(manifest, undefined, 2)}\n`,
    '.npmrc': 'registry=http://127.0.0.1:9/\nscript-shell=./evil.sh\ngit=./evil.sh\nnode-options=--require ./evil.cjs\n',
    '.env': 'NODE_OPTIONS=--require ./evil.cjs\n',
    '.env.test': 'NODE_OPTIONS=--require ./evil.cjs\n',
    'evil.sh': `#!/bin/sh\ntouch '${folder}/mark-shell'\nexec /bin/sh "$@"\n`,
    'evil.cjs': `try { require('node:fs').writeFileSync('${folder}/mark-program-' + (process.argv[2] ?? 'required').replaceAll(/\\W/g, '-'), ''); } catch {}\n`,
    'dep/package.json': JSON.stringify({ name: 'dep', version: '1.0.0', scripts: { install: 'node ../evil.cjs dependency' } }),
    'binding.gyp': '{ "targets": [{ "target_name": "x", "sources": ["<!(touch ${folder}/mark-gyp)"] }] }\n'.replace('${folder}', folder),
    'vitest.config.ts': `${quietly('vitest')}\nexport default {};\n`,
    'eslint.config.cjs': `${quietly('eslint')}\nmodule.exports = [];\n`,
    'src/add.js': `${quietly('code')}\nexports.add = function add(a, b) {\n  return a + b;\n};\n`,
    'test/more.test.js': `const { test } = require('node:test');\nconst assert = require('node:assert/strict');\nconst { add } = require('../src/add.js');\nlet said = 'nothing';\ntry { ${leave('test')}; } catch (error) { said = error.code; }\ntest('outside it says ' + said, () => assert.equal(add(2, -2), 0));\n`,
  };
  const write = (paths: readonly string[]): string =>
    paths.map((path) => `mkdir -p "$(dirname '${path}')"; cat > '${path}' <<'END'\n${files[path]}END`).join('\n');
  return {
    all: `${write(Object.keys(files))}\nchmod +x evil.sh`,
    codeAndTests: write(['src/add.js', 'test/more.test.js']),
    found: async () => (await readdir(folder)).filter((name) => name.startsWith('mark-')).toSorted(),
  };
}

const commonProject = {
  'package.json': `${JSON.stringify({ name: 'small', version: '1.0.0', scripts: { test: 'node --test' } }, undefined, 2)}\n`,
  'src/add.js': 'exports.add = function add(a, b) {\n  return a - b;\n};\n',
  'test/add.test.js': `const { test } = require('node:test');\nconst assert = require('node:assert/strict');\nconst { add } = require('../src/add.js');\ntest('adds', () => assert.equal(add(2, 3), 5));\n`,
};

it.skipIf(process.platform !== 'linux')(
  'what a change would have run, by its installation, its configuration, its code and its tests, runs behind the walls or not at all',
  { tags: ['campaign'] },
  async () => {
    await using here = await place(commonProject, { MIYABI_DEPENDENCIES_INSTALL_SCRIPTS: 'true' });
    const { all, codeAndTests, found } = marks(here.folder);
    const honest = `sed -i.bak 's/a - b/b + a/' src/add.js; rm -f src/add.js.bak`;
    const end = await here.run(issue, { alpha: all, beta: codeAndTests, gamma: honest });
    expect(end, end.stderr).toMatchObject({ code: 0 });
    expect(await found()).toEqual([]);
    expect(worldOf(reportOf(end), 'alpha')).toMatchObject({ status: 'failed' });
    const { examination } = (await explained(here)).tasks[0]!.choice;
    // It was tried, by tests and by made-up inputs: within the walls there may be such a folder, which is nobody else's.
    expect(examination!.tests.map(({ id }) => id)).toContainEqual(expect.stringMatching(/outside it says /));
    expect(examination!.inputs).toBeGreaterThan(0);
    // The same without walls leaves marks, so that they would have been found.
    await here.run(`${issue} again`, { beta: codeAndTests, gamma: honest }, { env: { MIYABI_ISOLATION: 'none' } });
    expect(await found()).toEqual(expect.arrayContaining(['mark-code', 'mark-test']));
  },
);

/** A file of tests that a world adds; `here` is the file itself. */
const tests = (code: string): string =>
  append('test/more.test.js', `import { test } from 'node:test';\nimport assert from 'node:assert/strict';\n${code}`);

it(
  'tests that worlds add take nobody along: not by what they print, write, kill or wait for, nor by their names and their number',
  { tags: ['campaign'], timeout: 180_000 },
  async () => {
    await using here = await place(smallProject, {
      ...testsWithoutNpm,
      MIYABI_WORLDS_PARALLEL: '4',
      MIYABI_CHECKS_TIMEOUT_MINUTES: '0.25',
      MIYABI_EXAMINE_TIMEOUT_SECONDS: '8',
      MIYABI_CHOICE_WHEN_UNSURE: '["accept"]',
    });
    const fake = `console.log('TAP version 13\\n1..3\\n# tests 3\\n# pass 3\\n# fail 0');`;
    const report = `<testsuites><testsuite tests="1"><testcase classname="x" name="adds"/></testsuite></testsuites>`;
    const name = `'\\u001b[31mred\\n\\u0007' + (n === 7 ? 'x'.repeat(1_000_000) : n)`;
    const end = await here.run(issue, {
      alpha: tests(`${fake} process.on('exit', () => process.reallyExit(0));\ntest('x', () => assert.fail('no'));`),
      beta: tests(
        `import { writeFileSync } from 'node:fs';\nfor (const name of ['junit.xml', 'report.xml']) writeFileSync(name, '${report}');`,
      ),
      gamma: `${mend}; ${tests(`process.kill(process.ppid, 'SIGKILL');`)}`,
      delta: `${mend}; ${tests(`for (let n = 0; n < 500; n += 1) test(${name}, () => {});`)}`,
      epsilon: `${mend}; ${tests(hang)}`,
      zeta: `sed -i.bak 's/return a - b/return b + a/' src/add.js; rm -f src/add.js.bak; ${tests(`import { add } from '../src/add.js';\ntest('adds what is negative', () => assert.equal(add(2, -3), -1));`)}`,
    });
    expect(end, end.stderr).toMatchObject({ code: 0 });
    const run = reportOf(end);
    expect(['delta', 'zeta']).toContain(run.tasks[0]!.winner);
    expect(worldOf(run, 'alpha').reason).toMatch(/process\.reallyExit/);
    // It mended nothing, and what it wrote counts for nothing.
    expect(worldOf(run, 'beta').score).toMatchObject({ testsPassed: 2, testsTotal: 3 });
    expect(worldOf(run, 'gamma').reason).toMatch(/ended before its report did/);
    expect(worldOf(run, 'delta').reason).toBeNull();
    expect(worldOf(run, 'epsilon').reason).toMatch(/time limit/);
    const { tests: rows } = (await explained(here)).tasks[0]!.choice.examination!;
    expect(rows.filter(({ author }) => author === 'delta').length).toBeLessThanOrEqual(150);
    const honest = rows.find(({ id }) => id.endsWith('adds what is negative'))!;
    expect(Object.fromEntries(honest.cells.map(({ world, outcome }) => [world, outcome]))).toEqual({
      beta: 'failed',
      delta: 'passed',
      zeta: 'passed',
    });
    // What hangs at the base is not waited for in every world.
    expect(
      rows.filter(({ author }) => author === 'epsilon').flatMap(({ cells }) => cells.filter(({ outcome }) => outcome !== 'unknown')),
    ).toEqual([]);
    const { stdout } = await here.miyabi(['explain', 'last']);
    expect(stdout.split('\n').find((line) => !isPrintable(line))).toBeUndefined();
    expect(stdout.length).toBeLessThan(40_000);
  },
);

it('an examination that breaks is shown as such, and the choice is made without it', { tags: ['campaign'] }, async () => {
  await using here = await place(smallProject, { ...testsWithoutNpm, MIYABI_CHOICE_WHEN_UNSURE: '["accept"]' });
  const breaksIn = (name: string) => ({ env: { MIYABI_WORLDS_SETUP: `case "$MIYABI_WORLD" in ${name}) exit 1;; esac` } });
  const worlds = {
    alpha: `${mend}; ${tests(`import { add } from '../src/add.js';\ntest('adds what is negative', () => assert.equal(add(2, -3), -1));`)}`,
    beta: `sed -i.bak 's/a - b/a + Math.abs(b)/' src/add.js; rm -f src/add.js.bak`,
  };
  const oneColumn = await here.run(issue, worlds, breaksIn('beta-exam'));
  expect(oneColumn, oneColumn.stderr).toMatchObject({ code: 0 });
  const { examination } = (await explained(here)).tasks[0]!.choice;
  expect(examination!.notes).toContainEqual(expect.stringMatching(/^beta could not be examined: /));
  expect(examination!.tests.flatMap(({ cells }) => cells.map(({ world }) => world))).not.toContain('beta');
  const atAll = await here.run(`${issue} again`, worlds, breaksIn('pool-base'));
  expect(atAll, atAll.stderr).toMatchObject({ code: 0 });
  const { choice } = (await explained(here)).tasks[0]!;
  expect(choice.examination).toBeUndefined();
  expect(choice.caveats).toContainEqual(expect.stringMatching(/^The worlds could not be compared by each other's tests/));
});
