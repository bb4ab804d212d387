import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testProject } from '../testing/project.ts';
import { readForeign, withFolderInside } from './read-foreign.ts';
import { openReporting } from './reporting.ts';
import { runLint } from './run-lint.ts';
import { runTests } from './run-tests.ts';

const seconds = 30_000;

/** For a program of the target's that wants to do harm: how the paths of the reports of its run begin. */
const prefixInside = `decodeURIComponent(/miyabi-reports:([^:\\s]+)/.exec(process.env.NODE_OPTIONS)[1])`;

async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'planted ')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const lintReport = '[{"errorCount":7,"warningCount":0}]';

test.each([
  ['a fifo', `execFileSync('mkfifo', [report])`],
  ['a link that leads out', `fs.symlinkSync(join(process.cwd(), '../theirs.json'), report)`],
  ['a folder', `fs.mkdirSync(report)`],
  ['a file that nobody can hold', `fs.truncateSync(fs.openSync(report, 'w'), 1e12)`],
])(
  'a report of a linter that is %s is unreadable, and nobody waits for it',
  async (_, plant) => {
    await using project = await testProject({
      'package.json': { scripts: { lint: 'node lint.js' } },
      'lint.js': `const fs = require('node:fs'); const { join } = require('node:path'); const { execFileSync } = require('node:child_process');
const report = ${prefixInside} + 'eslint-1.json';
${plant};
process.exit(3);`,
    });
    await writeFile(join(project.directory, '../theirs.json'), lintReport);
    expect(await runLint(await project.setting())).toMatchObject({ kind: 'failed' });
  },
  seconds,
);

test(
  'a report that the runner itself did not write is none',
  async () => {
    await using project = await testProject({
      'package.json': { scripts: { lint: 'node lint.js' } },
      'lint.js': `require('node:fs').writeFileSync(${prefixInside} + 'eslint-1.json', '${lintReport}'); process.exit(1);`,
    });
    expect(await runLint(await project.setting())).toMatchObject({ kind: 'failed' });
  },
  seconds,
);

test.each([
  ['its folder has become a link that leads out', 'ln -s "$PWD/../theirs" out'],
  ['it has become a fifo', 'mkdir out && mkfifo out/report.xml'],
])(
  'a JUnit file is not read when during the run %s',
  async (_, command) => {
    await using project = await testProject({ 'package.json': {} });
    await mkdir(join(project.directory, '../theirs'));
    await writeFile(join(project.directory, '../theirs/report.xml'), '<testsuites><testcase name="theirs"/></testsuites>');
    const evidence = await runTests(await project.setting({ overrides: { test: `sh -c '${command}'`, testReport: 'out/report.xml' } }));
    expect(evidence).toMatchObject({ kind: 'exit-code', passed: false, exitCode: 0 });
  },
  seconds,
);

test.skipIf(process.platform !== 'linux')(
  'a folder that is swapped for a link all the time is either the one inside or none',
  async () => {
    const top = await temporaryFolder();
    const [inside, theirs] = [join(top, 'checkout'), join(top, 'theirs')];
    await mkdir(join(inside, 'real'), { recursive: true });
    await mkdir(theirs);
    await writeFile(join(inside, 'real', 'file'), 'inside');
    await writeFile(join(theirs, 'file'), 'theirs');
    await symlink(theirs, join(inside, 'link'));
    const swapping = spawn(
      process.execPath,
      [
        '-e',
        `const { renameSync } = require('node:fs');
process.chdir(process.argv[1]);
console.log('swapping');
for (;;) {
  renameSync('real', 'at'); renameSync('at', 'real');
  renameSync('link', 'at'); renameSync('at', 'link');
}`,
        inside,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    onTestFinished(async () => {
      swapping.kill('SIGKILL');
      await once(swapping, 'exit');
    });
    await once(swapping.stdout, 'data');
    const seen = new Map<string | undefined, number>();
    while ((seen.get('inside') ?? 0) < 300 || (seen.get(undefined) ?? 0) < 300) {
      const text = await withFolderInside(inside, 'at', (folder) => readForeign(join(folder, 'file')));
      seen.set(text, (seen.get(text) ?? 0) + 1);
    }
    expect(new Set(seen.keys())).toEqual(new Set(['inside', undefined]));
  },
  seconds,
);

test('nothing is made or entered where programs of the target may write, and what they put there is not followed', async () => {
  const top = await temporaryFolder();
  const [given, theirs] = [join(top, 'given'), join(top, 'theirs')];
  await mkdir(given);
  await mkdir(theirs);
  await writeFile(join(theirs, 'file'), 'theirs');
  {
    await using reporting = await openReporting(given);
    expect(await readdir(given)).toEqual([]);
    const [, prefix = ''] = /miyabi-reports:([^:\s]+)/.exec(reporting.environment({}, '')['NODE_OPTIONS'] ?? '') ?? [];
    const planted = decodeURIComponent(prefix);
    await symlink(theirs, `${planted}node-test-1.jsonl`);
    await symlink(join(theirs, 'file'), `${planted}vitest-1.json`);
    execFileSync('mkfifo', [`${planted}jest-1.json`]);
    const reports = await reporting.reports();
    expect(reports.map(({ name }) => name)).toEqual(['jest-1.json', 'node-test-1.jsonl', 'vitest-1.json']);
    expect(await Promise.all(reports.map(async ({ path }) => await readForeign(path)))).toEqual([undefined, undefined, undefined]);
  }
  expect(await readdir(given)).toEqual([]);
  expect(await readFile(join(theirs, 'file'), 'utf8')).toBe('theirs');
});
