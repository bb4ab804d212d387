import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { WorldLimits } from '../../../ports/sandbox.ts';
import { createProcessRunner } from '../../process/process-runner.ts';
import { createControlGroups } from '../control-groups/create-control-groups.ts';
import type { Told } from '../rung.ts';
import { watchWorld } from './watch-world.ts';
import type { WatchOptions } from './watch-world.ts';
import { fairMemoryOf, findWorldProcesses, memoryOf } from './world-processes.ts';

const mebibyte = 1024 * 1024;
const limits: WorldLimits = { memoryBytes: 128 * mebibyte, processes: 64, cpus: 1, diskBytes: 1e9, outputBytes: 1e9 };
const env = { PATH: '/usr/local/bin:/usr/bin:/bin' };
const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const groups = createControlGroups({ state: `/nowhere/watch-${process.pid}`, owner: 'process-watch', isAlive: async () => false });
const runner = createProcessRunner();
afterAll(() => runner[Symbol.asyncDispose]());

const hog = (bytes: number): string => `const kept = Buffer.alloc(${bytes}, 1); console.log(kept.length); setTimeout(() => {}, 60_000)`;

/** A watch whose world ends when it is told to stop, as that of a sandbox does. */
function watching(more: Partial<WatchOptions> = {}) {
  const told: Told[] = [];
  const stop = new AbortController();
  const watch = watchWorld({
    group: undefined,
    processes: undefined,
    folders: [],
    limits,
    clock,
    everyMs: 50,
    tell: (incident) => {
      told.push(incident);
      if (incident.stopped) stop.abort();
    },
    ...more,
  });
  return { watch, told, stopped: stop.signal };
}

describe.skipIf(!groups.holds.has('memory') || !groups.holds.has('processes'))(
  `with a control group${groups.kind === 'none' ? `, not run here: ${groups.detail}` : ''}`,
  () => {
    it('a world that used too much memory is told of once, and its peak is that of the kernel', async () => {
      const group = await groups.open('hog', limits);
      if (group === undefined) throw new Error('There is no group.');
      const { watch, told, stopped } = watching({ group });
      const command = group.joining([process.execPath, '-e', hog(400 * mebibyte)]);
      await runner.run({ command, cwd: '/', env, timeoutMs: 20_000, signal: stopped });
      await watch[Symbol.asyncDispose]();
      await group[Symbol.asyncDispose]();
      expect(told).toEqual([{ kind: 'memory', detail: 'used more than 134 MB of memory', stopped: true }]);
      expect(watch.usage().memoryBytes).toBeGreaterThan(100 * mebibyte);
      expect(watch.usage().cpuMs).toBeGreaterThan(0);
      expect(watch.usage().samples.length).toBeGreaterThan(0);
    });

    it('a fork bomb and a flood of output are held, told of, and leave our event loop alone', async () => {
      const group = await groups.open('bomb', limits);
      if (group === undefined) throw new Error('There is no group.');
      const { watch, told } = watching({ group });
      const lag = monitorEventLoopDelay({ resolution: 5 });
      lag.enable();
      const attack = (script: string) =>
        runner.run({ command: group.joining(['/bin/sh', '-c', script]), cwd: '/', env, timeoutMs: 3_000, graceMs: 0 });
      const flood = await Promise.all([attack('bomb() { bomb | bomb & }; bomb; sleep 20'), attack('exec yes')]).then(
        ([, second]) => second,
      );
      lag.disable();
      await group.kill();
      await watch[Symbol.asyncDispose]();
      await group[Symbol.asyncDispose]();
      expect(flood.droppedBytes).toBeGreaterThan(mebibyte);
      expect(told.some(({ kind, stopped }) => kind === 'processes' && !stopped)).toBe(true);
      expect(told.filter(({ stopped }) => stopped)).toEqual([]);
      expect(watch.usage().processes).toBeGreaterThan(32);
      // Whoever joins is let in also when it is full: one for each of the two programs.
      expect(watch.usage().processes).toBeLessThanOrEqual(66);
      expect(lag.percentile(99) / 1e6).toBeLessThan(200);
    });
  },
);

