import { execFileSync } from 'node:child_process';
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../../../test/support/temporary.ts';
import { openBoundedLog } from './bounded-log.ts';

it('moves what has become too large aside, and whoever writes goes on at the beginning', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'r1.log');
  const log = openBoundedLog(file, 100);
  const print = (text: string): void =>
    void execFileSync('/bin/sh', ['-c', `echo "${text}"`], { stdio: ['ignore', log.descriptor, 'ignore'] });
  print('a'.repeat(80));
  log.bound();
  expect(log.size()).toBe(81);
  print('b'.repeat(40));
  log.bound();
  print('c');
  expect(readFileSync(`${file}.1`, 'utf8')).toBe(`${'a'.repeat(80)}\n${'b'.repeat(40)}\n`);
  expect(readFileSync(file, 'utf8')).toBe('c\n');
  log.close();
});

it('tells the end of what came after a place in it, also when it was moved in the meantime', async () => {
  await using folder = await temporaryFolder();
  const log = openBoundedLog(join(folder.path, 'r1.log'), 20);
  writeSync(log.descriptor, 'before\n');
  const from = log.size();
  writeSync(log.descriptor, 'one\ntwo\n');
  expect(log.tail(from, 100)).toBe('one\ntwo\n');
  expect(log.tail(from, 4)).toBe('two\n');
  writeSync(log.descriptor, 'three\nfour\n');
  log.bound();
  writeSync(log.descriptor, 'five\n');
  expect(log.tail(from, 100)).toBe('five\n');
  log.close();
});
