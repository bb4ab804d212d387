import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { openLogFile } from './log-file.ts';

function linesIn(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'));
}

test('a file that is full is put aside, and so many of these are kept', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'log', 'miyabi.log');
  let now = Date.UTC(2026, 10, 22);
  using file = openLogFile({ path, mostBytes: 100, kept: 2 }, () => now);
  for (let line = 1; line <= 20; line += 1) {
    now += 1_000;
    file.write(`line ${line} ${'x'.repeat(40)}\n`);
  }
  const names = readdirSync(join(folder.path, 'log')).toSorted();
  expect(names).toHaveLength(3);
  expect(names[0]).toBe('miyabi.log');
  expect(linesIn(join(folder.path, 'log')).map((line) => Number(line.split(' ')[1]))).toEqual([19, 20, 13, 14, 15, 16, 17, 18]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a file that cannot be written is named with the reason', async () => {
  await using folder = await temporaryFolder();
  writeFileSync(join(folder.path, 'log'), 'no folder');
  const path = join(folder.path, 'log', 'miyabi.log');
  using file = openLogFile({ path, mostBytes: 100, kept: 2 }, () => 0);
  expect(() => file.write('lost\n')).toThrow(`the log ${path} cannot be written (EEXIST: `);
});

test('lines go to the file that lies there, also where another program has put the old one aside', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'miyabi.log');
  using file = openLogFile({ path, mostBytes: 1_000, kept: 2 }, () => 0);
  file.write('one\n');
  renameSync(path, `${path}.1`);
  file.write('two\n');
  expect([readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')]).toEqual(['one\n', 'two\n']);
});

test('several processes that write to one file while it is put aside again and again lose no line and mix none', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'miyabi.log');
  const program = `
    const { openLogFile } = await import(${JSON.stringify(fileURLToPath(new URL('log-file.ts', import.meta.url)))});
    const file = openLogFile({ path: ${JSON.stringify(path)}, mostBytes: 2000, kept: 1000 }, () => Date.now());
    for (let line = 1; line <= 500; line += 1) file.write(process.argv[1] + ' ' + line + ' ' + 'x'.repeat(line % 80) + '\\n');
    process.kill(process.pid, 'SIGKILL');
  `;
  const writers = ['a', 'b', 'c'];
  await Promise.all(
    writers.map(async (name) => await execa(process.execPath, ['--input-type=module', '-e', program, name], { reject: false })),
  );
  const lines = linesIn(folder.path).map((line) => line.split(' ').slice(0, 2).join(' '));
  const expected = writers.flatMap((name) => Array.from({ length: 500 }, (_, index) => `${name} ${index + 1}`));
  expect(lines.toSorted()).toEqual(expected.toSorted());
});
