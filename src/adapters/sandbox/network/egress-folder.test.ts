import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, utimes } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { createEgressFolder, sweepEgress } from './egress-folder.ts';

test('the socket of a process that was killed is removed; one that is listened to, one about to be and other folders are not', async () => {
  await using parent = await temporaryFolder();
  const [killed, living, young, old] = await Promise.all(Array.from({ length: 4 }, () => createEgressFolder(parent.path)));
  await mkdir(join(parent.path, 'another'));
  const long = new Date(Date.now() - 3_600_000);
  await utimes(old?.folder ?? '', long, long);

  const child = spawn(process.execPath, [
    '-e',
    `require('net').createServer().listen('${killed?.socketPath}', () => console.log('ready'))`,
  ]);
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const server = createServer();
  await once(server.listen(living?.socketPath), 'listening');

  const said = await sweepEgress(parent.path);
  expect([killed, living, young, old].map((each) => existsSync(each?.folder ?? ''))).toEqual([false, true, true, false]);
  expect(existsSync(join(parent.path, 'another'))).toBe(true);
  expect(said).toHaveLength(2);
  await once(server.close(), 'close');
});
