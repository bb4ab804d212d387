import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import { writeFiles } from '../support/repository.ts';
import { statusIn, told, workspaceStand } from './workspaces-stand.ts';
import type { WorkspaceStand } from './workspaces-stand.ts';

const victim = fileURLToPath(new URL('workspaces-victim.ts', import.meta.url));

/** What every way of making worlds must withstand when the process that makes them is killed. */
export const workspaceLives: Readonly<Record<string, (only: WorkspaceMethod) => Promise<void>>> = {
  async 'a world whose process was killed is found again, with what was done in it'(only) {
    await foundAgain(only, []);
  },

  async 'so is one whose mounts went with the process'(only) {
    await foundAgain(only, process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-c', '-m', '--keep-caps']);
  },

  async 'whenever the making is interrupted, what is there is complete or nothing, and can be removed and made again'(only) {
    await using stand = await workspaceStand(only);
    for (let round = 0; round < 4; round += 1) {
      const process_ = start(stand, [], 'many', `r${round}`);
      const made = createInterface({ input: process_.stdout! })[Symbol.asyncIterator]();
      await made.next();
      for (let more = 0; more < round; more += 1) await made.next();
      // Somewhere within the next one.
      await setTimeout(round * 4);
      await kill(process_);
      for (let at = 0; at < 12; at += 1) {
        const place = stand.place(`r${round}-${at}`);
        const found = await stand.workspaces.reopen(place);
        if (found !== undefined) {
          assert.equal(statusIn(place.directory), '');
          assert.equal(await stand.harvest(found), undefined);
        }
        await stand.workspaces.remove(place);
      }
      assert.deepEqual(stand.leavings(), []);
      const world = await stand.make('after');
      assert.equal(statusIn(world.directory), '');
      await stand.workspaces.remove(world);
    }
  },
};

async function foundAgain(only: WorkspaceMethod, prefix: readonly string[]): Promise<void> {
  await using stand = await workspaceStand(only);
  const layer = join(stand.path, 'layer');
  writeFiles(layer, { 'node_modules/x.js': 'x' });
  const process_ = start(stand, prefix, 'one', 'alpha', layer);
  await once(process_.stdout!, 'data');
  await kill(process_);
  const place = stand.place('alpha');
  const world = await stand.workspaces.reopen(place);
  assert.ok(world !== undefined);
  assert.equal(world.method, only);
  assert.equal(readFileSync(join(world.directory, 'node_modules/x.js'), 'utf8'), 'x');
  assert.deepEqual(told(await stand.harvest(world)), ['added done.txt', 'deleted README.md']);
  assert.equal((await stand.workspaces.reopen(place))?.index, world.index);
  await stand.workspaces.remove(place);
  assert.deepEqual(stand.leavings(), []);
  assert.equal(await stand.workspaces.reopen(place), undefined);
}

function start(stand: WorkspaceStand, prefix: readonly string[], ...args: readonly string[]): ChildProcess {
  const place = stand.place(args[1] ?? '');
  mkdirSync(place.private, { recursive: true });
  const request = {
    state: join(stand.path, 'state'),
    mirrorPath: stand.mirror.path,
    commit: stand.repository.head,
    only: stand.only,
    args,
  };
  const [program = '', ...rest]: readonly string[] = [...prefix, process.execPath, victim, JSON.stringify(request)];
  return spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'close');
  child.kill('SIGKILL');
  await gone;
}
