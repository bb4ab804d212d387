import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemIds } from '../../src/adapters/ids.ts';
import type { JobId } from '../../src/domain/ids.ts';
import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import type { WorldFolder } from '../../src/domain/state-folder.ts';
import { worldNames } from '../../src/domain/world.ts';
import type { Mirror } from '../../src/ports/git.ts';
import type { Workspace } from '../../src/ports/workspace.ts';
import type { OpenWorldTools } from '../../test/support/world-tools.ts';
import { worldTools } from '../../test/support/world-tools.ts';
import { discardWorld } from '../../src/worlds/discard.ts';
import { prepareWorld } from '../../src/worlds/prepare.ts';
import { reserveSlot } from '../../src/worlds/slot.ts';
import type { MadeRepository } from './repository.ts';

/** Five worlds, as many as a task has. */
export const five = worldNames.slice(0, 5);

export interface MadeWorld {
  readonly folder: WorldFolder;
  readonly workspace: Workspace;
}

/** A state folder with a mirror of one repository, its base made ahead as the product does. */
export interface WorldsStand extends AsyncDisposable {
  readonly tools: OpenWorldTools;
  readonly mirror: Mirror;
  /** All that happens between the wish for five worlds and their first programs: rows, folders, checkouts, slots; side by side. */
  make(layers?: readonly string[]): Promise<readonly MadeWorld[]>;
  remove(worlds: readonly MadeWorld[]): Promise<void>;
  /** @throws Error naming what worlds have left: mounts, folders, rows, slots. */
  assertNothingLeft(): Promise<void>;
}

export async function worldsStand(folder: string, repository: MadeRepository, method: WorkspaceMethod): Promise<WorldsStand> {
  const root = join(folder, 'state');
  const tools = await worldTools(root, method);
  const jobId = systemIds.next() as JobId;
  const { state, ledger, workspaces } = tools;
  const { id: repositoryId } = await ledger.repository(repository.root);
  const mirrorPath = state.mirror(repositoryId);
  const mirror = await tools.git.mirror(mirrorPath, repository.root, repository.head);
  await tools.owner.hold();
  await workspaces.prepareBase({ mirrorPath, commit: repository.head });
  let task = 0;

  async function makeOne(name: string, layers: readonly string[]): Promise<MadeWorld> {
    const place = state.world(jobId, `task-${task}`, name);
    const workspace = await prepareWorld(tools, {
      folder: place,
      mirrorPath,
      commit: repository.head,
      near: repository.head,
      layers,
      repositoryId,
      jobId,
      owner: tools.owner.name,
      at: Date.now(),
      minimumFreeBytes: 0,
    });
    await reserveSlot(ledger.slots, place.root);
    return { folder: place, workspace };
  }

  return {
    tools,
    mirror,
    async make(layers = []) {
      task += 1;
      return await Promise.all(five.map((name) => makeOne(name, layers)));
    },
    async remove(worlds) {
      await Promise.all(worlds.map(({ folder: place }) => discardWorld(tools, { folder: place, mirrorPath })));
    },
    async assertNothingLeft() {
      const left = [
        ...mountsBelow(root),
        ...readdirSync(join(root, 'worlds')),
        ...(await ledger.folders()).map(({ directory }) => `the row of ${directory}`),
        ...(await ledger.slots.list()).map(({ slot }) => `slot ${slot}`),
      ];
      if (left.length > 0) throw new Error(`Worlds that were removed have left ${left.join(', ')}`);
    },
    [Symbol.asyncDispose]: async () => {
      await workspaces.unmountBelow(root);
      await tools[Symbol.asyncDispose]();
    },
  };
}

function mountsBelow(folder: string): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((place) => place.startsWith(`${folder}/`));
}
