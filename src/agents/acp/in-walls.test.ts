import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { acpStand, badAgent, exampleAgent, runInStand } from '../../../test/support/acp-agent/acp-stand.ts';
import type { AcpStand } from '../../../test/support/acp-agent/acp-stand.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { systemClock } from '../../adapters/clock.ts';
import { createProcessRunner } from '../../adapters/process/process-runner.ts';
import { createSandboxes } from '../../adapters/sandbox/sandboxes.ts';
import type { Sandbox } from '../../ports/sandbox.ts';

const runner = createProcessRunner();
const state = await temporaryFolder('miyabi-walls-');
afterAll(async () => {
  await runner[Symbol.asyncDispose]();
  await state[Symbol.asyncDispose]();
});

const sandboxes = createSandboxes({
  process: runner,
  path: '/usr/local/bin:/usr/bin:/bin',
  state: join(state.path, 'state'),
  home: join(state.path, 'home'),
  owner: { name: 'me', hold: async () => undefined, isAlive: async () => false },
  clock: systemClock,
  nodePath: process.execPath,
});
const bubblewrap = (await sandboxes.ladder()).find(({ level }) => level === 'bubblewrap');
const notHere = bubblewrap?.usable === true ? undefined : (bubblewrap?.detail ?? 'there is no bubblewrap');
const modules = new URL('../../../node_modules', import.meta.url).pathname;
let count = 0;

async function walls({ tree, home }: AcpStand, outputBytes = 64 * 1024 * 1024): Promise<Sandbox> {
  count += 1;
  return await sandboxes.open({
    level: 'bubblewrap',
    name: `acp-${process.pid}-${count}`,
    writable: [tree, home, join(tree, '../context')],
    protected: [],
    readable: [dirname(exampleAgent), modules],
    network: [],
    limits: { memoryBytes: 1024 ** 3, processes: 128, cpus: 2, diskBytes: 1024 ** 3, outputBytes },
    onIncident: () => undefined,
  });
}

describe.skipIf(notHere !== undefined)(
  `an agent within the walls of bubblewrap${notHere === undefined ? '' : ` (not run here: ${notHere})`}`,
  () => {
    test('works as it does without', async () => {
      await using stand = await acpStand();
      await using sandbox = await walls(stand);
      const task = { isWalled: true };
      const { report, events } = await runInStand(stand, [process.execPath, exampleAgent, 'modes'], { process: sandbox.process, task });
      expect(report).toMatchObject({ end: { kind: 'finished' }, summary: 'The file is changed (how=bypassPermissions).' });
      expect(events).toContainEqual({ type: 'edited', path: 'file.txt' });
      expect(stand.file()).toBe('This is right.\n');
      expect(stand.session()).toMatchObject({ sessionId: report.sessionId });
    });

    test('that dies in the middle is started once more in the same world', async () => {
      await using stand = await acpStand();
      await using sandbox = await walls(stand);
      const { report } = await runInStand(stand, [process.execPath, exampleAgent, 'resumes', 'dies'], { process: sandbox.process });
      expect(report.end).toEqual({ kind: 'finished' });
      expect(stand.file()).toBe('This is right.\n');
    });

    test('is cancelled, and nothing of it is left', async () => {
      await using stand = await acpStand();
      await using sandbox = await walls(stand);
      const { report } = await runInStand(stand, [process.execPath, exampleAgent, 'hangs'], {
        process: sandbox.process,
        onEvent: ({ type }, cancel) => (type === 'tool' ? cancel() : undefined),
      });
      expect(report.end).toEqual({ kind: 'cancelled' });
    });

    test('finds its settings where a link leads out of the world, and nothing outside is written', async () => {
      await using stand = await acpStand();
      await using sandbox = await walls(stand);
      const outside = join(state.path, 'outside.json');
      const path = join(stand.home, 'settings.json');
      await sandbox.process.run({
        command: ['ln', '-s', outside, path],
        cwd: stand.tree,
        env: { PATH: '/usr/bin:/bin' },
        timeoutMs: 10_000,
      });
      const program = { files: [{ path, text: 'told' }] };
      await runInStand(stand, [process.execPath, exampleAgent], { process: sandbox.process, program });
      expect(existsSync(outside)).toBe(false);
      expect(readFileSync(path, 'utf8')).toBe('told');
    });

    test('that floods has its world stopped, and the run ends', async () => {
      await using stand = await acpStand();
      await using sandbox = await walls(stand, 1_000_000);
      const { report } = await runInStand(stand, [process.execPath, badAgent, 'big'], { process: sandbox.process });
      expect(report.end).toEqual({ kind: 'cancelled' });
      expect(sandbox.stopped.reason).toMatchObject({ kind: 'output' });
    });
  },
);
