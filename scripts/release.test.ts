import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { releasedChangelog, unreleased } from './support/release-changelog.mjs';
import { projectRoot, runNode, runProgram, type Ended } from './testing/run-program.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const manifest = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { readonly version: string };
const told = '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Something new.\n\n## [0.1.0] - 2026-01-01\n\n- The first.\n';

test('what is unreleased ends at the version before it, and headings alone are nothing', () => {
  expect(unreleased(told)).toBe('### Added\n\n- Something new.');
  expect(unreleased(told.replace('- Something new.\n', ''))).toBe('');
  expect(unreleased('# Changelog\n')).toBe('');
});

test('what was unreleased stands under the version, and nothing is unreleased then', () => {
  const after = releasedChangelog(told, '0.2.0', '2026-11-22');
  expect(after).toContain('## [Unreleased]\n\n## [0.2.0] - 2026-11-22\n\n### Added\n\n- Something new.\n\n## [0.1.0]');
  expect(unreleased(after)).toBe('');
});

test('without --write it says what it would do, and changes nothing', async () => {
  const folder = await checkout();
  const before = await git(folder, 'rev-parse', 'HEAD');
  const { code, stdout } = await release(folder, '99.0.0');
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing was changed') as string });
  expect(await git(folder, 'status', '--porcelain')).toBe('');
  expect(await git(folder, 'rev-parse', 'HEAD')).toBe(before);
});

test('with --write the version stands in the package, in its lock file and in the changelog, in one commit with a tag', async () => {
  const folder = await checkout();
  expect(await release(folder, '99.0.0', '--write')).toMatchObject({ code: 0, stderr: '' });
  expect(await git(folder, 'describe', '--exact-match')).toBe('v99.0.0\n');
  expect(await git(folder, 'status', '--porcelain')).toBe('');
  expect(await git(folder, 'diff', '--name-only', 'HEAD~1')).toBe('CHANGELOG.md\npackage-lock.json\npackage.json\n');
  // The version alone: a lock file that is written by hand in parts must stay as it is.
  expect(await git(folder, 'diff', '--numstat', 'HEAD~1', '--', 'package.json', 'package-lock.json')).toBe(
    '2\t2\tpackage-lock.json\n1\t1\tpackage.json\n',
  );
  const installed = await runProgram('npm', ['pkg', 'get', 'version'], { cwd: folder });
  expect(installed.stdout).toBe('"99.0.0"\n');
  expect(readFileSync(path.join(folder, 'CHANGELOG.md'), 'utf8')).toMatch(/## \[Unreleased\]\n\n## \[99\.0\.0\] - \d{4}-\d\d-\d\d\n/);
});

test('the first version is the one that the package has had all along, as long as there is no tag', async () => {
  const folder = await checkout();
  const { version } = manifest;
  expect(await release(folder, version)).toMatchObject({ code: 0, stderr: '' });
  await git(folder, 'tag', 'v0.0.1');
  expect(await release(folder, version)).toMatchObject({ code: 1, stderr: expect.stringContaining('is not later') as unknown });
});

test('refuses with every reason at once, and changes nothing', async () => {
  const folder = await checkout();
  await git(folder, 'tag', 'v0.0.1');
  writeFileSync(path.join(folder, 'CHANGELOG.md'), '# Changelog\n\n## [Unreleased]\n\n## [0.0.1] - 2026-01-01\n');
  const { code, stdout, stderr } = await release(folder, '0.0.1', '--write');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  const reasons = stderr.trim().split('\n');
  expect(reasons).toHaveLength(6);
  for (const word of ['not later', 'tree has changes', 'tag v0.0.1', 'section of 0.0.1', 'nothing under', 'No runs of it'])
    expect(reasons.filter((reason) => reason.includes(word))).toHaveLength(1);
  expect(await git(folder, 'log', '--format=%s')).toBe('as it is\n');
});

test('refuses a version of which no runs were recorded, for the tests of those after it', async () => {
  const { code, stderr } = await release(await checkout([]), '99.0.0');
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('record-journals.mjs test/upgrade/recorded/99.0.0') as unknown,
  });
});

test.each(['', 'next', 'v1.0.0', '1.0'])('takes "%s" for no version', async (version) => {
  expect(await release(await checkout(), version)).toMatchObject({ code: 1, stderr: expect.stringContaining('is no version') as string });
});

function release(folder: string, ...args: readonly string[]): Promise<Ended> {
  return runNode([path.join(projectRoot, 'scripts/release.mjs'), ...args], { cwd: folder });
}

/** A repository with what a version stands in, as it is in this checkout. @param recorded versions of which it holds runs. */
async function checkout(recorded: readonly string[] = ['99.0.0', manifest.version]): Promise<string> {
  const folder = temporaryFolder();
  for (const name of ['package.json', 'package-lock.json', 'CHANGELOG.md'])
    copyFileSync(path.join(projectRoot, name), path.join(folder, name));
  await git(folder, 'init', '--quiet');
  for (const [name, value] of [
    ['user.name', 'Ada'],
    ['user.email', 'ada@example.com'],
    ['tag.gpgSign', 'false'],
    ['commit.gpgSign', 'false'],
  ])
    await git(folder, 'config', name ?? '', value ?? '');
  for (const version of recorded) {
    const journals = path.join(folder, 'test/upgrade/recorded', version);
    mkdirSync(journals, { recursive: true });
    writeFileSync(path.join(journals, 'miyabi.plan.json.gz'), 'a run');
  }
  await git(folder, 'add', '.');
  await git(folder, 'commit', '--quiet', '--message', 'as it is');
  return folder;
}

async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram('git', args, { cwd: folder });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout;
}
