import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { Conversation, ProcessRequest, ProcessRunner } from '../../ports/process.ts';
import { createProcessRunner } from './process-runner.ts';

let runner: ProcessRunner;
beforeAll(() => {
  runner = createProcessRunner();
});
afterAll(async () => {
  await runner[Symbol.asyncDispose]();
});

type Converse = (conversation: Conversation) => Promise<void>;

function shell(script: string, converse: Converse, more: Partial<ProcessRequest> = {}): ProcessRequest {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin' };
  return { command: ['/bin/sh', '-c', script], cwd: '/', env, timeoutMs: 30_000, converse, ...more };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const readAll: Converse = async ({ output }) => {
  for await (const chunk of output) if (chunk.length === 0) break;
};

/** @returns what a promise is rejected with. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** The most memory beyond that at the beginning, while something runs. */
async function memoryDuring(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  await work();
  clearInterval(watch);
  return peak - before;
}

describe('a talk with a program', () => {
  test('goes to and fro, and the program reads the end of its input when it is over', async () => {
    const answers: string[] = [];
    const result = await runner.run(
      shell('while read -r line; do echo "heard $line"; done; echo over', async ({ input, output }) => {
        const writer = input.getWriter();
        const reader = output.pipeThrough(new TextDecoderStream()).getReader();
        for (const word of ['one', 'two', 'three']) {
          await writer.write(bytes(`${word}\n`));
          answers.push((await reader.read()).value ?? '');
        }
      }),
    );
    expect(answers).toEqual(['heard one\n', 'heard two\n', 'heard three\n']);
    expect(result).toMatchObject({ end: { kind: 'exited', code: 0 }, stdout: 'heard one\nheard two\nheard three\nover\n', leftovers: 0 });
  });

  test('leaves the log, the lines and the kept output as they are without one', async () => {
    await using folder = await temporaryFolder();
    const logFile = join(folder.path, 'log');
    const lines: string[] = [];
    const result = await runner.run(
      shell('echo one; echo two >&2; cat', async ({ input }) => await input.getWriter().write(bytes('three\n')), {
        logFile,
        onLine: (line, stream) => lines.push(`${stream} ${line}`),
      }),
    );
    expect(result).toMatchObject({ stdout: 'one\nthree\n', stderr: 'two\n' });
    expect(readFileSync(logFile, 'utf8').split('\n').toSorted()).toEqual(['', 'one', 'three', 'two']);
    expect(lines.toSorted()).toEqual(['stderr two', 'stdout one', 'stdout three']);
  });

  test('may close the input itself', async () => {
    const result = await runner.run(
      shell('cat; echo end', async ({ input, output }) => {
        const writer = input.getWriter();
        await writer.write(bytes('all\n'));
        await writer.close();
        await readAll({ input, output });
      }),
    );
    expect(result.stdout).toBe('all\nend\n');
  });

  test('that throws is the failure of the run, once the program has ended', async () => {
    await using folder = await temporaryFolder();
    const left = join(folder.path, 'left');
    const failed = await failureOf(runner.run(shell(`cat >/dev/null; echo ended >${left}`, () => Promise.reject(new Error('no more')))));
    expect(failed).toMatchObject({ message: 'no more' });
    expect(readFileSync(left, 'utf8')).toBe('ended\n');
  });

  test('sees the end of a program that dies in the middle, and its writes fail', async () => {
    let heard = '';
    let write: unknown;
    const result = await runner.run(
      shell('echo alive; kill -9 $$', async ({ input, output }) => {
        for await (const text of output.pipeThrough(new TextDecoderStream())) heard += text;
        write = await failureOf(input.getWriter().write(bytes('anybody there?\n')));
      }),
    );
    expect(result.end).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
    expect(heard).toBe('alive\n');
    expect(write).toBeInstanceOf(Error);
  });

  test('with a program that never reads waits no longer than the program lives', async () => {
    let write: unknown;
    const result = await runner.run(
      shell(
        'echo up; exec sleep 300',
        async ({ input, output }) => {
          const writer = input.getWriter();
          write = await failureOf(writer.write(new Uint8Array(10_000_000)));
          await readAll({ input, output });
        },
        { timeoutMs: 500 },
      ),
    );
    expect(result.end).toEqual({ kind: 'timeout', afterMs: 500 });
    expect(write).toBeInstanceOf(Error);
  });

  test.runIf(process.platform === 'linux')('ends also where somebody who escaped holds both pipes', async () => {
    const result = await runner.run(
      shell('(setsid sleep 300 &) ; echo gone', async ({ input, output }) => {
        await failureOf(input.getWriter().write(new Uint8Array(1_000_000)));
        await readAll({ input, output });
      }),
    );
    expect(result).toMatchObject({ end: { kind: 'exited', code: 0 }, stdout: 'gone\n' });
  });

  test('with a program that cannot be started does not begin', async () => {
    let begun = false;
    const converse = async (): Promise<void> => void (begun = true);
    expect((await runner.run({ ...shell('', converse), command: ['no-such-program'] })).end.kind).toBe('not-started');
    expect((await runner.run(shell('true', converse, { signal: AbortSignal.abort() }))).end.kind).toBe('cancelled');
    expect(begun).toBe(false);
  });
});

describe('a program that prints very much meanwhile', () => {
  test('is read to the end by a talk that keeps up, in little memory', async () => {
    let seen = 0;
    const memory = await memoryDuring(() =>
      runner.run(
        shell('head -c 300000000 /dev/zero', async ({ output }) => {
          for await (const chunk of output) seen += chunk.length;
        }),
      ),
    );
    expect(seen).toBe(300_000_000);
    expect(memory).toBeLessThan(150_000_000);
  });

  test('is ended where nobody reads it, before it fills the memory', async () => {
    let failure: unknown;
    const memory = await memoryDuring(async () => {
      failure = await failureOf(
        runner.run(
          shell('head -c 1000000000 /dev/zero; sleep 300', async ({ output }) => {
            await new Promise((resolve) => setTimeout(resolve, 0));
            const reader = output.getReader();
            await reader.closed;
          }),
        ),
      );
    });
    expect(failure).toMatchObject({ message: 'More than 64 MiB of what the program printed were left unread.' });
    expect(memory).toBeLessThan(250_000_000);
  });

  test('is not held up by a talk that is over', async () => {
    const result = await runner.run(shell('head -c 200000000 /dev/zero; exit 7', () => Promise.resolve()));
    expect(result).toMatchObject({ end: { kind: 'exited', code: 7 }, droppedBytes: 200_000_000 - 1024 * 1024 });
  });
});
