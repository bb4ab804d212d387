import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeFiles } from '../../test/support/repository.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { createProcessRunner } from '../adapters/process/process-runner.ts';
import { runSetup, runTeardown } from './scripts.ts';
import type { ScriptRequest } from './scripts.ts';

async function scriptStand() {
  const folder = await temporaryFolder();
  const runner = createProcessRunner();
  writeFiles(folder.path, { 'tree/a.txt': 'a' });
  return {
    path: folder.path,
    tools: { process: runner },
    request: (command: string | undefined, more: Partial<ScriptRequest> = {}): ScriptRequest => ({
      command,
      folder: { tree: join(folder.path, 'tree') },
      environment: { PATH: '/usr/bin:/bin', MIYABI_WORLD: 'alpha' },
      timeoutMs: 20_000,
      ...more,
    }),
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe('scripts of checkouts', () => {
  test('run in the checkout, with the environment of the world, and what they print is kept', async () => {
    await using stand = await scriptStand();
    const logFile = join(stand.path, 'setup.log');
    const added = await runSetup(
      stand.tools,
      stand.request('cat a.txt > b.txt && mkdir c && touch c/d && echo "$MIYABI_WORLD"', { logFile }),
    );
    expect(added).toEqual(['/b.txt', '/c']);
    expect(readFileSync(join(stand.path, 'tree/b.txt'), 'utf8')).toBe('a');
    expect(readFileSync(logFile, 'utf8')).toContain('alpha');
    expect(await runTeardown(stand.tools, stand.request('rm b.txt'))).toBeUndefined();
    expect(existsSync(join(stand.path, 'tree/b.txt'))).toBe(false);
  });

  test('that are not configured are nothing', async () => {
    await using stand = await scriptStand();
    expect(await runSetup(stand.tools, stand.request(undefined))).toEqual([]);
    expect(await runTeardown(stand.tools, stand.request(undefined))).toBeUndefined();
  });

  test('that fail fail the checkout when they set it up, with exit code and last lines', async () => {
    await using stand = await scriptStand();
    const logFile = join(stand.path, 'setup.log');
    const setup = runSetup(stand.tools, stand.request('for i in 1 2 3 4 5 6 7; do echo line $i; done; exit 3', { logFile }));
    await expect(setup).rejects.toMatchObject({
      name: 'Failure',
      reason: 'failed',
      text: {
        what: expect.stringContaining('`for i in'),
        why: expect.stringMatching(/^It ended with exit code 3\. line 3\n[^]*line 7 All of it: /),
      },
    });
  });

  test('that take too long are ended', async () => {
    await using stand = await scriptStand();
    await expect(runSetup(stand.tools, stand.request('sleep 60', { timeoutMs: 100 }))).rejects.toMatchObject({
      text: { why: expect.stringContaining('time limit') },
    });
  });

  test('that fail are a warning when they take it down', async () => {
    await using stand = await scriptStand();
    expect(await runTeardown(stand.tools, stand.request('echo "no such database" >&2; exit 1'))).toBe(
      '`echo "no such database" >&2; exit 1` (worlds.teardown) did not end well. It ended with exit code 1. no such database',
    );
  });

  test('take down what a cancelled world has, and set up nothing for it', async () => {
    await using stand = await scriptStand();
    const signal = AbortSignal.abort(new Error('cancelled'));
    expect(await runTeardown(stand.tools, stand.request('touch down', { signal }))).toBeUndefined();
    expect(existsSync(join(stand.path, 'tree/down'))).toBe(true);
    await expect(runSetup(stand.tools, stand.request('touch up', { signal }))).rejects.toThrow('cancelled');
    expect(existsSync(join(stand.path, 'tree/up'))).toBe(false);
  });
});
