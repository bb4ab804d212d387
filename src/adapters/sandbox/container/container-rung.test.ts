import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { containerStand, whereIs } from '../../../../test/security/container-stand.ts';
import type { ContainerStand } from '../../../../test/security/container-stand.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { ProcessRequest, ProcessResult, ProcessRunner } from '../../../ports/process.ts';
import { createProcessRunner } from '../../process/process-runner.ts';
import { openEgress } from '../network/open-egress.ts';
import type { OpenRung, RungPlace, Told } from '../rung.ts';
import { createContainerRung } from './container-rung.ts';
import type { ContainerProgramInput } from './testing/container-program.ts';
import { stateLabel as labelOf } from './sweep.ts';
import type { ContainerOptions } from './container-rung.ts';

const stand = await containerStand();
const dockerReason =
  typeof stand === 'string'
    ? stand
    : whereIs('docker') === undefined
      ? 'not run here: the Docker command line is not installed'
      : undefined;
const left = typeof stand === 'string' ? ` (${stand})` : '';
const path = '/usr/local/bin:/usr/bin:/bin';
const mebibyte = 1024 * 1024;
let runner: ProcessRunner;

beforeAll(() => {
  runner = createProcessRunner();
});
afterAll(async () => {
  await runner[Symbol.asyncDispose]();
  if (typeof stand !== 'string') await stand[Symbol.asyncDispose]();
});

const living = (name: string) => ({ name, hold: () => Promise.resolve(), isAlive: (other: string) => Promise.resolve(other === name) });

function rungOf(more: Partial<ContainerOptions> = {}) {
  const { host, image } = stand as ContainerStand;
  const process_ = more.process ?? runner;
  return createContainerRung({
    host,
    image,
    engine: 'podman',
    nodePath: process.execPath,
    state: '/somewhere',
    owner: living('me'),
    ...more,
    process: process_,
  });
}

interface World extends AsyncDisposable {
  readonly tree: string;
  readonly folder: string;
  readonly open: OpenRung;
  readonly told: readonly Told[];
  run(command: ProcessRequest['command'], more?: Partial<ProcessRequest>): Promise<ProcessResult>;
  shell(script: string, more?: Partial<ProcessRequest>): Promise<ProcessResult>;
}

/** A world with a folder to write, and the way to run programs in it. */
async function world(
  more: (tree: string, folder: string) => Partial<RungPlace> = () => ({}),
  options: Partial<ContainerOptions> = {},
): Promise<World> {
  const temporary = await temporaryFolder();
  const [tree, scratch] = [join(temporary.path, 'tree'), join(temporary.path, 'scratch')];
  mkdirSync(tree);
  mkdirSync(scratch);
  const told: Told[] = [];
  const rung = rungOf(options);
  expect(await rung.probe()).toMatchObject({ usable: true });
  const limits = { memoryBytes: 256 * mebibyte, processes: 64, cpus: 1, diskBytes: 64 * mebibyte, outputBytes: mebibyte };
  const given = {
    name: `test-${randomUUID()}`,
    writable: [tree],
    protected: [],
    readable: [],
    hidden: [],
    scratch,
    limits,
    egress: undefined,
    group: undefined,
  };
  const open = await rung.open({ ...given, tell: (incident) => told.push(incident), ...more(tree, temporary.path) });
  const run: World['run'] = async (command, request = {}) => {
    const result = await runner.run(open.confine({ command, cwd: tree, env: { PATH: path }, timeoutMs: 30_000, ...request }));
    return open.interpret?.(result) ?? result;
  };
  return {
    tree,
    folder: temporary.path,
    open,
    told,
    run,
    shell: (script, request) => run(['/bin/sh', '-c', script], request),
    async [Symbol.asyncDispose]() {
      await open[Symbol.asyncDispose]();
      await temporary[Symbol.asyncDispose]();
    },
  };
}

