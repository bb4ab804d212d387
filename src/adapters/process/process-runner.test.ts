import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evilAgent, isAlive, untilGone } from '../../../test/support/evil-agent.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { createProcessRunner } from './process-runner.ts';
import type { ProcessRequest, ProcessRunner } from '../../ports/process.ts';

const env = { PATH: '/usr/local/bin:/usr/bin:/bin' };
const node = process.execPath;
let runner: ProcessRunner;
beforeAll(() => {
  runner = createProcessRunner();
});
afterAll(async () => {
  await runner[Symbol.asyncDispose]();
});

function request(command: ProcessRequest['command'], more: Partial<ProcessRequest> = {}): ProcessRequest {
  return { command, cwd: '/', env, timeoutMs: 30_000, ...more };
}
const shell = (script: string, more?: Partial<ProcessRequest>): ProcessRequest => request(['/bin/sh', '-c', script], more);

describe('what a program says and how it ends', () => {
  test('output, error output and exit code come back', async () => {
    const result = await runner.run(shell('echo out; echo err >&2; exit 3'));
    expect(result).toMatchObject({ end: { kind: 'exited', code: 3 }, stdout: 'out\n', stderr: 'err\n', droppedBytes: 0, leftovers: 0 });
  });

  test('a signal that ended it is named', async () => {
    expect((await runner.run(shell('kill -9 $$'))).end).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
  });

  test('standard input reaches it, and a program that does not read it does not hurt', async () => {
    expect((await runner.run(request(['cat'], { stdin: 'a\nb' }))).stdout).toBe('a\nb');
    expect((await runner.run(request(['true'], { stdin: 'x'.repeat(1_000_000) }))).end).toEqual({ kind: 'exited', code: 0 });
  });

  test('nothing is inherited from our environment', async () => {
    const { stdout } = await runner.run(request(['env']));
    const names = stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(new Set(names)).toEqual(new Set(['MIYABI_PROCESS', 'PATH']));
  });

  test.each([
    ['a program that does not exist', request(['no-such-program-here'])],
    ['a program that does not exist, under limits', request(['no-such-program-here'], { limits: { openFiles: 64 } })],
    ['a file that is no program', request(['/etc/passwd'])],
    ['a folder that does not exist', request(['true'], { cwd: '/no/such/folder' })],
    ['an argument with a NUL', request(['echo', 'a\0b'])],
  ])('%s is an answer, not an exception', async (_name, asked) => {
    const { end } = await runner.run(asked);
    expect(end).toMatchObject({ kind: 'not-started', reason: expect.stringMatching(/\w+/) });
  });

  test('lines are handed on as they come, whole, and the last one without its end too', async () => {
    const lines: string[] = [];
    await runner.run(
      shell('printf "one\\r\\ntw"; printf "o\\nthree"; printf "x\\n" >&2', { onLine: (line, stream) => lines.push(`${stream}:${line}`) }),
    );
    expect(lines.filter((line) => line.startsWith('stdout'))).toEqual(['stdout:one', 'stdout:two', 'stdout:three']);
    expect(lines).toContain('stderr:x');
  });

  test('arguments are read by no shell', async () => {
    const hostile = ['$(touch /tmp/miyabi-never)', '`id`', '; id', 'a b', "it's", '-n', 'ü'];
    expect((await runner.run(request(['printf', '%s|', ...hostile]))).stdout).toBe(`${hostile.join('|')}|`);
  });
});

describe('limits', () => {
  test('a file beyond its limit is not written', async () => {
    await using folder = await temporaryFolder();
    const target = join(folder.path, 'big file');
    const result = await runner.run(
      request(['dd', 'if=/dev/zero', `of=${target}`, 'bs=64k', 'count=64'], {
        limits: { fileBytes: 1024 * 1024, openFiles: 64, cpuSeconds: 20 },
      }),
    );
    expect(result.end).not.toEqual({ kind: 'exited', code: 0 });
    expect(readFileSync(target).length).toBe(1024 * 1024);
  });

  test('a spinning program is ended by its processor limit', async () => {
    const result = await runner.run(shell('while :; do :; done', { limits: { cpuSeconds: 1 } }));
    expect(result.end).toEqual({ kind: 'signalled', signal: 'SIGXCPU' });
  });

  test('a limit above what the system allows is left out', async () => {
    expect((await runner.run(shell('echo ran', { limits: { openFiles: 2 ** 40 } }))).stdout).toBe('ran\n');
  });
});

