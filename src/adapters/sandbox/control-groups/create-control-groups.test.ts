import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { isAlive, untilGone } from '../../../../test/support/evil-agent.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { ProcessRequest } from '../../../ports/process.ts';
import { createProcessRunner } from '../../process/process-runner.ts';
import type { ControlGroup, GroupLimits } from './control-group.ts';
import { createControlGroups } from './create-control-groups.ts';
import { groupsIn, isRemoved } from './end-groups.ts';
import { readHierarchies } from './hierarchies.ts';
import { ownerGroup } from './owner-name.ts';

const mebibyte = 1024 * 1024;
const limits: GroupLimits = { memoryBytes: 256 * mebibyte, processes: 64, cpus: 1 };
const env = { PATH: '/usr/local/bin:/usr/bin:/bin' };
const state = `/nowhere/state-of-test-${process.pid}`;
const owner = `process-${process.pid}`;
const groups = createControlGroups({ state, owner, isAlive: async () => false });
const runner = createProcessRunner();
afterAll(() => runner[Symbol.asyncDispose]());

const run = (group: ControlGroup, script: string, more: Partial<ProcessRequest> = {}) =>
  runner.run({ command: group.joining(['/bin/sh', '-c', script]), cwd: '/', env, timeoutMs: 30_000, ...more });

async function open(name: string, more: Partial<GroupLimits> = {}): Promise<ControlGroup> {
  const group = await groups.open(name, { ...limits, ...more });
  if (group === undefined) throw new Error('There are no control groups.');
  return group;
}

/** Where groups of this owner lie. */
function ownersGroups(): readonly string[] {
  return readHierarchies().flatMap(({ own }) => {
    const folder = join(own, ownerGroup(state, owner));
    return existsSync(folder) ? [folder] : [];
  });
}

async function until(holds: () => boolean, ms = 5_000): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (!holds() && performance.now() < deadline) await wait(10);
  return holds();
}

