import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { containersOf, mebibyte, noContainers, path, processesWith, world } from '../../../../test/security/container-world.ts';
import { openEgress } from '../network/open-egress.ts';

describe.skipIf(noContainers !== undefined)(`a program in a container${noContainers === undefined ? '' : ` (${noContainers})`}`, () => {
  test('has its own output, error output and exit code, its folder and its input', { tags: ['campaign'] }, async () => {
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

  test('can be talked with while it runs', { tags: ['campaign'] }, async () => {
    await using here = await world();
    const heard: string[] = [];
    const { end } = await here.shell('while read -r word; do echo "$word!"; done; exit 4', {
      async converse({ input, output }) {
        const writer = input.getWriter();
        const reader = output.pipeThrough(new TextDecoderStream()).getReader();
        for (const word of ['one', 'two']) {
          await writer.write(new TextEncoder().encode(`${word}\n`));
          heard.push((await reader.read()).value ?? 'nothing');
        }
      },
    });
    expect({ end, heard }).toEqual({ end: { kind: 'exited', code: 4 }, heard: ['one!\n', 'two!\n'] });
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

  test('is named by the signal that ended it', { tags: ['campaign'] }, async () => {
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

  test('a program whose path has an equals sign is a program', { tags: ['campaign'] }, async () => {
    await using here = await world();
    writeFileSync(join(here.tree, 'a=b'), '#!/bin/sh\necho ran\n', { mode: 0o755 });
    expect((await here.run([join(here.tree, 'a=b')])).stdout).toBe('ran\n');
  });

  test('is asked to end at its time limit, and may put its things away', { tags: ['campaign'] }, async () => {
    await using here = await world();
    const result = await here.shell("trap 'echo bye; exit 0' TERM; echo begun; while :; do sleep 0.1; done", { timeoutMs: 6_000 });
    expect(result).toMatchObject({ end: { kind: 'timeout' }, stdout: 'begun\nbye\n' });
    expect(containersOf(here)).toEqual([]);
  });

  test('that does not want to end is ended, with whatever it started', { tags: ['campaign'] }, async () => {
    await using here = await world();
    const result = await here.shell("trap '' TERM; (trap '' TERM; exec sleep 987) & while :; do sleep 987; done", {
      timeoutMs: 1_000,
      graceMs: 300,
    });
    expect(result.end).toMatchObject({ kind: 'timeout' });
    expect(result.durationMs).toBeLessThan(60_000);
    expect(processesWith('sleep', '987')).toEqual([]);
    expect(containersOf(here)).toEqual([]);
  });

  test('finds the programs of the image, not those of the machine', { tags: ['campaign'] }, async () => {
    await using here = await world(() => ({ readable: ['/usr', '/bin', '/usr/share/doc'] }));
    const { stdout } = await here.shell(
      'ls /usr; ls /usr/bin; ls /usr/share; for name in cat apt-get; do command -v $name; done; echo $PATH',
    );
    expect(stdout).toContain(`${path}:/from/the/image`);
    expect(stdout).toMatch(/^\/(?:usr\/)?bin\/cat$/m);
    expect(stdout).not.toMatch(/apt-get|src|games/);
  });

  test('can be cancelled', { tags: ['campaign'] }, async () => {
    await using here = await world();
    const cancel = new AbortController();
    const result = await here.shell('echo begun; exec sleep 986', { signal: cancel.signal, onLine: () => cancel.abort() });
    expect(result.end).toEqual({ kind: 'cancelled' });
    expect(processesWith('sleep', '986')).toEqual([]);
  });

  test('leaves nobody behind in the background, not even without an environment', { tags: ['campaign'] }, async () => {
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

  test('is found under paths with blanks, quotes, commas and colons', { tags: ['campaign'] }, async () => {
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

  test('may print more than memory holds: nobody keeps it', { tags: ['campaign'] }, async () => {
    await using here = await world();
    const result = await here.shell('dd if=/dev/zero bs=1M count=200 2>/dev/null', { keepBytes: 1_000 });
    expect(result).toMatchObject({ end: { kind: 'exited', code: 0 }, droppedBytes: 200 * mebibyte - 1_000 });
    expect(result.stdout.length).toBeLessThan(1_200);
  });
});
