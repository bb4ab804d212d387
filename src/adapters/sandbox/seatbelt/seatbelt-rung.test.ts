import { expect, test } from 'vitest';
import { createProcessRunner } from '../../process/process-runner.ts';
import { createSeatbeltRung } from './seatbelt-rung.ts';

test('is usable on macOS alone, and says so elsewhere', async () => {
  await using process_ = createProcessRunner();
  const found = await createSeatbeltRung({ process: process_, nodePath: process.execPath }).probe();
  expect(found).toMatchObject({ level: 'seatbelt', usable: process.platform === 'darwin', detail: expect.stringMatching(/sandbox-exec/) });
});

test('wraps a program in the profile of its world, with the way out by a port of this machine', async () => {
  await using process_ = createProcessRunner();
  const rung = createSeatbeltRung({ process: process_, nodePath: '/opt/node/bin/node' });
  const limits = { memoryBytes: 1, processes: 1, cpus: 1, diskBytes: 1, outputBytes: 1 };
  const egress = {
    folder: '',
    port: 4711,
    bridged: (command: readonly [string, ...string[]]): [string, ...string[]] => [...command],
    environment: {},
    contacted: () => [],
    traffic: () => ({ sentBytes: 0, receivedBytes: 0 }),
    async [Symbol.asyncDispose]() {},
  };
  const paths = { writable: ['/w'], protected: [], readable: [], hidden: [], scratch: '/s' };
  await using walls = await rung.open({ name: 'one', ...paths, limits, egress, group: undefined, tell: () => undefined });
  const request = { command: ['npm', 'test'], cwd: '/w', env: { A: 'b' }, timeoutMs: 1 } as const;
  const { command, ...rest } = walls.confine({ ...request, command: ['npm', 'test'] });
  expect([command[0], command[1], ...command.slice(3)]).toEqual(['/usr/bin/sandbox-exec', '-p', 'npm', 'test']);
  expect(command[2]).toContain('(allow network-outbound (remote ip "localhost:4711"))');
  expect(command[2]).toContain('"/opt/node/bin/node"');
  expect(rest).toEqual({ cwd: '/w', env: { A: 'b' }, timeoutMs: 1 });
});
