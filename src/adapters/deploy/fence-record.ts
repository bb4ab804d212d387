import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FencedOff } from '../../ports/deployer.ts';
import type { ChangeOfTarget } from '../../ports/deployer.ts';
import { sqliteLocks } from '../lock/sqlite-locks.ts';
import { writeJson } from './process/keeper/state-file.ts';

/** The highest fence that an environment has seen from this machine, kept in its folder for targets which keep none as early as that. */
export interface FenceRecord {
  seen(): Promise<number>;
  /**
   * Makes a change, one at a time over all processes of this machine, after its fence has been written down.
   *
   * @param look asks the target what it knows.
   * @throws FencedOff below the highest fence that was seen here or by the target.
   */
  change<Found extends { readonly fence: number }, Value>(
    change: Pick<ChangeOfTarget, 'fence' | 'signal'>,
    look: () => Promise<Found>,
    make: (found: Found) => Promise<Value>,
  ): Promise<Value>;
}

/** @param folder of the environment, made when it is not there. */
export function fenceRecord(folder: string): FenceRecord {
  const path = join(folder, 'fence');
  const seen = async (): Promise<number> => {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '0';
      throw error;
    });
    if (!/^\d{1,15}$/.test(text)) throw new Error(`${path} does not hold a number.`);
    return Number(text);
  };
  return {
    seen,
    async change({ fence, signal }, look, make) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const lock = await sqliteLocks(folder).acquire('change', signal);
      try {
        const [own, found] = [await seen(), await look()];
        const highest = Math.max(own, found.fence);
        if (fence < highest) throw new FencedOff(fence, highest);
        if (fence > own) await writeJson(path, fence);
        return await make(found);
      } finally {
        await lock.release();
      }
    },
  };
}
