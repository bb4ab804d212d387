import { basename, dirname, join } from 'node:path';
import type { StateFolder } from '../domain/state-folder.ts';
import { displayId } from '../domain/ids.ts';
import type { CommitId } from '../domain/ids.ts';
import { worldNames } from '../domain/world.ts';
import type { Git } from '../ports/git.ts';
import type { RecordedFolder } from '../ports/ledger.ts';
import type { Workspaces } from '../ports/workspace.ts';
import { harvest } from './harvest.ts';
import { notedPlaced } from './placed.ts';

export interface RescueTools {
  readonly git: Pick<Git, 'open'>;
  readonly workspaces: Pick<Workspaces, 'reopen'>;
  readonly state: StateFolder;
}

/** What was kept of a world whose process died, and where. */
export interface Rescued {
  readonly commit: CommitId;
  readonly ref: string;
}

/**
 * Keeps what an agent had done in a world whose process died, before that world is removed: as a commit of the mirror, under a ref
 * of its own, for as long as the run's other commits. Folders in which no agent works (checks) hold nothing of anybody's.
 *
 * @returns undefined where there is nothing to keep: nothing was changed, or nothing can be told of the folder any more.
 * @throws when it is there and cannot be kept; the folder must then stay.
 */
export async function rescueWorld(tools: RescueTools, row: RecordedFolder, at: number): Promise<Rescued | undefined> {
  const world = basename(row.directory);
  if (!(worldNames as readonly string[]).includes(world)) return undefined;
  const mirrorPath = tools.state.mirror(row.repositoryId);
  const places = { mirrorPath, directory: join(row.directory, 'tree'), private: join(row.directory, 'private') };
  const workspace = await tools.workspaces.reopen(places);
  if (workspace === undefined) return undefined;
  const ref = `refs/miyabi/rescued/${displayId('run', row.jobId)}/${basename(dirname(row.directory))}/${world}`;
  const kept = await harvest(await tools.git.open(mirrorPath), {
    directory: workspace.directory,
    index: workspace.index,
    exclude: await notedPlaced({ private: places.private }),
    base: workspace.commit,
    message: `What ${world} had done when its process died`,
    author: { name: 'Miyabi', email: 'miyabi@localhost' },
    at,
    ref,
  });
  return kept === undefined ? undefined : { commit: kept.commit, ref };
}
