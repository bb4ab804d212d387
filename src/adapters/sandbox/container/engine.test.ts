import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { whereIs } from '../../../../test/security/container-stand.ts';
import {
  containersOf,
  engine,
  mebibyte,
  noContainers,
  path,
  processesWith,
  rungOf,
  world,
} from '../../../../test/security/container-world.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { ContainerOptions } from './container-rung.ts';
import { stateLabel as labelOf } from './sweep.ts';
import type { ContainerProgramInput } from './testing/container-program.ts';

const dockerReason =
  noContainers ?? (whereIs('docker') === undefined ? 'not run here: the Docker command line is not installed' : undefined);

describe.skipIf(noContainers !== undefined)(`the engine${noContainers === undefined ? '' : ` (${noContainers})`}`, () => {
  test.each([
    ['no image', { image: undefined }, /No image is configured.*sandbox/],
    ['an image that is not there', { image: 'localhost/absent:1' }, /does not have the image localhost\/absent:1.*podman pull/],
    ['an image with a name like an option', { image: '--privileged' }, /\w/],
    ['no engine', { host: { PATH: '/nowhere' } }, /There is no program podman/],
    [
      'a daemon that is not there',
      { engine: 'docker', host: { PATH: path, DOCKER_HOST: 'unix:///no/such.sock' } },
      /does not answer: start it|There is no program docker/,
    ],
    ['a Node that does not run there', { nodePath: '/etc/hostname' }, /does not run the Node of Miyabi/],
  ] as const)('%s is said with what to do', async (_name, options, sentence) => {
    const rung = rungOf(options as Partial<ContainerOptions>);
    expect(await rung.probe()).toEqual({ level: 'container', usable: false, detail: expect.stringMatching(sentence) });
  });

  test('keeps nothing of a world that is closed while a program runs', async () => {
    await using here = await world();
    const begun = Promise.withResolvers<void>();
    const running = here.shell('echo begun; exec sleep 984', { onLine: () => begun.resolve() });
    await begun.promise;
    await here.open[Symbol.asyncDispose]();
    expect(containersOf(here)).toEqual([]);
    expect((await running).end).toMatchObject({ kind: 'signalled', signal: 'SIGKILL' });
    expect(processesWith('sleep', '984')).toEqual([]);
  });

  test('is rid of what a process left that is no longer alive, and of nothing else', async () => {
    const { podman, image } = engine;
    const state = `/state/${randomUUID()}`;
    const start = (owner: string, of: string) => {
      const labels = { 'miyabi.state': labelOf(of), 'miyabi.owner': owner };
      const options = Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
      return podman('run', '--detach', '--init', '--stop-timeout=0', '--network=none', ...options, image, 'sleep', '983').trim();
    };
    const [dead, mine, foreign] = [start('dead', state), start('me', state), start('dead', '/other')];
    expect(await rungOf({ state }).sweep?.()).toEqual([
      expect.stringMatching(/^The container \S+ was removed: dead, which had started it/),
    ]);
    const remaining = podman('ps', '--all', '--quiet', '--no-trunc').trim().split('\n');
    expect([dead, mine, foreign].map((id) => remaining.includes(id))).toEqual([false, true, true]);
    podman('rm', '--force', mine, foreign);
  });

  test('ends with a Miyabi that is killed, and the next one removes what is left', async () => {
    const { host, image } = engine;
    await using temporary = await temporaryFolder();
    const input: ContainerProgramInput = {
      options: { host, image, engine: 'podman', nodePath: process.execPath, state: temporary.path, owner: 'dead' },
      place: {
        name: `killed-${randomUUID()}`,
        writable: [],
        protected: [],
        readable: [],
        hidden: [],
        scratch: temporary.path,
        limits: { memoryBytes: 64 * mebibyte, processes: 16, cpus: 1, diskBytes: mebibyte, outputBytes: mebibyte },
      },
      script: 'echo begun; trap "" TERM; sleep 981',
    };
    const program = new URL('testing/container-program.ts', import.meta.url).pathname;
    const victim = spawn(process.execPath, [program, JSON.stringify(input)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(victim.stdout, 'data');
    await vi.waitFor(() => expect(processesWith('sleep', '981')).toHaveLength(1), { timeout: 10_000 });
    victim.kill('SIGKILL');
    await vi.waitFor(() => expect(processesWith('sleep', '981')).toEqual([]), { timeout: 20_000 });
    await rungOf({ state: temporary.path }).sweep?.();
    expect(engine.podman('ps', '--all', '--quiet', '--filter', `label=miyabi.world=${input.place.name}`)).toBe('');
  });

  test('is not shown what it cannot be told: a path with a line break', async () => {
    await expect(world((_tree, folder) => ({ readable: [makeFolder(join(folder, 'a\nb'))] }))).rejects.toThrow(
      /cannot be shown to a container/,
    );
  });

  test('follows no link of the world to the outside when it mounts', async () => {
    await using here = await world((tree, folder) => {
      makeFolder(join(folder, 'outside'));
      symlinkSync(join(folder, 'outside'), join(tree, 'link'));
      return { protected: [join(tree, 'link/.git')] };
    });
    await here.shell('touch link/.git/x');
    expect(readdirSync(join(here.folder, 'outside'))).toEqual([]);
  });
});

describe.skipIf(dockerReason !== undefined)(`the Docker command line${dockerReason === undefined ? '' : ` (${dockerReason})`}`, () => {
  test('runs, bounds and ends programs just the same', { tags: ['campaign'] }, async () => {
    const host = await engine.startDockerService();
    await using here = await world(undefined, { engine: 'docker', host });
    expect(await here.shell('cat; echo err >&2; exit 3', { stdin: 'said' })).toMatchObject({
      end: { kind: 'exited', code: 3 },
      stdout: 'said',
      stderr: 'err\n',
    });
    expect(await here.shell('trap "echo bye; exit 0" TERM; echo begun; while :; do sleep 0.1; done', { timeoutMs: 6_000 })).toMatchObject({
      end: { kind: 'timeout' },
      stdout: 'begun\nbye\n',
    });
    const stubborn = await here.shell("trap '' TERM; while :; do sleep 982; done", { timeoutMs: 1_500, graceMs: 300 });
    expect(stubborn.end).toMatchObject({ kind: 'timeout' });
    expect(processesWith('sleep', '982')).toEqual([]);
    expect((await here.shell('kill -9 $$')).end).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
    expect((await here.run(['no-such-program'])).end).toMatchObject({ kind: 'not-started' });
    expect(containersOf(here)).toEqual([]);
  });
});

function makeFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}
