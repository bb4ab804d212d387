import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openToolStand } from '../testing/tool-stand.ts';

const numbers = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');

test('a file is shown with the numbers of its lines', async () => {
  await using stand = await openToolStand({ 'a.txt': 'one\ntwo\n' });
  expect(await stand.use('read', { path: 'a.txt' })).toEqual({ text: '     1\tone\n     2\ttwo' });
});

test('a range of a file is shown, and how to go on', async () => {
  await using stand = await openToolStand({ 'a.txt': numbers(10) });
  expect((await stand.use('read', { path: 'a.txt', from: 4, lines: 2 })).text).toBe(
    '     4\tline 4\n     5\tline 5\n(10 lines in all; go on with from: 6)',
  );
  expect((await stand.use('read', { path: 'a.txt', from: 11 })).failure).toBe('a.txt: the file has 10 lines, and none from 11 on');
});

test('a long file is cut at two thousand lines, long lines at their own length', async () => {
  await using stand = await openToolStand({
    'long.txt': numbers(3_000),
    'wide.txt': `${'x'.repeat(5_000)}\nend\n`,
    'both.txt': `${'y'.repeat(1_000)}\n`.repeat(500),
  });
  expect((await stand.use('read', { path: 'long.txt' })).text).toMatch(/ 2000\tline 2000\n\(3000 lines in all; go on with from: 2001\)$/);
  expect((await stand.use('read', { path: 'wide.txt' })).text).toMatch(/^ +1\tx{2000} \[line cut\]\n +2\tend$/);
  expect((await stand.use('read', { path: 'both.txt' })).text.length).toBeLessThan(62_000);
});

test.each([
  ['what is binary', Buffer.from([1, 0, 2, 3]), 'that is a binary file (4 bytes)'],
  ['what is not UTF-8', Buffer.from([0xc3, 0x28, 0x41]), 'the file is not in UTF-8 (3 bytes)'],
  ['what is too large', Buffer.alloc(5_000_001, 'a'), 'the file is 5000001 bytes long, more than the 5000000 that are read at once'],
])('%s is said to be so', async (_, bytes, reason) => {
  await using stand = await openToolStand({});
  writeFileSync(join(stand.trial.directory, 'odd'), bytes);
  expect(await stand.use('read', { path: 'odd' })).toMatchObject({ failure: `odd: ${reason}` });
  expect(await stand.use('edit', { path: 'odd', old: 'a', new: 'b' })).toMatchObject({ failure: `odd: ${reason}` });
  expect((await stand.use('search', { pattern: 'aaaa' })).text).toBe('Nothing was found.');
});

test('a folder is shown by what it holds', async () => {
  await using stand = await openToolStand({ 'a.txt': '', 'src/b.js': '', '.git/config': '' });
  expect((await stand.use('read', { path: '.' })).text).toBe('./ holds 2 entries:\na.txt\nsrc/');
  expect((await stand.use('read', { path: 'src' })).text).toBe('src/ holds 1 entries:\nb.js');
  expect((await stand.use('read', { path: 'a.txt' })).text).toBe('(the file is empty)');
});

test('what is not there, or is no folder, is said', async () => {
  await using stand = await openToolStand({ 'a.txt': '' });
  expect((await stand.use('read', { path: 'b.txt' })).failure).toBe('b.txt: there is no such file');
  expect((await stand.use('read', { path: 'a.txt/b' })).failure).toContain('a.txt/b: ');
  expect((await stand.use('write', { path: '.', content: 'x' })).failure).toBe('.: that is a folder');
  expect((await stand.use('read', { path: 'x'.repeat(300) })).failure).toMatch(/^x{200}: the path cannot be followed \(ENAMETOOLONG\)$/);
});