describe.skipIf(typeof stand === 'string')(`a program in a container${left}`, { timeout: 60_000 }, () => {
  test('has its own output, error output and exit code, its folder and its input', async () => {
    await using here = await world();
    expect(await here.shell('pwd; cat; echo err >&2; exit 3', { stdin: 'said' })).toMatchObject({
      end: { kind: 'exited', code: 3 },
      stdout: `${here.tree}\nsaid`,
      stderr: 'err\n',
      leftovers: 0,
    });
    expect((await here.run(['cat'])).stdout).toBe('');
    expect((await here.run(['true'], { stdin: 'x'.repeat(1_000_000) })).end).toEqual({ kind: 'exited', code: 0 });
  });

  test('has exactly the environment that was asked for', async () => {
    await using here = await world();
    const env = { PATH: `${path}:/from/the/image`, 'odd name': 'a', QUOTED: `it's "so" $HOME`, LINES_: 'one\ntwo', HOME: '/nowhere' };
    const { stdout } = await here.run(['env'], { env });
    const seen = stdout.replace(/MIYABI_PROCESS=[^\n]*\n/, '');
    expect(seen.trimEnd().split('\n').toSorted()).toEqual(
      Object.entries(env)
        .flatMap(([name, value]) => `${name}=${value}`.split('\n'))
        .toSorted(),
    );
  });

  test('is named by the signal that ended it', async () => {
    await using here = await world();
    expect((await here.shell('kill -9 $$')).end).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
    expect((await here.shell('kill -15 $$')).end).toEqual({ kind: 'signalled', signal: 'SIGTERM' });
  });

  test.each([
    ['a program that does not exist', ['no-such-program'], {}],
    ['a path that does not exist', ['/no/such/program'], {}],
    ['a folder that does not exist', ['true'], { cwd: '/no/such/folder' }],
    ['an argument with a NUL', ['echo', 'a\0b'], {}],
  ] as const)('%s is an answer, not an exception', async (_name, command, more) => {
    await using here = await world();
    expect((await here.run([...command], more)).end).toMatchObject({ kind: 'not-started', reason: expect.stringMatching(/\w+/) });
  });

  test('a program whose path has an equals sign is a program', async () => {
    await using here = await world();
    writeFileSync(join(here.tree, 'a=b'), '#!/bin/sh\necho ran\n', { mode: 0o755 });
    expect((await here.run([join(here.tree, 'a=b')])).stdout).toBe('ran\n');
  });

  test('is asked to end at its time limit, and may put its things away', async () => {
    await using here = await world();
    const result = await here.shell("trap 'echo bye; exit 0' TERM; echo begun; while :; do sleep 0.1; done", { timeoutMs: 1_500 });
    expect(result).toMatchObject({ end: { kind: 'timeout' }, stdout: 'begun\nbye\n' });
    expect(containersOf(here)).toEqual([]);
  });

  test('that does not want to end is ended, with whatever it started', async () => {
    await using here = await world();
    const result = await here.shell("trap '' TERM; (trap '' TERM; exec sleep 987) & while :; do sleep 987; done", {
      timeoutMs: 1_000,
      graceMs: 300,
    });
    expect(result.end).toMatchObject({ kind: 'timeout' });
    expect(result.durationMs).toBeLessThan(8_000);
    expect(processesWith('sleep', '987')).toEqual([]);
    expect(containersOf(here)).toEqual([]);
  });

  test('finds the programs of the image, not those of the machine', async () => {
    await using here = await world(() => ({ readable: ['/usr', '/bin', '/usr/share/doc'] }));
    const { stdout } = await here.shell(
      'ls /usr; ls /usr/bin; ls /usr/share; for name in cat apt-get; do command -v $name; done; echo $PATH',
    );
    expect(stdout).toContain(`${path}:/from/the/image`);
    expect(stdout).toMatch(/^\/(?:usr\/)?bin\/cat$/m);
    expect(stdout).not.toMatch(/apt-get|src|games/);
  });

  test('can be cancelled', async () => {
    await using here = await world();
    const cancel = new AbortController();
    const result = await here.shell('echo begun; exec sleep 986', { signal: cancel.signal, onLine: () => cancel.abort() });
    expect(result.end).toEqual({ kind: 'cancelled' });
    expect(processesWith('sleep', '986')).toEqual([]);
  });

  test('leaves nobody behind in the background, not even without an environment', async () => {
    await using here = await world();
    expect((await here.shell('env -i sleep 985 >/dev/null 2>&1 </dev/null & echo gone')).stdout).toBe('gone\n');
    expect(processesWith('sleep', '985')).toEqual([]);
  });

  test('writes only where it may, and paths mean the same inside and outside', async () => {
    await using here = await world();
    const script =
      'echo made >new; for f in /here /usr/here /etc/here ../here; do echo x >$f; done 2>/dev/null; touch /tmp/mine && echo temporary';
    expect((await here.shell(script)).stdout).toBe('temporary\n');
    expect(readdirSync(here.folder).toSorted()).toEqual(['scratch', 'tree']);
    expect(readFileSync(join(here.tree, 'new'), 'utf8')).toBe('made\n');
    expect(statSync(join(here.tree, 'new')).uid).toBe(process.getuid?.());
  });

  test('sees nothing of the machine beside what is readable, and cannot write that', async () => {
    await using here = await world((_tree, folder) => {
      for (const name of ['shown', 'shown/secret', 'shown/secret/but', 'beside']) mkdirSync(join(folder, name));
      for (const name of ['shown/file', 'shown/secret/file', 'shown/secret/but/file', 'beside/file'])
        writeFileSync(join(folder, name), name);
      return { readable: [join(folder, 'shown'), join(folder, 'shown/secret/but')], hidden: [join(folder, 'shown/secret')] };
    });
    const { stdout } = await here.shell(
      'cd ..; ls; cat shown/file shown/secret/file shown/secret/but/file beside/file; ls shown/secret; touch shown/new',
    );
    expect(stdout).toBe('shown\ntree\nshown/fileshown/secret/but/filebut\n');
    expect(existsSync(join(here.folder, 'shown/new'))).toBe(false);
  });

  test('cannot change what is protected, be it there or not', async () => {
    await using here = await world((tree) => {
      writeFileSync(join(tree, '.git'), 'gitdir: elsewhere\n');
      return { protected: [join(tree, '.git'), join(tree, 'sub/.absent')] };
    });
    const script =
      'echo x >.git; rm -rf .git; ln -sf /etc .git; cat .git; echo x >sub/.absent/y; rm -rf sub/.absent; mkdir -p sub/.absent/z; ls sub/.absent';
    expect((await here.shell(script)).stdout).toBe('gitdir: elsewhere\n');
    expect(readFileSync(join(here.tree, '.git'), 'utf8')).toBe('gitdir: elsewhere\n');
    await here.open[Symbol.asyncDispose]();
    expect(readdirSync(here.tree)).toEqual(['.git']);
  });

  test('is found under paths with blanks, quotes, commas and colons', async () => {
    await using here = await world((_tree, folder) => {
      const odd = [`a b`, `a,b`, `a:b`, `a"b,c`, `a'b`, `a\\b`].map((name) => join(folder, name));
      for (const each of odd) mkdirSync(each);
      return { writable: odd };
    });
    const names = ['a b', 'a,b', 'a:b', 'a"b,c', "a'b", 'a\\b'];
    for (const name of names) {
      const result = await here.shell('echo here >file', { cwd: join(here.folder, name) });
      expect([name, result.end]).toEqual([name, { kind: 'exited', code: 0 }]);
      expect(readFileSync(join(here.folder, name, 'file'), 'utf8')).toBe('here\n');
    }
  });

  test('has no power over the machine and no network', async () => {
    await using here = await world();
    const { stdout } = await here.shell(
      'while read name rest; do case $name in Cap*|NoNew*|Seccomp:) echo $name $rest;; esac; done </proc/self/status; ls /sys/class/net',
    );
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        'CapPrm: 0000000000000000',
        'CapEff: 0000000000000000',
        'CapBnd: 0000000000000000',
        'NoNewPrivs: 1',
        'Seccomp: 2',
        'lo',
      ]),
    );
    expect(stdout).not.toMatch(/eth0|ens|wlan/);
    expect((await here.shell('mount -t tmpfs none /tmp')).end).not.toEqual({ kind: 'exited', code: 0 });
  });

  test('has the way out where there is one, and no other', async () => {
    const server = createServer((_request, response) => response.end('reached')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const refused: string[] = [];
    await using egress = await openEgress({
      allow: [{ host: 'localhost', port }],
      onDecision: ({ allowed, host: asked }) => (allowed ? undefined : refused.push(asked)),
    });
    await using here = await world(() => ({ egress }));
    const script =
      "for (const at of process.argv.slice(1)) await fetch(at).then(async (answer) => console.log(answer.status, await answer.text()), () => console.log('nothing'));";
    const asked = [`http://localhost:${port}/`, 'http://example.org/', 'http://127.0.0.1:1/'];
    const result = await here.run([process.execPath, '--input-type=module', '-e', script, ...asked], {
      env: { PATH: path, ...egress.environment },
    });
    expect(result.stdout).toBe('200 reached\nnothing\nnothing\n');
    expect(refused).toEqual(['example.org']);
    expect(egress.contacted()).toEqual([`localhost:${port}`]);
    expect((await here.shell('exit 5')).end).toEqual({ kind: 'exited', code: 5 });
    server.close();
  });

  test('is held to its memory, its processes, its temporary folder and its file size', async () => {
    await using here = await world(() => ({
      limits: { memoryBytes: 64 * mebibyte, processes: 16, cpus: 1, diskBytes: 8 * mebibyte, outputBytes: mebibyte },
    }));
    const hog = await here.run([process.execPath, '-e', 'const all = []; for (;;) all.push(Buffer.alloc(1e7, 1))']);
    expect(hog.end).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
    expect(here.told.map(({ kind }) => kind)).toEqual(['memory']);
    expect((await here.shell('for i in $(seq 40); do sleep 5 & done')).stderr).toMatch(/fork|Resource/i);
    expect((await here.shell('dd if=/dev/zero of=/tmp/big bs=1M count=20')).stderr).toMatch(/No space left/);
    await here.shell('dd if=/dev/zero of=big bs=1000 count=20', { limits: { fileBytes: 10_240 } });
    expect(statSync(join(here.tree, 'big')).size).toBe(10_240);
  });

  test('may print more than memory holds: nobody keeps it', async () => {
    await using here = await world();
    const result = await here.shell('dd if=/dev/zero bs=1M count=200 2>/dev/null', { keepBytes: 1_000 });
    expect(result).toMatchObject({ end: { kind: 'exited', code: 0 }, droppedBytes: 200 * mebibyte - 1_000 });
    expect(result.stdout.length).toBeLessThan(1_200);
  });
});