describe.skipIf(groups.kind === 'none')(`control groups${groups.kind === 'none' ? `, not run here: ${groups.detail}` : ''}`, () => {
  it('says what it holds, and the group of a world says the same', async () => {
    await using group = await open('says');
    expect(group.holds).toEqual(groups.holds);
    expect(groups.detail).toMatch(/^Control groups of version [12].*\.$/);
  });

  it('becomes the program: output, exit code, arguments that a shell would read', async () => {
    await using group = await open('becomes');
    const [program, ...rest] = group.joining(['printf', '%s|', '$(id)', "it's", '']);
    const printed = await runner.run({ command: [program, ...rest], cwd: '/', env, timeoutMs: 5_000 });
    expect(printed).toMatchObject({ end: { kind: 'exited', code: 0 }, stdout: "$(id)|it's||", stderr: '' });
    expect(await run(group, 'kill -9 $$')).toMatchObject({ end: { kind: 'signalled', signal: 'SIGKILL' } });
  });

  it('starts no program outside of its group', async () => {
    const group = await open('gone');
    await group[Symbol.asyncDispose]();
    const result = await run(group, 'echo ran');
    expect(result).toMatchObject({ end: { kind: 'exited', code: 125 }, stdout: '' });
    expect(result.stderr).toContain('could not be joined, so the program was not started');
  });

  it.skipIf(!groups.holds.has('processes'))('holds a fork bomb at the limit, counts what it refused and leaves none of it', async () => {
    const group = await open('bomb', { processes: 40 });
    const bomb = run(group, 'bomb() { bomb | bomb & }; bomb; sleep 20');
    expect(await until(() => group.events().processRefusals > 0)).toBe(true);
    expect(group.usage().processes).toBeLessThanOrEqual(41);
    const pids = group.processIds();
    expect(pids.length).toBeGreaterThan(0);
    await group.kill();
    expect(group.processIds()).toEqual([]);
    await group[Symbol.asyncDispose]();
    await untilGone(pids);
    expect(pids.filter(isAlive)).toEqual([]);
    await bomb;
  });

  it.skipIf(!groups.holds.has('memory'))('ends what uses too much memory, and counts it', async () => {
    await using group = await open('hog', { memoryBytes: 128 * mebibyte });
    const hog = 'const kept = []; for (;;) kept.push(Buffer.alloc(8 * 1024 * 1024, 1))';
    const [program, ...rest] = group.joining([process.execPath, '-e', hog]);
    const result = await runner.run({ command: [program, ...rest], cwd: '/', env, timeoutMs: 20_000 });
    expect(result.end).toMatchObject({ kind: 'signalled', signal: 'SIGKILL' });
    expect(group.events().memoryKills).toBeGreaterThan(0);
    expect(group.usage().peakMemoryBytes).toBeGreaterThan(100 * mebibyte);
    expect(group.usage().peakMemoryBytes).toBeLessThanOrEqual(128 * mebibyte);
  });

  it.skipIf(!groups.holds.has('cpu'))('gives no more processor time than was agreed', async () => {
    await using group = await open('spin', { cpus: 0.3 });
    const { durationMs } = await run(group, 'while :; do :; done', { timeoutMs: 1_500, graceMs: 0 });
    const used = group.usage().cpuMs ?? 0;
    expect(used).toBeGreaterThan(100);
    // A period of 100 ms more: what was under way at the end.
    expect(used).toBeLessThan(0.3 * (durationMs + 100) + 50);
  });

  it.skipIf(!groups.holds.has('cpu'))('ends many processes at once also where they get next to no processor time', async () => {
    const group = await open('starved', { cpus: 0.05, processes: 400 });
    const bomb = run(group, 'bomb() { bomb | bomb & }; bomb; sleep 20');
    expect(await until(() => (group.usage().processes ?? 0) >= 100, 15_000)).toBe(true);
    const begin = performance.now();
    await group[Symbol.asyncDispose]();
    expect(performance.now() - begin).toBeLessThan(10_000);
    await bomb;
  });

  it('ends what left its session and its parent and cleared its environment', async () => {
    await using group = await open('survivor');
    const done = await run(group, `setsid sh -c 'trap "" TERM HUP; env -i sleep 100 & echo $!' &\nwait`, { staysInGroup: true });
    const pids = [Number(done.stdout)];
    expect(pids.filter(isAlive)).toEqual(pids);
    await group.kill();
    await untilGone(pids);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('leaves nothing after fifty worlds, several at a time, and a name can be used again', async () => {
    for (let round = 0; round < 10; round += 1) {
      const opened = await Promise.all(['one', 'two', 'three', 'four', 'five'].map((name) => open(name)));
      await Promise.all(opened.map((group) => run(group, 'true')));
      expect(ownersGroups()).not.toEqual([]);
      await Promise.all(opened.map((group) => group[Symbol.asyncDispose]()));
      await Promise.all(opened.map((group) => group[Symbol.asyncDispose]()));
    }
    expect(ownersGroups()).toEqual([]);
  });

  it('refuses a name that leads elsewhere, and the second group of a name', async () => {
    await expect(open('../other')).rejects.toThrow('no name for a control group');
    await using first = await open('twice');
    await expect(open('twice')).rejects.toThrow('EEXIST');
    expect((await run(first, 'echo still there')).stdout).toBe('still there\n');
  });

  it('is swept within a second after its owner was killed; those of the living and of other state folders stay', async () => {
    const module = new URL('./create-control-groups.ts', import.meta.url).href;
    const program = `
      import { spawn } from 'node:child_process';
      const { createControlGroups } = await import(${JSON.stringify(module)});
      for (const [state, owner, name] of ${JSON.stringify([
        [state, 'process-dead', 'world-a'],
        [state, 'process-dead', 'world-b'],
        [state, 'process-living', 'world-c'],
        [`${state}-other`, 'process-dead', 'world-d'],
      ])}) {
        const group = await createControlGroups({ state, owner, isAlive: async () => true }).open(name, ${JSON.stringify(limits)});
        const [program, ...rest] = group.joining(['sh', '-c', 'echo $$; exec sleep 100']);
        spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
      }
      setInterval(() => {}, 1000);`;
    const victim = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'], env });
    const pids: number[] = [];
    for await (const line of createInterface({ input: victim.stdout })) if (pids.push(Number(line)) === 4) break;
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    expect(pids.filter(isAlive)).toHaveLength(4);

    const asked: string[] = [];
    const sweeper = createControlGroups({
      state,
      owner,
      isAlive: async (name) => {
        asked.push(name);
        return name === 'process-living';
      },
    });
    const begin = performance.now();
    const said = await sweeper.sweep();
    expect(performance.now() - begin).toBeLessThan(10_000);
    expect([...said].sort()).toEqual([
      'The control group of world-a was removed: process-dead, which had made it, is no longer alive.',
      'The control group of world-b was removed: process-dead, which had made it, is no longer alive.',
    ]);
    expect(asked.sort()).toEqual(['process-dead', 'process-living']);
    expect(pids.filter(isAlive)).toHaveLength(2);
    expect(await sweeper.sweep()).toEqual([]);

    const rest = [state, `${state}-other`].map((each) => createControlGroups({ state: each, owner, isAlive: async () => false }).sweep());
    expect((await Promise.all(rest)).flat()).toHaveLength(2);
    await untilGone(pids);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

const unified = readHierarchies().find(({ version }) => version === 2);
const canTryVersion2 = unified !== undefined && isWritable(unified.top);

function isWritable(folder: string): boolean {
  const made = join(folder, `miyabi-test-${process.pid}`);
  try {
    mkdirSync(made);
    return isRemoved(made);
  } catch {
    return false;
  }
}

describe.skipIf(!canTryVersion2)(`version 2${canTryVersion2 ? '' : ', not run here: it is not mounted, or not ours to write'}`, () => {
  it('joins, kills all at once and removes its groups', async () => {
    await using machine = await temporaryFolder();
    mkdirSync(join(machine.path, 'proc/self'), { recursive: true });
    writeFileSync(join(machine.path, 'proc/self/mountinfo'), '41 31 0:38 / /unified rw,relatime - cgroup2 cgroup2 rw\n');
    writeFileSync(join(machine.path, 'proc/self/cgroup'), '0::/\n');
    symlinkSync(unified?.top ?? '', join(machine.path, 'unified'));
    const second = createControlGroups({ state, owner, isAlive: async () => false, root: machine.path });
    expect(second.kind).toBe('v2');
    const group = await second.open('world', limits);
    if (group === undefined) throw new Error('There is no group.');
    const running = run(group, 'setsid sleep 100 & env -i setsid sleep 100 & sleep 100');
    expect(await until(() => group.processIds().length >= 3)).toBe(true);
    const membership = readFileSync(`/proc/${group.processIds()[0]}/cgroup`, 'utf8');
    expect(membership).toContain(`0::/${ownerGroup(state, owner)}/world\n`);
    const pids = group.processIds();
    await group.kill();
    await untilGone(pids);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await running).toMatchObject({ end: { kind: 'signalled', signal: 'SIGKILL' } });
    expect(group.usage().cpuMs).toBeGreaterThan(0);
    await group[Symbol.asyncDispose]();
    expect(groupsIn(unified?.top ?? '').filter((name) => name === ownerGroup(state, owner))).toEqual([]);
  });
});
