import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { createMachine } from './create-machine.ts';
import { linuxMachine } from './linux-machine.ts';
import { otherMachine, parseVmStat } from './other-machine.ts';
import { allowedProcessors, parseList, parseStat } from './processors.ts';

const gibibyte = 1024 ** 3;
const clock = { monotonic: () => performance.now() };

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** 32 GiB of which a quarter is in use, eight processors, four of them ours, all idle so far. */
const machine: Readonly<Record<string, string>> = {
  'proc/meminfo': 'MemTotal:       33554432 kB\nMemFree:         1000000 kB\nMemAvailable:   25165824 kB\n',
  'proc/self/status': 'Name:\tnode\nCpus_allowed:\tf\nCpus_allowed_list:\t0-2,7\n',
  'proc/stat': stat(0),
};
const second = '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n';

/** Of 1,000 ticks each, with so many busy on the processors that are ours. */
function stat(busy: number): string {
  const ours = `${busy} 0 0 ${1000 - busy} 0 0 0 0 0 0`;
  const theirs = '1000 0 0 0 0 0 0 0 0 0';
  return `cpu  0 0 0 0\n${[0, 1, 2, 3, 4, 5, 6, 7].map((number) => `cpu${number} ${[0, 1, 2, 7].includes(number) ? ours : theirs}`).join('\n')}\nintr 5\n`;
}

describe('an imitated Linux', () => {
  it('without control groups is as large as the machine', async () => {
    await using folder = await temporaryFolder();
    write(folder.path, machine);
    const found = linuxMachine(folder.path, () => 0, folder.path);
    expect(await found.size()).toMatchObject({ memoryBytes: 32 * gibibyte, threads: 4 });
    expect((await found.size()).source).toContain('Memory from the machine, threads from the processors we may run on, disk from');
    expect(await found.load()).toMatchObject({ memory: 0.25, cpu: 0 });
  });

  it('of version 2 is as large as the narrowest group it is in, also one above', async () => {
    await using folder = await temporaryFolder();
    const above = 'sys/fs/cgroup/service';
    write(folder.path, {
      ...machine,
      'proc/self/mountinfo': second,
      'proc/self/cgroup': '0::/service/worker\n',
      [`${above}/memory.max`]: `${8 * gibibyte}\n`,
      [`${above}/memory.current`]: `${6 * gibibyte}\n`,
      [`${above}/memory.stat`]: `anon 5\ninactive_file ${2 * gibibyte}\n`,
      [`${above}/cpu.max`]: 'max 100000\n',
      [`${above}/worker/memory.max`]: 'max\n',
      [`${above}/worker/cpu.max`]: '150000 100000\n',
      [`${above}/worker/cpu.stat`]: 'usage_usec 1000000\n',
    });
    let now = 0;
    const found = linuxMachine(folder.path, () => now, folder.path);
    expect(await found.size()).toMatchObject({ memoryBytes: 8 * gibibyte, threads: 1.5 });
    expect((await found.size()).source).toMatch(/Memory from \S+service, threads from \S+service\/worker,/);
    // Ten seconds with 1.2 of the 1.5 processors in use, while the machine's are a tenth busy.
    write(folder.path, { [`${above}/worker/cpu.stat`]: 'usage_usec 13000000\n', 'proc/stat': stat(100) });
    now = 10_000;
    const load = await found.load();
    expect(load.memory).toBe(0.5);
    expect(load.cpu).toBeCloseTo(0.8);
    expect((await found.load()).cpu).toBeCloseTo(0.8);
  });

  it('of version 1 knows quotas, and that an unlimited group has a huge number', async () => {
    await using folder = await temporaryFolder();
    write(folder.path, {
      ...machine,
      'proc/self/mountinfo':
        '1 0 0:1 / /cg/memory rw - cgroup cgroup rw,memory\n2 0 0:2 / /cg/cpu rw - cgroup cgroup rw,cpu\n3 0 0:3 / /cg/acct rw - cgroup cgroup rw,cpuacct\n',
      'proc/self/cgroup': '1:memory:/job\n2:cpu:/job\n3:cpuacct:/\n',
      'cg/memory/memory.limit_in_bytes': '9223372036854771712\n',
      'cg/memory/job/memory.limit_in_bytes': `${4 * gibibyte}\n`,
      'cg/memory/job/memory.usage_in_bytes': `${3 * gibibyte}\n`,
      'cg/memory/job/memory.stat': `total_inactive_file ${gibibyte}\n`,
      'cg/cpu/cpu.cfs_quota_us': '-1\n',
      'cg/cpu/cpu.cfs_period_us': '100000\n',
      'cg/cpu/job/cpu.cfs_quota_us': '200000\n',
      'cg/cpu/job/cpu.cfs_period_us': '100000\n',
      'cg/acct/job/cpuacct.usage': '0\n',
    });
    let now = 0;
    const found = linuxMachine(folder.path, () => now, folder.path);
    expect(await found.size()).toMatchObject({ memoryBytes: 4 * gibibyte, threads: 2 });
    write(folder.path, { 'cg/acct/job/cpuacct.usage': '1000000000\n' });
    now = 1_000;
    expect(await found.load()).toMatchObject({ memory: 0.5, cpu: 0.5 });
  });

  it('counts only the processors that are ours', async () => {
    await using folder = await temporaryFolder();
    write(folder.path, machine);
    let now = 0;
    const found = linuxMachine(folder.path, () => now, folder.path);
    // Twice as many ticks as before, of which half were busy.
    write(folder.path, { 'proc/stat': stat(0).replaceAll(/^(cpu[0127]) 0 0 0 1000/gm, '$1 500 0 0 1500') });
    now = 20_000;
    expect((await found.load()).cpu).toBeCloseTo(0.5);
  });
});