describe.skipIf(typeof stand === 'string')(`the engine${left}`, { timeout: 60_000 }, () => {
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
    const { podman, image } = stand as ContainerStand;
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
    const { host, image } = stand as ContainerStand;
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
    expect(processesWith('sleep', '981')).toHaveLength(1);
    victim.kill('SIGKILL');
    await vi.waitFor(() => expect(processesWith('sleep', '981')).toEqual([]), { timeout: 20_000 });
    await rungOf({ state: temporary.path }).sweep?.();
    expect((stand as ContainerStand).podman('ps', '--all', '--quiet', '--filter', `label=miyabi.world=${input.place.name}`)).toBe('');
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

describe.skipIf(dockerReason !== undefined)(
  `the Docker command line${dockerReason === undefined ? '' : ` (${dockerReason})`}`,
  { timeout: 60_000 },
  () => {
    test('runs, bounds and ends programs just the same', async () => {
      const host = await (stand as ContainerStand).startDockerService();
      await using here = await world(undefined, { engine: 'docker', host });
      expect(await here.shell('cat; echo err >&2; exit 3', { stdin: 'said' })).toMatchObject({
        end: { kind: 'exited', code: 3 },
        stdout: 'said',
        stderr: 'err\n',
      });
      expect(await here.shell('trap "echo bye; exit 0" TERM; echo begun; while :; do sleep 0.1; done', { timeoutMs: 2_000 })).toMatchObject(
        {
          end: { kind: 'timeout' },
          stdout: 'begun\nbye\n',
        },
      );
      const stubborn = await here.shell("trap '' TERM; while :; do sleep 982; done", { timeoutMs: 1_500, graceMs: 300 });
      expect(stubborn.end).toMatchObject({ kind: 'timeout' });
      expect(processesWith('sleep', '982')).toEqual([]);
      expect((await here.shell('kill -9 $$')).end).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
      expect((await here.run(['no-such-program'])).end).toMatchObject({ kind: 'not-started' });
      expect(containersOf(here)).toEqual([]);
    });
  },
);

function makeFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Ids of the containers of a world, running or not. */
function containersOf(here: World): readonly string[] {
  const confined = here.open.confine({ command: ['true'], cwd: '/', env: {}, timeoutMs: 1 });
  const label = confined.command.find((text) => text.startsWith('miyabi.world=')) ?? 'none';
  return (stand as ContainerStand)
    .podman('ps', '--all', '--quiet', '--filter', `label=${label}`)
    .split('\n')
    .filter((line) => line !== '');
}

function processesWith(...command: readonly string[]): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(command.map((part) => `${part}\0`).join(''));
      } catch {
        return false;
      }
    });
}
