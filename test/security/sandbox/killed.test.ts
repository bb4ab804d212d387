import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/adapters/clock.ts';
import { createProcessRunner } from '../../../src/adapters/process/process-runner.ts';
import { createSandboxes } from '../../../src/adapters/sandbox/sandboxes.ts';
import { untilGone } from '../../support/evil-agent.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('nothing of a sandbox outlives a Miyabi that is killed, and what lies on the disk is swept by the next one', async (context) => {
  await using folder = await temporaryFolder();
  await using runner = createProcessRunner();
  const state = join(folder.path, 'state');
  const owner = { name: 'next', hold: async () => undefined, isAlive: async () => false };
  const sandboxes = createSandboxes({
    process: runner,
    path: '/usr/bin:/bin',
    state,
    home: '/nonexistent',
    owner,
    clock: systemClock,
    nodePath: process.execPath,
  });
  const bubblewrap = (await sandboxes.ladder()).find(({ level }) => level === 'bubblewrap');
  context.skip(bubblewrap?.usable !== true, `not run here: ${bubblewrap?.detail}`);

  const word = String(randomInt(10 ** 9, 10 ** 10));
  const program = fileURLToPath(new URL('./killed-program.ts', import.meta.url));
  const child = spawn(process.execPath, [program, folder.path, word], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(createInterface(child.stdout), 'line');
  const before = naming(word);
  expect(before.length).toBeGreaterThan(2);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await untilGone(before);
  expect(naming(word)).toEqual([]);

  expect(readdirSync(join(state, 'sandboxes'))).toEqual(['killed.one']);
  const begin = performance.now();
  expect(await sandboxes.sweep()).toContain('The files of the sandbox one were removed.');
  expect(performance.now() - begin).toBeLessThan(10_000);
  expect(readdirSync(join(state, 'sandboxes'))).toEqual([]);
});

function naming(word: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(word);
      } catch {
        // It ended meanwhile.
        return false;
      }
    });
}
