import { lstat, mkdir } from 'node:fs/promises';
import { Failure } from '../../domain/failure.ts';
import type { WorkspaceMethod } from '../../domain/machine.ts';
import type { CreateWorkspace, Workspace, WorkspaceRung, Workspaces } from '../../ports/workspace.ts';
import { removeFolder } from '../git/remove-folder.ts';
import { createBases } from './bases.ts';
import { checkoutRung } from './checkout.ts';
import { unmountBelow } from './mounts.ts';
import { overlayRung, upperFolder } from './overlay.ts';
import { poolRung } from './pool.ts';
import { probeRungs, sweepProbes } from './probes.ts';
import { reflinkRung } from './reflink.ts';
import { forget, ownFolder, recall } from './remembered.ts';
import type { RememberedWorkspace } from './remembered.ts';
import type { Rung, RungTools } from './rung.ts';

/**
 * Folders made the best way this machine knows. What was made one way is reopened and removed that way, also by a process that would
 * choose another.
 *
 * @param options.only the one rung to use, in place of the best.
 */
export function createWorkspaces(tools: RungTools, options: { readonly only?: WorkspaceMethod } = {}): Workspaces {
  const bases = createBases(tools);
  const rungs = [overlayRung(tools, bases), reflinkRung(tools, bases), poolRung(tools), checkoutRung(tools)];
  let probed: Promise<readonly WorkspaceRung[]> | undefined;
  const ladder = (): Promise<readonly WorkspaceRung[]> => (probed ??= probeRungs(tools, rungs));

  async function chosen(): Promise<Rung> {
    const found = await ladder();
    const rung = rungs.find(({ method }, at) => found[at]?.usable === true && (options.only ?? method) === method);
    if (rung !== undefined) return rung;
    const wanted = found.find(({ method }) => method === options.only);
    throw new Failure(
      'configuration',
      {
        what: `Worlds cannot be made as ${options.only ?? 'folders'} here.`,
        why: wanted?.detail ?? 'There is no way to make them.',
        fix: 'Leave the choice of the way to Miyabi.',
      },
      { facts: { state: tools.state.root } },
    );
  }

  const clear: Workspaces['clear'] = async (directory) => {
    await unmountBelow(tools, directory);
    await removeFolder(tools, directory);
  };

  const remove: Workspaces['remove'] = async (request) => {
    const remembered = await recall(request.private);
    const rung = rungs.find(({ method }) => method === remembered?.method);
    if (remembered !== undefined) {
      // From here on nobody takes what is left of it for what was done in it.
      await forget(request.private);
      await rung?.keep?.(remembered, request);
    }
    await clear(request.directory);
    await clear(ownFolder(request.private));
  };

  return {
    ladder,
    doubtBases: () => bases.doubt(),
    prepareBase: async (request) => (await chosen()).prepareBase(request),
    async create(request) {
      const rung = await chosen();
      await mkdir(ownFolder(request.private), { recursive: true, mode: 0o700 });
      try {
        return asWorkspace(await rung.create(request), request);
      } catch (error) {
        await clear(request.directory);
        await clear(ownFolder(request.private));
        throw error;
      }
    },
    async reopen(request) {
      const remembered = await recall(request.private);
      if (remembered === undefined) return undefined;
      await rungs.find((rung) => rung.method === remembered.method)?.reopen?.(remembered, request);
      return (await isFolder(request.directory)) ? asWorkspace(remembered, request) : undefined;
    },
    async restsOn(request) {
      const remembered = await recall(request.private);
      return remembered === undefined ? undefined : (remembered.overlay?.lower ?? []);
    },
    remove,
    clear,
    unmountBelow: (directory) => unmountBelow(tools, directory),
    sweep: () => sweepProbes(tools),
  };
}

function asWorkspace({ method, commit, index }: RememberedWorkspace, request: Pick<CreateWorkspace, 'directory' | 'private'>): Workspace {
  return { directory: request.directory, commit, method, index, written: method === 'overlay' ? [upperFolder(request.private)] : [] };
}

async function isFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    return undefined;
  });
  return found?.isDirectory() === true;
}