test('lines are found by a regular expression, by files and folders, whatever their case', async () => {
  await using stand = await openToolStand({ 'src/a.js': 'let One = 1;\n', 'src/b.ts': 'let one = 1;\n', 'test/a.js': 'one();\n' });
  expect((await stand.use('search', { pattern: '\\bone\\b' })).text).toBe(
    '2 lines in 2 files:\nsrc/b.ts:1: let one = 1;\ntest/a.js:1: one();',
  );
  expect((await stand.use('search', { pattern: 'one', files: '*.js', ignoreCase: true })).text).toBe(
    '2 lines in 2 files:\nsrc/a.js:1: let One = 1;\ntest/a.js:1: one();',
  );
  expect((await stand.use('search', { pattern: 'one', path: 'test' })).text).toBe('1 lines in 1 files:\ntest/a.js:1: one();');
  expect((await stand.use('search', { pattern: 'one', path: 'src/b.ts' })).text).toBe('1 lines in 1 files:\nsrc/b.ts:1: let one = 1;');
  expect((await stand.use('search', { files: 'src/**/*.js' })).text).toBe('1 files:\nsrc/a.js');
});

test('what git ignores is not searched, by the rules of every folder above, but what is asked for by its name is', async () => {
  await using stand = await openToolStand({
    '.gitignore': 'dist/\n*.log\nnode_modules\n',
    'dist/a.js': 'needle',
    'a.log': 'needle',
    'src/.gitignore': '!kept.log\nown.js\n',
    'src/kept.log': 'needle',
    'src/own.js': 'needle',
    'src/deep/own.js': 'needle',
    'node_modules/p/lib/index.js': 'needle',
  });
  expect((await stand.use('search', { pattern: 'needle' })).text).toBe('1 lines in 1 files:\nsrc/kept.log:1: needle');
  expect((await stand.use('search', { pattern: 'needle', path: 'src/deep' })).text).toBe('Nothing was found.');
  expect((await stand.use('search', { pattern: 'needle', path: 'node_modules/p' })).text).toContain('node_modules/p/lib/index.js:1');
  expect((await stand.use('search', { pattern: 'needle', path: 'dist' })).text).toContain('dist/a.js:1');
});