describe('this machine', () => {
  it('is read as the system tells it', async () => {
    await using folder = await temporaryFolder();
    const here = createMachine(join(folder.path, 'not/made/yet'), clock);
    const size = await here.size();
    expect(size.memoryBytes).toBeGreaterThan(0);
    expect(size.memoryBytes).toBeLessThanOrEqual(totalmem());
    expect(size.threads).toBeGreaterThan(0);
    expect(size.threads).toBeLessThanOrEqual(Math.max(availableParallelism(), cpus().length));
    const { blocks, bsize } = statfsSync(folder.path);
    expect(size.diskBytes).toBe(blocks * bsize);
    expect(size.source).toMatch(/^Memory .* disk from the file system of .*\.$/);
  });

  it('is busy while somebody computes', async () => {
    await using folder = await temporaryFolder();
    for (const here of [createMachine(folder.path, clock), otherMachine(folder.path)]) {
      await here.load();
      const end = performance.now() + 200;
      while (performance.now() < end);
      const load = await here.load();
      expect(load.cpu).toBeGreaterThan(0.7 / Math.max(1, cpus().length));
      for (const share of Object.values(load)) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }
      expect(load.memory).toBeGreaterThan(0);
    }
  });
});

it('lists of processors are read', () => {
  expect([...parseList('0-2,7\n')]).toEqual([0, 1, 2, 7]);
  expect([...parseList('')]).toEqual([]);
  expect([...allowedProcessors('x\nCpus_allowed_list:\t3\n')]).toEqual([3]);
});

it('waiting for a disk is idle, time taken by other guests is busy, that of our own guests counts once', () => {
  expect(parseStat('cpu0 10 5 5 60 20 0 0 20 10 5\n', new Set())).toEqual({ busy: 40, total: 120 });
});

it('memory of a Mac is what could be given at once', () => {
  const text = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               10000.
Pages active:                            200000.
Pages inactive:                           20000.
Pages speculative:                         3000.
Pages throttled:                              0.
Pages wired down:                         90000.
Pages purgeable:                            400.
"Translation faults":                 123456789.
`;
  expect(parseVmStat(text)).toBe(33_400 * 16_384);
  expect(parseVmStat('vm_stat: no such thing')).toBeUndefined();
});
