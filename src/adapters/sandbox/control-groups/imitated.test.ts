import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { createControlGroups } from './create-control-groups.ts';
import { readHierarchies } from './hierarchies.ts';
import { setLimits } from './limits.ts';
import { readEvents, readUsage } from './measure.ts';
import { findPlaces } from './places.ts';

/** Writes files below a folder; of a group that cannot be written there is no cgroup.procs. */
function imitate(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const limits = { memoryBytes: 1_000_000_000.5, processes: 100, cpus: 1.5 };
const second = '30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n';
const session = '/user.slice/user-1000.slice/user@1000.service';

it('takes the nearest folder above us that is ours and has all controllers', async () => {
  await using machine = await temporaryFolder();
  imitate(machine.path, {
    'proc/self/mountinfo': second,
    'proc/self/cgroup': `0::${session}/app.slice/terminal.scope\n`,
    [`sys/fs/cgroup${session}/cgroup.procs`]: '',
    [`sys/fs/cgroup${session}/cgroup.controllers`]: 'cpu memory pids\n',
    [`sys/fs/cgroup${session}/cgroup.subtree_control`]: 'cpu memory pids\n',
    [`sys/fs/cgroup${session}/app.slice/cgroup.procs`]: '',
    [`sys/fs/cgroup${session}/app.slice/cgroup.controllers`]: 'memory pids\n',
    [`sys/fs/cgroup${session}/app.slice/cgroup.subtree_control`]: 'memory pids\n',
    [`sys/fs/cgroup${session}/app.slice/terminal.scope/cgroup.procs`]: '1\n',
  });
  const found = findPlaces(readHierarchies(machine.path), 'probe');
  expect(found).toMatchObject({ kind: 'v2', places: [{ version: 2, controllers: ['cpu', 'memory', 'pids'] }] });
  expect(found.places[0]?.folder).toBe(join(machine.path, 'sys/fs/cgroup', session));
  expect(found.detail).toContain('hold each world as a whole: memory, number of processes, processor time.');
});

it('does not leave a limited group above us for the sake of one more controller', async () => {
  await using machine = await temporaryFolder();
  imitate(machine.path, {
    'proc/self/mountinfo': second,
    'proc/self/cgroup': '0::/held.slice/miyabi.service\n',
    'sys/fs/cgroup/cgroup.procs': '',
    'sys/fs/cgroup/cgroup.controllers': 'cpu memory pids\n',
    'sys/fs/cgroup/cgroup.subtree_control': 'cpu memory pids\n',
    'sys/fs/cgroup/held.slice/cgroup.procs': '',
    'sys/fs/cgroup/held.slice/cgroup.controllers': 'memory pids\n',
    'sys/fs/cgroup/held.slice/cgroup.subtree_control': 'memory pids\n',
    'sys/fs/cgroup/held.slice/memory.max': '8000000000\n',
    'sys/fs/cgroup/held.slice/miyabi.service/cgroup.procs': '1\n',
  });
  const [place] = findPlaces(readHierarchies(machine.path), 'probe').places;
  expect(place).toMatchObject({ folder: join(machine.path, 'sys/fs/cgroup/held.slice'), controllers: ['memory', 'pids'] });
});

it('says which limits are missing where a controller is not given to us', async () => {
  await using machine = await temporaryFolder();
  imitate(machine.path, {
    'proc/self/mountinfo': second,
    'proc/self/cgroup': `0::${session}/one.scope\n`,
    [`sys/fs/cgroup${session}/cgroup.procs`]: '',
    [`sys/fs/cgroup${session}/cgroup.controllers`]: 'memory pids\n',
    [`sys/fs/cgroup${session}/cgroup.subtree_control`]: 'memory pids\n',
  });
  const { detail } = findPlaces(readHierarchies(machine.path), 'probe');
  expect(detail).toContain('memory, number of processes; not held, only watched: processor time.');
});

it('says why there is none: nothing mounted, nothing that is ours', async () => {
  await using machine = await temporaryFolder();
  const none = createControlGroups({ state: '/state', owner: 'process-1', isAlive: async () => true, root: machine.path });
  expect(none).toMatchObject({ kind: 'none', holds: new Set() });
  expect(none.detail).toBe(
    'No control groups (the system has none): what a world uses is watched, and it is stopped when that is too much.',
  );
  expect(await none.open('world', limits)).toBeUndefined();
  expect(await none.sweep()).toEqual([]);
  imitate(machine.path, { 'proc/self/mountinfo': second, 'proc/self/cgroup': '0::/user.slice/session-3.scope\n' });
  expect(findPlaces(readHierarchies(machine.path), 'probe')).toMatchObject({
    kind: 'none',
    detail: expect.stringContaining('sys/fs/cgroup'),
  });
});

it('finds its own group in a container that is shown only a part, and where names hold blanks', async () => {
  await using machine = await temporaryFolder();
  imitate(machine.path, {
    'proc/self/mountinfo': [
      '1 0 0:1 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory',
      '2 0 0:2 /docker/abc /sys/fs/cgroup/cpu\\040time ro,relatime shared:7 - cgroup cgroup rw,cpu,cpuacct',
      '3 0 0:3 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,release_agent=/lib/agent,name=systemd',
      '4 0 0:4 / /proc rw - proc proc rw',
      '',
    ].join('\n'),
    'proc/self/cgroup': '3:memory:/docker/abc/inner\n2:cpuacct,cpu:/docker/abc\n1:name=systemd:/../outside\n',
  });
  const at = (path: string): string => join(machine.path, 'sys/fs/cgroup', path);
  expect(readHierarchies(machine.path)).toEqual([
    { version: 1, controllers: ['memory'], top: at('memory'), own: at('memory/inner') },
    { version: 1, controllers: ['cpu', 'cpuacct'], top: at('cpu time'), own: at('cpu time') },
    { version: 1, controllers: ['name=systemd'], top: at('systemd'), own: at('systemd') },
  ]);
});

it('writes the limits of version 2', async () => {
  await using group = await temporaryFolder();
  setLimits(group.path, { version: 2, controllers: ['memory', 'pids', 'cpu'] }, limits);
  const files = ['memory.max', 'memory.swap.max', 'memory.oom.group', 'pids.max', 'cpu.max'];
  expect(files.map((file) => readFileSync(join(group.path, file), 'utf8'))).toEqual(['1000000000', '0', '1', '100', '150000 100000']);
});

it('reads the figures of version 2', async () => {
  await using group = await temporaryFolder();
  imitate(group.path, {
    'memory.current': '5000\n',
    'memory.peak': '9000\n',
    'memory.stat': 'anon 100\ninactive_file 1500\n',
    'memory.events': 'low 0\nhigh 0\nmax 4\noom 1\noom_kill 2\noom_group_kill 1\n',
    'cpu.stat': 'usage_usec 2500\nuser_usec 1\n',
    'pids.current': '7\n',
    'pids.events': 'max 3\n',
  });
  const folders = [{ folder: group.path, place: { version: 2, controllers: ['memory', 'pids', 'cpu'] } }] as const;
  expect(readUsage(folders)).toEqual({ memoryBytes: 3500, peakMemoryBytes: 9000, cpuMs: 2.5, processes: 7 });
  expect(readEvents(folders)).toEqual({ memoryKills: 2, processRefusals: 3 });
});
