import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { PsCommand } from './ps-processes.ts';
import { parsePs, psWorldProcesses } from './ps-processes.ts';

const here: PsCommand =
  process.platform === 'darwin'
    ? ['/bin/ps', '-A', '-E', '-ww', '-o', 'pid=,ppid=,rss=,time=,command=']
    : ['/bin/ps', 'axeww', '-o', 'pid=,ppid=,rss=,time=,args='];

it('lists of both kinds of systems are read', () => {
  const text = `    1     0   9632   0:02.50 /sbin/launchd\n  512     1      0 1-02:03:04 [kworker]\n  600   512   1024 00:01:05 sh -c x A=1 MARK=2\nPID nonsense\n`;
  expect(parsePs(text)).toEqual([
    { pid: 1, parent: 0, memoryBytes: 9_863_168, cpuMs: 2_500, words: '/sbin/launchd' },
    { pid: 512, parent: 1, memoryBytes: 0, cpuMs: 93_784_000, words: '[kworker]' },
    { pid: 600, parent: 512, memoryBytes: 1_048_576, cpuMs: 65_000, words: 'sh -c x A=1 MARK=2' },
  ]);
});

it('a world is found by its mark, with those of it that cleared their environment', async () => {
  const mark = `MIYABI_LISTED=${process.pid}.`;
  const program = `echo begun; env -i sleep 30 & sleep 30 & wait`;
  const world = spawn('/bin/sh', ['-c', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env: { PATH: '/usr/bin:/bin', MIYABI_LISTED: `${process.pid}.` },
  });
  await once(world.stdout, 'data');
  let now = 0;
  const processes = psWorldProcesses(mark, here, () => (now += 10_000));
  const deadline = performance.now() + 10_000;
  while (processes.look().processes < 3 && performance.now() < deadline) await wait(20);
  expect(processes.look().processes).toBe(3);
  expect(processes.look().memoryBytes).toBeGreaterThan(100_000);
  expect(processes.processIds()).toContain(world.pid);
  process.kill(-(world.pid ?? 0), 'SIGKILL');
  await once(world, 'exit');
  while (processes.look().processes > 0 && performance.now() < deadline) await wait(20);
  expect(processes.look()).toEqual({ memoryBytes: 0, cpuMs: 0, processes: 0 });
});

it('a machine without the program tells nothing', async () => {
  const processes = psWorldProcesses('MIYABI_LISTED=none.', ['/nowhere/ps']);
  processes.look();
  await wait(50);
  expect(processes.look()).toEqual({ memoryBytes: 0, cpuMs: 0, processes: 0 });
});
