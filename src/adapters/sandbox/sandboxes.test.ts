import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { TemporaryFolder } from '../../../test/support/temporary.ts';
import type { Incident } from '../../domain/incident.ts';
import type { ProcessRequest, ProcessRunner } from '../../ports/process.ts';
import type { Sandbox, SandboxRequest, Sandboxes } from '../../ports/sandbox.ts';
import { systemClock } from '../clock.ts';
import { createProcessRunner } from '../process/process-runner.ts';
import { createSandboxes } from './sandboxes.ts';

const path = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';
const runner: ProcessRunner = createProcessRunner();
const found = await ladder();
const bubblewrap = found.find(({ level }) => level === 'bubblewrap');
const notHere = bubblewrap?.usable === true ? undefined : (bubblewrap?.detail ?? 'there is no bubblewrap');

let place: TemporaryFolder;
let sandboxes: Sandboxes;
let tree: string;
let count = 0;

beforeAll(async () => {
  place = await temporaryFolder();
  tree = join(place.path, 'state/worlds/a world/tree');
  mkdirSync(tree, { recursive: true });
  mkdirSync(join(place.path, 'home/.config'), { recursive: true });
  sandboxes = sandboxesAt(place.path, 'me');
});
afterAll(async () => {
  await runner[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

function sandboxesAt(root: string, name: string, alive: readonly string[] = []): Sandboxes {
  const owner = { name, hold: async () => undefined, isAlive: async (one: string) => alive.includes(one) };
  return createSandboxes({
    process: runner,
    path,
    state: join(root, 'state'),
    home: join(root, 'home'),
    owner,
    clock: systemClock,
    nodePath: process.execPath,
  });
}

async function ladder() {
  await using folder = await temporaryFolder();
  return await sandboxesAt(folder.path, 'probe').ladder();
}

async function open(more: Partial<SandboxRequest> = {}): Promise<Sandbox> {
  count += 1;
  return await sandboxes.open({
    level: 'bubblewrap',
    name: `test-${process.pid}-${count}`,
    writable: [tree],
    protected: [],
    readable: [],
    network: [],
    limits: { memoryBytes: 1024 ** 3, processes: 128, cpus: 2, diskBytes: 1024 ** 3, outputBytes: 32 * 1024 * 1024 },
    onIncident: () => undefined,
    ...more,
  });
}

const request = (command: ProcessRequest['command'], more: Partial<ProcessRequest> = {}): ProcessRequest => ({
  command,
  cwd: tree,
  env: { PATH: path },
  timeoutMs: 20_000,
  ...more,
});
const shell = (script: string, more?: Partial<ProcessRequest>): ProcessRequest => request(['/bin/sh', '-c', script], more);

const levels = [
  ['bubblewrap', notHere],
  ['limits', undefined],
] as const;

describe.for(levels)('a program in a sandbox of the level %s', ([level, missing]) => {
  beforeEach((context) => context.skip(missing !== undefined, `not run here: ${missing}`));

  test('says what it says, and its exit code comes back', async () => {
    await using sandbox = await open({ level });
    const result = await sandbox.process.run(shell('echo out; echo err >&2; exit 3'));
    expect(result).toMatchObject({ end: { kind: 'exited', code: 3 }, stdout: 'out\n', stderr: 'err\n', droppedBytes: 0, leftovers: 0 });
  });

  test('is named the signal that ended it', async () => {
    await using sandbox = await open({ level });
    const result = await sandbox.process.run(shell('kill -SEGV $$'));
    expect(result).toMatchObject({ end: { kind: 'signalled', signal: 'SIGSEGV' }, stderr: '' });
  });

  test('gets its input, its folder and the environment that was asked for', async () => {
    await using sandbox = await open({ level });
    const hostile = { WORD: `a 'b' "c" $(d)\n--ro-bind`, EMPTY: '', PATH: path };
    const { stdout } = await sandbox.process.run(shell('cat; pwd; printf %s "$WORD$EMPTY"', { stdin: 'in\n', env: hostile }));
    expect(stdout).toBe(`in\n${tree}\n${hostile.WORD}`);
    const names = (await sandbox.process.run(request(['env'], { env: { ONE: '1' } }))).stdout.split('\n').map((line) => line.split('=')[0]);
    expect(new Set(names.filter((name) => !['', 'PWD', 'MIYABI_PROCESS', 'MIYABI_SANDBOX'].includes(name ?? '')))).toEqual(
      new Set(['ONE']),
    );
  });

  test('can be talked with while it runs, and what the talk throws comes back once it has ended', async () => {
    await using sandbox = await open({ level, tellsNetwork: true });
    const heard: string[] = [];
    const { end } = await sandbox.process.run(
      shell('while read -r word; do echo "$word!"; done; exit 4', {
        limits: { openFiles: 256 },
        async converse({ input, output }) {
          const writer = input.getWriter();
          const reader = output.pipeThrough(new TextDecoderStream()).getReader();
          for (const word of ['one', 'two']) {
            await writer.write(new TextEncoder().encode(`${word}\n`));
            heard.push((await reader.read()).value ?? 'nothing');
          }
        },
      }),
    );
    expect({ end, heard }).toEqual({ end: { kind: 'exited', code: 4 }, heard: ['one!\n', 'two!\n'] });
    const failing = sandbox.process.run(shell('cat', { converse: () => Promise.reject(new Error('enough')) }));
    await expect(failing).rejects.toThrow('enough');
    const pieces: string[] = [];
    const killed = sandbox.process.run(
      shell('echo here; read -r word; echo $word; kill -KILL $$', {
        async converse({ input, output }) {
          const writer = input.getWriter();
          for await (const piece of output.pipeThrough(new TextDecoderStream())) {
            pieces.push(piece);
            await writer.write(new TextEncoder().encode('go on\n')).catch(() => undefined);
          }
        },
      }),
    );
    expect((await killed).end).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
    expect(pieces.join('')).toBe('here\ngo on\n');
  });

  test('that never reads what it is told holds nobody up once its time is over', async () => {
    await using sandbox = await open({ level });
    let written: unknown;
    const { end } = await sandbox.process.run(
      request(['sleep', '300'], {
        timeoutMs: 500,
        async converse({ input }) {
          written = await input
            .getWriter()
            .write(new Uint8Array(10_000_000))
            .catch((error: unknown) => error);
        },
      }),
    );
    expect(end).toEqual({ kind: 'timeout', afterMs: 500 });
    expect(written).toBeInstanceOf(Error);
  });

  test('has its arguments read by no shell', async () => {
    await using sandbox = await open({ level });
    const args = ['$(id)', '`id`', '; id', 'a b', "it's", '-n', '--', 'ü', '', '--bind'];
    expect((await sandbox.process.run(request(['printf', '%s|', ...args]))).stdout).toBe(`${args.join('|')}|`);
  });

  test('that cannot be started is an answer', async () => {
    await using sandbox = await open({ level });
    const wrong = [request(['no-such-program']), request(['true'], { cwd: '/no/such/folder' }), request(['echo', 'a\0b']), request([tree])];
    for (const asked of wrong) {
      expect((await sandbox.process.run(asked)).end).toMatchObject({ kind: 'not-started', reason: expect.stringMatching(/\w+/) });
    }
  });

  test('is ended when its time is up, when it is cancelled and when the sandbox is disposed of', async () => {
    const sandbox = await open({ level });
    expect((await sandbox.process.run(shell('sleep 100', { timeoutMs: 300 }))).end).toEqual({ kind: 'timeout', afterMs: 300 });
    const cancel = new AbortController();
    const cancelled = sandbox.process.run(shell('echo up; sleep 100', { signal: cancel.signal, onLine: () => cancel.abort() }));
    expect((await cancelled).end).toEqual({ kind: 'cancelled' });
    const up = Promise.withResolvers<void>();
    const running = sandbox.process.run(shell('echo up; sleep 100', { onLine: () => up.resolve() }));
    await up.promise;
    await sandbox[Symbol.asyncDispose]();
    expect((await running).end).toEqual({ kind: 'cancelled' });
    expect((await sandbox.process.run(shell('true'))).end).toEqual({ kind: 'cancelled' });
  });

  test('that prints too much has its world stopped, and nothing runs in it any more', async () => {
    const told: Incident[] = [];
    await using sandbox = await open({
      level,
      limits: { memoryBytes: 1024 ** 3, processes: 128, cpus: 2, diskBytes: 1024 ** 3, outputBytes: 1_000_000 },
      onIncident: (incident) => told.push(incident),
    });
    const other = sandbox.process.run(shell('sleep 100'));
    await sandbox.process.run(shell('yes'));
    expect(sandbox.stopped.reason).toMatchObject({ kind: 'output', detail: 'a program printed more than 1 MB', stopped: true });
    expect(told[0]).toMatchObject({ kind: 'output', stopped: true });
    expect(['cancelled', 'signalled']).toContain((await other).end.kind);
    expect((await sandbox.process.run(shell('echo still'))).end).toEqual({ kind: 'cancelled' });
  });

  test('is measured', async () => {
    const sandbox = await open({ level });
    await sandbox.process.run(
      request([process.execPath, '-e', 'Buffer.alloc(50_000_000, 1); const end = Date.now() + 400; while (Date.now() < end);']),
    );
    await sandbox[Symbol.asyncDispose]();
    const usage = sandbox.usage();
    expect(usage.samples.length).toBeGreaterThan(0);
    expect(usage.cpuMs).toBeGreaterThan(50);
    expect(usage.memoryBytes).toBeGreaterThan(1_000_000);
  });
});

describe('the folders of a world in bubblewrap', () => {
  beforeEach((context) => context.skip(notHere !== undefined, `not run here: ${notHere}`));

  test('what lies below a mount in the tree is there too, and what is written goes to the mount', async (context) => {
    const [lower, upper, work] = ['lower', 'upper', 'work'].map((name) => join(place.path, name)) as [string, string, string];
    for (const folder of [lower, upper, work]) mkdirSync(folder);
    writeFileSync(join(lower, 'base'), 'base');
    try {
      execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', `lowerdir=${lower},upperdir=${upper},workdir=${work}`, tree], {
        stdio: 'ignore',
      });
    } catch {
      return context.skip('not run here: this user may not mount');
    }
    try {
      await using sandbox = await open();
      expect((await sandbox.process.run(shell('cat base; echo new > new; echo changed > base'))).stdout).toBe('base');
    } finally {
      execFileSync('umount', [tree]);
    }
    expect(readdirSync(upper).toSorted()).toEqual(['base', 'new']);
    expect(readFileSync(join(lower, 'base'), 'utf8')).toBe('base');
  });

  test('what is readable can be read, also by way of a link, and not written; what is hidden in it is not there', async () => {
    const readable = join(place.path, 'readable');
    mkdirSync(readable);
    writeFileSync(join(readable, 'file'), 'text');
    symlinkSync(readable, join(place.path, 'link'));
    await using sandbox = await open({ readable: [join(place.path, 'link'), place.path] });
    const asked = `cat ${place.path}/link/file; echo x > ${readable}/file; ls ${place.path}/state; ls -A ${place.path}/home; echo fine > ${JSON.stringify(tree)}/mine`;
    const { stdout } = await sandbox.process.run(shell(asked));
    expect(stdout).toBe('textworlds\n');
    expect(readFileSync(join(readable, 'file'), 'utf8')).toBe('text');
    expect(existsSync(join(tree, 'mine'))).toBe(true);
  });

  test('the programs of the system and our Node run inside', async () => {
    await using sandbox = await open();
    const { stdout, stderr } = await sandbox.process.run(
      shell(
        `git --version; ${process.execPath} -p 'os.userInfo().uid + " " + os.tmpdir()'; id -u; test -w /tmp && echo tmp; test -w /dev/shm && echo shm; echo x > /dev/null`,
      ),
    );
    expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^git version .*\n\d+ \/tmp\n\d+\ntmp\nshm\n$/), stderr: '' });
  });

  test('a folder of the system cannot be made readable by configuration', async () => {
    for (const folder of ['/', '/proc', '/tmp', 'relative']) {
      await expect(open({ level: 'limits', readable: [folder] })).rejects.toMatchObject({
        reason: 'configuration',
        text: { what: `${folder} cannot be made readable in a world.` },
      });
    }
  });
});

