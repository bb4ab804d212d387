import { expect, test } from 'vitest';
import { homesOf } from './homes.ts';
import { readablePathsOf } from './readable-paths.ts';

test('the home of the account is one too where HOME is another, but not that of an account of the system', () => {
  expect(homesOf('/tmp/h', '/home/ada')).toEqual(['/tmp/h', '/home/ada']);
  expect(homesOf('/home/ada', '/home/ada')).toEqual(['/home/ada']);
  for (const account of ['', '/', '/usr/sbin', '/bin', 'nonsense']) expect(homesOf('/tmp/h', account)).toEqual(['/tmp/h']);
});

test('a token beside the programs of the account is not readable with them', () => {
  const readable = readablePathsOf('/home/ada/.cargo/bin:/usr/bin', '/usr/bin/node', homesOf('/tmp/h', '/home/ada'), []);
  expect(readable).toContain('/home/ada/.cargo/bin');
  expect(readable.filter((path) => '/home/ada/.cargo/credentials.toml'.startsWith(`${path}/`))).toEqual([]);
});