describe('time limit and cancellation', () => {
  test('a program that ignores SIGTERM is killed with its children after the grace period', async () => {
    const pids: number[] = [];
    const result = await runner.run(
      shell(evilAgent.ignoresTerm, { timeoutMs: 2_000, graceMs: 200, onLine: (line) => pids.push(Number(line)) }),
    );
    expect(result.end).toEqual({ kind: 'timeout', afterMs: 2_000 });
    expect(pids).toHaveLength(2);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test('a program that ends on SIGTERM may clean up first', async () => {
    const controller = new AbortController();
    const result = await runner.run(
      shell('trap "echo cleaned; exit 0" TERM; echo ready; while :; do sleep 0.05; done', {
        signal: controller.signal,
        onLine: (line) => line === 'ready' && controller.abort(),
      }),
    );
    expect(result.end).toEqual({ kind: 'cancelled' });
    expect(result.stdout).toContain('cleaned');
  });

  test('a program that stopped itself is ended all the same', async () => {
    const result = await runner.run(shell('kill -STOP $$', { timeoutMs: 300, graceMs: 100 }));
    expect(result.end.kind).toBe('timeout');
  });

  test('a signal that was aborted before starts nothing', async () => {
    const result = await runner.run(shell('echo ran', { signal: AbortSignal.abort() }));
    expect(result).toMatchObject({ end: { kind: 'cancelled' }, stdout: '' });
  });
});

describe('nothing is left behind', () => {
  test('a child in the background that holds the pipe is killed, counted and not waited for', async () => {
    const result = await runner.run(shell('sleep 300 & echo $!'));
    expect(result).toMatchObject({ end: { kind: 'exited', code: 0 }, leftovers: 1 });
    expect(isAlive(Number(result.stdout))).toBe(false);
    expect(result.durationMs).toBeLessThan(10_000);
  });

  test.runIf(process.platform === 'linux')('a double fork with setsid is found by its mark', async () => {
    const result = await runner.run(shell(evilAgent.escapes));
    const escaped = Number(result.stdout.trim());
    expect(escaped).toBeGreaterThan(1);
    expect(result.leftovers).toBeGreaterThanOrEqual(1);
    expect(isAlive(escaped)).toBe(false);
  });

  test('disposal cancels what still runs', async () => {
    const own = createProcessRunner();
    let started: (pid: number) => void = () => undefined;
    const pid = new Promise<number>((resolve) => (started = resolve));
    const running = own.run(shell('echo $$; exec sleep 300', { onLine: (line) => started(Number(line)) }));
    const child = await pid;
    await own[Symbol.asyncDispose]();
    expect((await running).end).toEqual({ kind: 'cancelled' });
    expect(isAlive(child)).toBe(false);
    await expect(own.run(shell('true'))).rejects.toThrow('disposed');
  });

  test('kill -9 of ourselves ends the children, also those that left their group', async () => {
    const program = new URL('../../../test/support/runner-victim.ts', import.meta.url).pathname;
    const victim = spawn(node, [program], { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: env.PATH } });
    const pids: number[] = [];
    for await (const line of createInterface({ input: victim.stdout })) {
      pids.push(Number(line));
      if (pids.length === 3) break;
    }
    const expected = process.platform === 'linux' ? pids : pids.slice(0, 2);
    expect(expected.every(isAlive)).toBe(true);
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    await untilGone(expected);
    expect(expected.filter(isAlive)).toEqual([]);
  });

  test('kill -9 of ourselves lets a program of ours put its lock away, and ends one that does not', async () => {
    await using folder = await temporaryFolder();
    const lock = join(folder.path, 'head.lock');
    const program = new URL('./process-runner.ts', import.meta.url).href;
    const children = [
      `exec 2>/dev/null; touch '${lock}'; trap "rm '${lock}'; exit" TERM; echo $$; while :; do sleep 0.02; done`,
      evilAgent.ignoresTerm,
    ];
    const script = `const { createProcessRunner } = await import('${program}');
      const runner = createProcessRunner();
      for (const child of ${JSON.stringify(children)}) {
        const common = { cwd: '/', env: { PATH: '/usr/local/bin:/usr/bin:/bin' }, timeoutMs: 120_000, staysInGroup: true };
        runner.run({ ...common, command: ['/bin/sh', '-c', child], onLine: (line) => console.log(line) });
      }`;
    const victim = spawn(node, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: env.PATH } });
    const pids: number[] = [];
    for await (const line of createInterface({ input: victim.stdout })) {
      pids.push(Number(line));
      if (pids.length === 3) break;
    }
    expect(existsSync(lock)).toBe(true);
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    await untilGone(pids);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(lock)).toBe(false);
  });

  test('a runner that nobody disposed of does not keep its program alive', async () => {
    const program = new URL('./process-runner.ts', import.meta.url).href;
    const script = `const { createProcessRunner } = await import('${program}');
      const result = await createProcessRunner().run({ command: ['echo', 'hi'], cwd: '/', env: { PATH: '/usr/bin:/bin' }, timeoutMs: 5000 });
      process.stdout.write(result.stdout);`;
    const result = await runner.run(request([node, '--input-type=module', '-e', script], { timeoutMs: 20_000 }));
    expect(result).toMatchObject({ end: { kind: 'exited', code: 0 }, stdout: 'hi\n', leftovers: 0 });
  });
});

test('a log that cannot be written does not hurt the program', async () => {
  await using folder = await temporaryFolder();
  writeFileSync(join(folder.path, 'logs'), 'no folder');
  const result = await runner.run(shell('echo out', { logFile: join(folder.path, 'logs', 'agent.log') }));
  expect(result).toMatchObject({ end: { kind: 'exited', code: 0 }, stdout: 'out\n' });
});

describe('much output', () => {
  test('100 MB are read to the end, in little memory, keeping the first and the last half', async () => {
    await using folder = await temporaryFolder();
    const logFile = join(folder.path, 'logs', 'agent.log');
    let lines = 0;
    const before = process.memoryUsage.rss();
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
    const result = await runner.run(
      shell('echo first; head -c 100000000 /dev/zero | tr "\\0" "x"; yes | head -c 5000000; echo last', {
        logFile,
        logBytes: 1_000_000,
        onLine: () => (lines += 1),
      }),
    );
    clearInterval(watch);
    expect(result.end).toEqual({ kind: 'exited', code: 0 });
    expect(result.stdout.startsWith('first\nxxx')).toBe(true);
    expect(result.stdout.endsWith('y\nlast\n')).toBe(true);
    expect(result.droppedBytes).toBe(105_000_011 - 1024 * 1024);
    expect(result.stdout.length).toBeLessThan(1024 * 1024 + 100);
    expect(lines).toBeLessThan(1000);
    expect(readFileSync(logFile).length).toBeLessThan(1_000_200);
    expect(peak - before).toBeLessThan(80 * 1024 * 1024);
    expect(existsSync(logFile)).toBe(true);
  });
});