describe.skipIf(process.platform !== 'linux')('without a control group (not run without /proc)', () => {
  const find = (name: string) => findWorldProcesses(`MIYABI_WATCHED=${name}.`);
  const marked = (name: string) => ({ ...env, MIYABI_WATCHED: `${name}.` });

  it('a world that uses too much memory is stopped', async () => {
    const { watch, told, stopped } = watching({ processes: find('memory') });
    const command = [process.execPath, '-e', hog(300 * mebibyte)] as const;
    const { end } = await runner.run({ command: [...command], cwd: '/', env: marked('memory'), timeoutMs: 20_000, signal: stopped });
    await watch[Symbol.asyncDispose]();
    expect(end).toEqual({ kind: 'cancelled' });
    expect(told).toEqual([{ kind: 'memory', detail: 'used more than 134 MB of memory', stopped: true }]);
    expect(watch.usage().memoryBytes).toBeGreaterThan(128 * mebibyte);
  });

  it('one that has too many processes is stopped, also where these left their session and cleared their environment', async () => {
    const { watch, told, stopped } = watching({ processes: find('many'), limits: { ...limits, processes: 20 } });
    const script = 'for i in $(seq 15); do setsid sleep 30 & done; for i in $(seq 15); do env -i setsid sleep 30 & done; sleep 30';
    const end = runner.run({ command: ['/bin/sh', '-c', script], cwd: '/', env: marked('many'), timeoutMs: 20_000, signal: stopped });
    expect((await end).end).toEqual({ kind: 'cancelled' });
    await watch[Symbol.asyncDispose]();
    expect(told).toEqual([{ kind: 'processes', detail: 'had more than 20 processes and threads', stopped: true }]);
    for (const pid of find('many').processIds()) process.kill(pid, 'SIGKILL');
  });

  it('another world is not counted, and what has ended still counts its processor time', async () => {
    const processes = find('mine');
    const { watch, told } = watching({ processes });
    const spin = 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done';
    await Promise.all([
      runner.run({ command: ['/bin/sh', '-c', `${spin}; sleep 0.2`], cwd: '/', env: marked('mine'), timeoutMs: 20_000 }),
      runner.run({ command: [process.execPath, '-e', hog(300 * mebibyte)], cwd: '/', env: marked('other'), timeoutMs: 700, graceMs: 0 }),
    ]);
    await watch[Symbol.asyncDispose]();
    expect(told).toEqual([]);
    expect(watch.usage().memoryBytes).toBeLessThan(64 * mebibyte);
    expect(watch.usage().cpuMs).toBeGreaterThan(20);
    expect(processes.look().processes).toBe(0);
  });

  it('memory that processes share counts once', async () => {
    const program =
      'import os, time; kept = b"1" * 80_000_000; [os.fork() for _ in range(2)]; print(os.getpid(), flush=True); time.sleep(60)';
    const parent = spawn('python3', ['-c', program], { stdio: ['ignore', 'pipe', 'inherit'], env, detached: true });
    const pids: number[] = [];
    for await (const chunk of parent.stdout) {
      pids.push(...String(chunk).trim().split('\n').map(Number));
      if (pids.length === 4) break;
    }
    expect(memoryOf(pids)).toBeGreaterThan(300e6);
    expect(fairMemoryOf(pids)).toBeLessThan(160e6);
    process.kill(-(parent.pid ?? 0), 'SIGKILL');
    await once(parent, 'exit');
  });
});

describe('the disk', () => {
  it('a world that fills the disk is stopped, and stops growing', async () => {
    await using folder = await temporaryFolder();
    const { watch, told, stopped } = watching({ folders: [folder.path], limits: { ...limits, diskBytes: 50e6 } });
    const script = `while :; do head -c 4000000 /dev/zero >> '${join(folder.path, 'filling')}'; sleep 0.01; done`;
    const { end } = await runner.run({ command: ['/bin/sh', '-c', script], cwd: '/', env, timeoutMs: 20_000, signal: stopped });
    await watch[Symbol.asyncDispose]();
    expect(end).toEqual({ kind: 'cancelled' });
    expect(told).toEqual([{ kind: 'disk', detail: 'wrote more than 50 MB', stopped: true }]);
  });

  it('one that makes too many files is stopped', async () => {
    await using folder = await temporaryFolder();
    const { watch, told, stopped } = watching({ folders: [folder.path], files: 2_000 });
    const script = `i=0; while :; do i=$((i+1)); : > '${folder.path}'/$i; done`;
    const { end } = await runner.run({ command: ['/bin/sh', '-c', script], cwd: '/', env, timeoutMs: 20_000, signal: stopped });
    await watch[Symbol.asyncDispose]();
    expect(end).toEqual({ kind: 'cancelled' });
    expect(told).toEqual([{ kind: 'disk', detail: 'made or changed more than 2000 files', stopped: true }]);
  });
});

it('a watch that nobody disposed of does not keep its program alive, and costs less than a hundredth of a processor', async () => {
  await using folder = await temporaryFolder();
  const module = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
  // Where others are busy the same work takes up to twice the processor time: that of the best of three seconds is its own.
  const program = `
    const { watchWorld } = await import(${module('./watch-world.ts')});
    const { findWorldProcesses } = await import(${module('./world-processes.ts')});
    const clock = { now: () => Date.now(), monotonic: () => performance.now() };
    const limits = { memoryBytes: 1e12, processes: 1e6, diskBytes: 1e12 };
    const folders = [${JSON.stringify(folder.path)}];
    const watch = watchWorld({ group: undefined, processes: findWorldProcesses('MIYABI_NOBODY=1.'), folders, limits, clock, tell: () => {} });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const shares = [];
    for (let second = 0; second < 3; second += 1) {
      const begin = process.cpuUsage();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const { user, system } = process.cpuUsage(begin);
      shares.push((user + system) / 1e6);
    }
    console.log(JSON.stringify({ shares, samples: watch.usage().samples.length }));`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8', env, timeout: 20_000 });
  const { shares, samples } = JSON.parse(printed) as { shares: readonly number[]; samples: number };
  expect(samples).toBeGreaterThan(4);
  expect(Math.min(...shares)).toBeLessThan(0.01);
});
