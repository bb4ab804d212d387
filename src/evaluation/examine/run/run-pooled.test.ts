import { chmod, lstat, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PooledTests } from '../../../domain/examination.ts';
import { casesOf } from '../../test-outcomes.ts';
import { testProject, type TestProject } from '../../testing/project.ts';
import { runPooled } from './run-pooled.ts';

const head = `import { test } from 'node:test';\nimport assert from 'node:assert/strict';\n`;
const sum = `${head}import { sum } from '../src/sum.js';\ntest('sums', () => assert.equal(sum([1, 2]), 3));\ntest('sums nothing', () => assert.equal(sum([]), 0));\n`;

const project = (script: string) =>
  testProject({
    'package.json': { type: 'module', scripts: { test: script } },
    'src/sum.js': 'export const sum = (all) => all.reduce((a, b) => a + b);',
    'test/old.test.js': `${head}test('old', () => {});`,
  });

/** The tests of one author, and their contents by blob. */
function pooled(files: Readonly<Record<string, string>>, run = Object.keys(files)) {
  const tests: PooledTests = {
    author: 'writer-1',
    run,
    files: Object.keys(files).map((path) => ({ path, blob: `blob of ${path}`, executable: path.endsWith('.sh') })),
  };
  return { tests, contents: new Map(Object.entries(files).map(([path, text]) => [`blob of ${path}`, Buffer.from(text)])) };
}

async function ran(of: TestProject, files: Readonly<Record<string, string>>, run?: readonly string[], timeoutMs = 15_000) {
  const evidence = await runPooled({ setting: await of.setting(), ...pooled(files, run?.slice()), timeoutMs });
  return { evidence, outcome: Object.fromEntries(casesOf(evidence).map(({ id, status }) => [id, status])) };
}

const allFiles = async ({ directory }: TestProject) => [
  ...(await readdir(directory)),
  ...(await readdir(join(directory, 'test'), { recursive: true })),
];

test('tests of an author are run alone, with what lies beside them, and leave the checkout as it was', async () => {
  await using of = await project('node --test');
  await chmod(join(of.directory, 'test/old.test.js'), 0o755);
  const before = await allFiles(of);
  const replaced = `${sum}import { readFileSync, mkdirSync, rmSync } from 'node:fs';
    test('finds its data', () => assert.equal(readFileSync(new URL('./data/deep/a.txt', import.meta.url), 'utf8'), 'x'));
    mkdirSync(new URL('./data/left', import.meta.url)); rmSync(new URL('./old.test.js', import.meta.url));`;
  const { evidence, outcome } = await ran(of, { 'test/old.test.js': replaced, 'test/data/deep/a.txt': 'x' }, ['test/old.test.js']);
  expect(evidence).toMatchObject({ kind: 'reported', runner: 'node:test' });
  expect(outcome).toEqual({
    'test/old.test.js > sums': 'passed',
    'test/old.test.js > sums nothing': 'failed',
    'test/old.test.js > finds its data': 'passed',
  });
  expect(await allFiles(of)).toEqual(before);
  expect(await readFile(join(of.directory, 'test/old.test.js'), 'utf8')).toContain(`test('old'`);
  expect((await lstat(join(of.directory, 'test/old.test.js'))).mode & 0o777).toBe(0o755);
});

test('tests that hang or crash spoil nothing for those of the next author', async () => {
  await using of = await project('node --test');
  const hanging = `${head}import { test as it } from 'node:test';\nit('quick', () => {}); it('hangs', async () => { for (;;) {} });`;
  expect((await ran(of, { 'test/a.test.js': hanging }, undefined, 1_500)).evidence.kind).toBe('timeout');
  const crashing = await ran(of, { 'test/a.test.js': 'process.kill(process.pid, "SIGKILL");' });
  expect(Object.values(crashing.outcome)).toEqual(['failed']);
  expect((await ran(of, { 'test/a.test.js': sum })).outcome).toEqual({
    'test/a.test.js > sums': 'passed',
    'test/a.test.js > sums nothing': 'failed',
  });
});

test('where the whole command has to be run, only cases of these files are read', async () => {
  await using of = await project('true && node --test');
  expect((await ran(of, { 'test/a.test.js': sum })).outcome).toEqual({
    'test/a.test.js > sums': 'passed',
    'test/a.test.js > sums nothing': 'failed',
  });
  await of.write({ 'package.json': JSON.stringify({ scripts: { test: 'true' } }) });
  expect((await ran(of, { 'test/a.test.js': sum })).evidence).toEqual({
    kind: 'none',
    reason: 'Only how all tests ended together is known, and not how these did.',
  });
});

test('nothing is laid through a link that leads out, and nothing in the place of a folder; what was laid before that goes', async () => {
  await using of = await project('node --test');
  await symlink(of.outside, join(of.directory, 'spec'));
  await mkdir(join(of.directory, 'test/taken.test.js'));
  const before = await allFiles(of);
  for (const path of ['spec/a.test.js', 'spec/deep/a.test.js', 'test/taken.test.js', 'test/old.test.js/a.test.js']) {
    const { evidence } = await ran(of, { 'test/new/first.test.js': sum, [path]: sum });
    expect(evidence).toMatchObject({ kind: 'none', reason: expect.stringContaining(`${path} cannot be laid`) });
  }
  expect(await allFiles(of)).toEqual(before);
  expect(await readdir(of.outside)).toEqual([]);
});

test('a link in the place of a file is put back as a link, and what it leads to is not touched', async () => {
  await using of = await project('node --test');
  await of.write({ 'src/target.js': 'untouched' });
  await symlink('../src/target.js', join(of.directory, 'test/link.test.js'));
  expect((await ran(of, { 'test/link.test.js': sum })).outcome).toHaveProperty(['test/link.test.js > sums'], 'passed');
  expect((await lstat(join(of.directory, 'test/link.test.js'))).isSymbolicLink()).toBe(true);
  expect(await readFile(join(of.directory, 'src/target.js'), 'utf8')).toBe('untouched');
});