test('many results are counted and long lines shown around the match', async () => {
  await using stand = await openToolStand({ 'a.txt': 'x\n'.repeat(250), 'b.txt': `${'-'.repeat(4_000)}needle${'-'.repeat(4_000)}` });
  expect((await stand.use('search', { pattern: 'x', path: 'a.txt' })).text).toMatch(/^250 lines in 1 files:\n[\s\S]*\(and 150 more: /);
  const [, found] = (await stand.use('search', { pattern: 'needle' })).text.split('\n');
  expect(found).toContain('needle');
  expect(found!.length).toBeLessThan(400);
});

test('a search that would never end is ended', async () => {
  await using stand = await openToolStand({ 'a.txt': `${'a'.repeat(40)}!\n` });
  const result = await stand.use('search', { pattern: '^(a+)+$' }, { leftMs: () => 2_000 });
  expect(result.failure).toBe('.: this took longer than 2 s and was ended');
});

test('an expression that is none, or a search for nothing, is told', async () => {
  await using stand = await openToolStand({});
  expect((await stand.use('search', { pattern: 'f(' })).failure).toContain('`pattern` is no regular expression of JavaScript');
  expect((await stand.use('search', {})).failure).toBe('give `pattern`, `files`, or both');
});

test('an edit replaces what is there once, keeps the rest and the mode, and shows what it reads now', async () => {
  await using stand = await openToolStand({ 'a.sh': 'one\ntwo\nthree\n' });
  chmodSync(join(stand.trial.directory, 'a.sh'), 0o755);
  const result = await stand.use('edit', { path: 'a.sh', old: 'two', new: '$& 2' });
  expect(result).toEqual({ text: 'Replaced in a.sh, line 2. It reads now:\n     1\tone\n     2\t$& 2\n     3\tthree', changed: 'a.sh' });
  expect(stand.trial.read('a.sh')).toBe('one\n$& 2\nthree\n');
  expect(statSync(join(stand.trial.directory, 'a.sh')).mode & 0o777).toBe(0o755);
});

test('an edit of what is there several times says where, and changes all when told to', async () => {
  await using stand = await openToolStand({ 'a.txt': 'x\ny\nx\n' });
  expect((await stand.use('edit', { path: 'a.txt', old: 'x', new: 'z' })).failure).toBe(
    'a.txt: `old` is in the file 2 times (lines 1, 3): add lines around the one that is meant, or set `all`',
  );
  expect((await stand.use('edit', { path: 'a.txt', old: 'x', new: 'z', all: true })).text).toContain('2 places');
  expect(stand.trial.read('a.txt')).toBe('z\ny\nz\n');
});

test.each([
  ['other white space', '  if (a)\n    b();', 'With other white space it is, exactly so:\n\tif (a)\n\t\tb();'],
  ['line numbers', '     1\tif (a)', 'It holds the line numbers that `read` shows: leave them out.'],
  ['another end', '\tif (a)\n\t\tc();', 'Its first line is there (line 1), and goes on otherwise:\n     1\t\tif (a)'],
  ['nothing of it', 'while (a)', 'Its first line is nowhere in it. Read the file again.'],
])('an edit that finds nothing helps: %s', async (_, old, hint) => {
  await using stand = await openToolStand({ 'a.js': '\tif (a)\n\t\tb();\n' });
  const result = await stand.use('edit', { path: 'a.js', old, new: '' });
  expect(result.failure).toContain(`a.js: \`old\` is not in the file. ${hint}`);
  expect(stand.trial.read('a.js')).toBe('\tif (a)\n\t\tb();\n');
});

test('an edit keeps the line ends of the file', async () => {
  await using stand = await openToolStand({ 'a.txt': '\u{feff}one\r\ntwo\r\nthree\r\n' });
  await stand.use('edit', { path: 'a.txt', old: 'one\ntwo', new: 'ONE\nTWO' });
  expect(stand.trial.read('a.txt')).toBe('\u{feff}ONE\r\nTWO\r\nthree\r\n');
});

test('a file is made with the folders above it, or replaced', async () => {
  await using stand = await openToolStand({});
  expect(await stand.use('write', { path: 'a/b/c.txt', content: 'one\n' })).toEqual({
    text: 'Made a/b/c.txt (1 lines).',
    changed: 'a/b/c.txt',
  });
  expect((await stand.use('write', { path: 'a/b/c.txt', content: '' })).text).toBe('Wrote a/b/c.txt (0 lines).');
  expect(stand.trial.read('a/b/c.txt')).toBe('');
  mkdirSync(join(stand.trial.directory, 'folder'));
  expect((await stand.use('write', { path: 'folder', content: '' })).failure).toBe('folder: that is a folder');
});

test('a command shows what it printed on both streams, and its exit code', async () => {
  await using stand = await openToolStand({});
  expect(await stand.use('run', { command: 'echo out; echo err >&2; exit 3' })).toEqual({ text: 'out\n[stderr]\nerr\n[exit code 3]' });
});

test('of what a command prints without end the beginning and the end are shown', async () => {
  await using stand = await openToolStand({});
  const { text } = await stand.use('run', { command: 'echo first; head -c 10000000 /dev/zero | tr "\\0" x; echo; echo last' });
  expect(text).toMatch(/^first\n[\s\S]*bytes left out\][\s\S]*\nlast\n\[exit code 0\]$/);
  expect(text.length).toBeLessThan(17_000);
});

test('a command that takes too long is ended, and what it left running too', async () => {
  await using stand = await openToolStand({});
  expect(await stand.use('run', { command: 'echo begun; sleep 60', seconds: 1 })).toEqual({
    text: 'begun\n[ended by its time limit after 1 s]',
    failure: 'ended by its time limit after 1 s',
  });
  expect((await stand.use('run', { command: 'sleep 60 & echo done' })).text).toMatch(
    /^done\n\[what it left running was ended with it: \d+ processes\]/,
  );
  expect((await stand.use('run', { command: 'a\0b' })).failure).toBe('a command cannot hold a NUL character');
});

test('a plan becomes an event', async () => {
  await using stand = await openToolStand({});
  const steps = [
    { text: 'look', state: 'done' },
    { text: 'mend', state: 'doing' },
  ];
  await stand.use('plan', { steps });
  expect(stand.trial.events).toEqual([{ type: 'planned', steps }]);
});

test('what a text would hide is still in the file after an edit beside it', async () => {
  await using stand = await openToolStand({ 'a.txt': 'a\u{200b}b\none\n' });
  await stand.use('edit', { path: 'a.txt', old: 'one', new: 'two' });
  expect(readFileSync(join(stand.trial.directory, 'a.txt'), 'utf8')).toBe('a\u{200b}b\ntwo\n');
});
