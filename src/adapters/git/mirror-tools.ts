import { basename, join } from 'node:path';
import type { GitLock } from '../../domain/signals.ts';
import type { Locks } from '../../ports/lock.ts';
import type { ProcessRunner } from '../../ports/process.ts';
import { removeAbandonedLock } from './abandoned-lock.ts';
import type { GitCommand, GitProfile } from './git-command.ts';
import { withOwnFiles } from './own-files.ts';
import { lockOf, retryLocked } from './retry-locked.ts';
import { withRetriedWrites } from './retry-vanished.ts';

export interface MirrorContext {
  readonly git: GitCommand;
  readonly locks: Locks;
  readonly process: ProcessRunner;
  readonly path: string;
  /** Hears that somebody else held what is locked, and for how long (ms) it was waited before it was asked for again. */
  readonly onWait?: ((lock: GitLock, ms: number) => void) | undefined;
}

/** A lock of ours that is had sooner was free. In ms. */
const shortestWaitMs = 10;

/** What every file of a mirror's works with. */
export interface MirrorTools extends MirrorContext {
  readonly mirrorPath: string;
  readonly profile: Extract<GitProfile, { kind: 'local' }>;
  /** Does something with the administration of the mirror while no other process does. */
  locked<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Only under the lock: tries again what another git stands in the way of, and takes away what one that was killed has left. `tidy` runs before each new try. */
  retried<Result>(work: () => Promise<Result>, tidy?: () => Promise<void>): Promise<Result>;
}

/** Files of ours inside a mirror: indexes of commits in the making, and the file that trusts repositories of other owners. */
export function privateFolder(mirrorPath: string): string {
  return join(mirrorPath, 'miyabi');
}

export function toolsOf(context: MirrorContext, mirrorPath: string): MirrorTools {
  return {
    ...context,
    git: withRetriedWrites(withOwnFiles(context.git, mirrorPath, privateFolder(mirrorPath))),
    mirrorPath,
    profile: { kind: 'local', gitDir: mirrorPath },
    retried: (work, tidy) =>
      retryLocked(work, async (error) => {
        context.onWait?.(lockOf(error), 0);
        await removeAbandonedLock(mirrorPath, error);
        await tidy?.();
      }),
    async locked(work) {
      const begin = performance.now();
      const held = await context.locks.acquire(`mirror-${basename(mirrorPath, '.git')}`);
      const waited = performance.now() - begin;
      if (waited >= shortestWaitMs) context.onWait?.('mirror', waited);
      try {
        return await work();
      } finally {
        await held.release();
      }
    },
  };
}

/** The entries of what git prints with `-z`. */
export function zeroTerminated(text: string): readonly string[] {
  return text.split('\0').filter((entry) => entry !== '');
}
