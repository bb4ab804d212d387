import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openToolStand } from '../testing/tool-stand.ts';
import type { ToolStand } from '../testing/tool-stand.ts';
import { placeOf } from './files/place.ts';
import { Refused } from './files/refused.ts';

const secret = 'what nobody here may see';

/** A project with ways out of it, and something outside that must stay as it is. */
async function openTrap(): Promise<ToolStand> {
  const stand = await openToolStand({ 'src/a.js': 'const a = 1;\n', '.git/config': `[core]\n# ${secret}\n` });
  const { directory, top } = stand.trial;
  mkdirSync(join(top, 'outside'));
  writeFileSync(join(top, 'outside', 'secret.txt'), secret);
  symlinkSync(join(top, 'outside'), join(directory, 'folder-out'));
  symlinkSync(join(top, 'outside', 'secret.txt'), join(directory, 'file-out'));
  symlinkSync('../../outside/secret.txt', join(directory, 'src', 'relative-out'));
  symlinkSync(join(top, 'outside', 'not-there'), join(directory, 'dangling'));
  symlinkSync('itself', join(directory, 'itself'));
  symlinkSync('.git', join(directory, 'git-by-a-link'));
  linkSync(join(top, 'outside', 'secret.txt'), join(directory, 'second-name'));
  execFileSync('mkfifo', [join(directory, 'fifo')]);
  return stand;
}

const refused: readonly string[] = [
  '../../etc/passwd',
  '../outside/secret.txt',
  'src/../../outside/secret.txt',
  '/etc/passwd',
  '/proc/self/root/etc/passwd',
  '/proc/self/cwd/../outside/secret.txt',
  '/proc/1/root/etc/shadow',
  '/dev/zero',
  '/',
  '..',
  'folder-out/secret.txt',
  'folder-out/new.txt',
  'folder-out',
  'file-out',
  'src/relative-out',
  'dangling',
  'dangling/below',
  'itself',
  '.git',
  '.git/config',
  '.git/hooks/pre-commit',
  '.GIT/config',
  '.git./config',
  'src/.git/config',
  'git-by-a-link/config',
  'a\0b',
];

test('paths that leave the project, by themselves or through links, and what belongs to git are refused', async () => {
  await using stand = await openTrap();
  for (const path of refused) expect(() => placeOf(stand.trial.directory, path), path).toThrow(Refused);
  for (const path of ['.', '', 'src', 'src/../src/a.js', './src//a.js', '.github/x', '.gitignore', 'new/folder/a.js', '...', '..a']) {
    expect(placeOf(stand.trial.directory, path).path, path).toContain(stand.trial.directory);
  }
});

test.each([
  '../../etc/passwd',
  '/proc/self/root/etc/passwd',
  'folder-out/secret.txt',
  'src/relative-out',
  'dangling',
  'fifo',
  'git-by-a-link/config',
])('no tool reads or writes %j', async (path) => {
  await using stand = await openTrap();
  const { directory, top } = stand.trial;
  const attempts = [
    await stand.use('read', { path }),
    await stand.use('write', { path, content: 'theirs' }),
    await stand.use('edit', { path, old: 'n', new: 'theirs', all: true }),
    await stand.use('search', { path, pattern: '.' }),
  ];
  for (const { text, changed } of attempts) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain('root:');
    expect(changed).toBeUndefined();
  }
  expect(attempts.slice(0, 3).map(({ denied }) => denied)).toEqual([true, true, true]);
  expect(readFileSync(join(top, 'outside', 'secret.txt'), 'utf8')).toBe(secret);
  expect(readdirSync(join(top, 'outside'))).toEqual(['secret.txt']);
  expect(readFileSync(join(directory, '.git', 'config'), 'utf8')).toContain(secret);
  expect(readdirSync(join(directory, '.git'))).toEqual(['config']);
});

test('a file with a second name elsewhere is not written through', async () => {
  await using stand = await openTrap();
  const result = await stand.use('write', { path: 'second-name', content: 'theirs' });
  expect(result.denied).toBe(true);
  expect(readFileSync(join(stand.trial.top, 'outside', 'secret.txt'), 'utf8')).toBe(secret);
});

test('an absolute path within the project is as good as a relative one', async () => {
  await using stand = await openTrap();
  expect((await stand.use('read', { path: join(stand.trial.directory, 'src', 'a.js') })).text).toContain('const a = 1;');
});

test('a search goes through no link, into no fifo and not into what belongs to git', async () => {
  await using stand = await openTrap();
  expect((await stand.use('search', { pattern: 'nobody|const' })).text).toBe(
    '2 lines in 2 files:\nsecond-name:1: what nobody here may see\nsrc/a.js:1: const a = 1;',
  );
  expect((await stand.use('search', { files: '*' })).text).not.toMatch(/config|fifo|-out|dangling/);
});

test('a project that gave way to a link to another folder is not worked in', async () => {
  await using stand = await openTrap();
  const { directory, top } = stand.trial;
  renameSync(directory, join(top, 'moved'));
  symlinkSync(join(top, 'outside'), directory);
  const attempts = [await stand.use('read', { path: 'secret.txt' }), await stand.use('write', { path: 'secret.txt', content: 'theirs' })];
  expect(attempts.map(({ failure }) => failure)).toEqual(
    Array(2).fill('secret.txt: not allowed: another folder lies in the place of the project'),
  );
  expect(readFileSync(join(top, 'outside', 'secret.txt'), 'utf8')).toBe(secret);
});

test('folders that are swapped for links while files are written lead nobody outside', { tags: ['campaign'] }, async () => {
  await using stand = await openToolStand({ 'in/a.txt': 'a\n' });
  const { task, directory, top } = stand.trial;
  mkdirSync(join(top, 'outside'));
  const stop = new AbortController();
  const swapping = task.process.run({
    command: ['sh', '-c', `while :; do mv in kept && ln -s ${join(top, 'outside')} in; rm in && mv kept in; done 2>/dev/null`],
    cwd: directory,
    env: task.environment,
    timeoutMs: 30_000,
    signal: stop.signal,
  });
  for (let number = 0; number < 25; number += 1) await stand.use('write', { path: `in/new-${number}.txt`, content: 'theirs' });
  stop.abort();
  await swapping;
  expect(readdirSync(join(top, 'outside'))).toEqual([]);
  expect(existsSync(join(top, 'outside'))).toBe(true);
});
