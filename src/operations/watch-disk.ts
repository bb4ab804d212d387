import { groupsBesideRuns } from '../domain/job-groups.ts';
import { displayId } from '../domain/ids.ts';
import type { OperationTools, Tell } from './tools.ts';

type DiskTools = Pick<OperationTools, 'engine' | 'ballast' | 'freeBytes' | 'sharing'>;

export interface DiskWatch {
  readonly everyMs: number;
  readonly tell: Tell;
}

/** Below this share of what the ballast holds the disk counts as full: what is recorded of a run needs less. */
const fullShare = 1 / 4;

/**
 * Holds the ballast while there is room, and gives it back when there is none: then nothing more is begun, and what was being done can be recorded. Looks again
 * and again until it is disposed; keeps no process alive.
 */
export function watchDisk(tools: DiskTools, { everyMs, tell }: DiskWatch): AsyncDisposable {
  let looking: Promise<void> | undefined;
  const watch = diskWatcher(tools, tell);
  const look = (): void => {
    looking ??= watch()
      .catch((error: unknown) => tell(`The disk could not be looked at: ${String(error)}`, 'warn'))
      .finally(() => (looking = undefined));
  };
  look();
  const timer = setInterval(look, everyMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await looking;
    },
  };
}

/** What one look does; it remembers whether the disk was full at the one before. */
export function diskWatcher({ engine, ballast, freeBytes, sharing }: DiskTools, tell: Tell): () => Promise<void> {
  let was: 'unknown' | 'held' | 'full' = 'unknown';

  async function pauseRuns(): Promise<void> {
    // Of runs that many machines work on one that is full says nothing: their tasks fail here, and are done elsewhere.
    if (sharing) return;
    const reason = 'The disk of the state folder is full. Make room (`miyabi gc` tells what could go), then resume it.';
    for (const { id } of await engine.jobs({ open: true, states: ['running'], exceptGroups: groupsBesideRuns }))
      if (await engine.pause(id, reason))
        tell(`${displayId('run', id)} is paused: the disk is full. \`miyabi resume\` goes on with it once there is room.`, 'error');
  }

  return async () => {
    const { wantedBytes, heldBytes } = await ballast.state();
    if (wantedBytes === 0) {
      // Gives back what was held while more was wanted.
      await ballast.hold();
      return;
    }
    // Whoever could not write has given it back already, in this process or in another.
    const isGone = was === 'held' && heldBytes === 0;
    if (isGone || (heldBytes > 0 && (await freeBytes()) < wantedBytes * fullShare)) {
      ballast.giveBack();
      // Until everything is paused: what fails now is done with the next look.
      was = 'held';
      tell(
        `The disk is full: ${Math.round(wantedBytes / 1e6)} MB that were held for this were given back, for what has to be recorded.`,
        'error',
      );
      await pauseRuns();
      was = 'full';
      return;
    }
    if (!(await ballast.hold())) return;
    if (was === 'full')
      tell('There is room on the disk again, and some of it is held for the next time. Runs that were paused go on with `miyabi resume`.');
    was = 'held';
  };
}