describe('the network of a world in bubblewrap', () => {
  beforeEach((context) => context.skip(notHere !== undefined, `not run here: ${notHere}`));

  test('what is on the list is reached, anything else is refused and told', async () => {
    const server = createServer((_request, response) => response.end('the registry'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const sandbox = await open({ network: [{ host: 'localhost', port }] });
    const script = `
      const text = async (url) => await fetch(url).then((answer) => answer.text(), (error) => 'no: ' + error.cause?.message);
      console.log(await text('http://localhost:${port}/'));
      console.log(await text('https://example.com/').then((said) => said.slice(0, 2)));
      await fetch('http://169.254.169.254/latest').then(() => console.log('yes'), () => console.log('no'));`;
    const result = await sandbox.process.run(
      request([process.execPath, '--input-type=module', '-e', script], { env: { PATH: path, ...sandbox.environment } }),
    );
    await sandbox[Symbol.asyncDispose]();
    server.close();
    expect(result).toMatchObject({ end: { kind: 'exited', code: 0 }, stdout: 'the registry\nno\nno\n', leftovers: 0 });
    expect(sandbox.usage().contacted).toEqual([`localhost:${port}`]);
    expect(sandbox.incidents().map(({ kind, detail }) => `${kind} ${detail}`)).toEqual([
      expect.stringMatching(/^network example\.com:443 was asked for/),
      expect.stringMatching(/^network 169\.254\.169\.254:80 was asked for/),
    ]);
  });
});

describe('the ladder of isolation', () => {
  test('has the levels of this machine from the strongest down, and each says what it is', () => {
    expect(found.at(-1)).toMatchObject({ level: 'limits', usable: true });
    for (const { detail } of found) expect(detail).toMatch(/\w.*\.$/);
  });

  test('a level that cannot be used is a failure that says why', async () => {
    await expect(open({ level: 'seatbelt' })).rejects.toMatchObject({
      reason: 'configuration',
      text: { what: '`isolation: seatbelt` cannot be used on this machine.' },
    });
  });

  test('what a process that is dead left behind is removed, and what is in use stays', async () => {
    await using folder = await temporaryFolder();
    for (const name of ['dead.world-1', 'living.world-1', 'me.world-1'])
      mkdirSync(join(folder.path, 'state/sandboxes', name), { recursive: true });
    const removed = await sandboxesAt(folder.path, 'me', ['living']).sweep();
    expect(removed).toContain('The files of the sandbox world-1 were removed.');
    expect(readdirSync(join(folder.path, 'state/sandboxes')).toSorted()).toEqual(['living.world-1', 'me.world-1']);
  });

  test('nothing of a sandbox is left after it', () => {
    expect(readdirSync(join(place.path, 'state/sandboxes'))).toEqual([]);
  });
});
