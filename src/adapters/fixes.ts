import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { CommitId, JobId } from '../domain/ids.ts';
import type { StateFolder } from '../domain/state-folder.ts';
import type { Fixes } from '../ports/fixes.ts';

const commitId = z.custom<CommitId>((value) => typeof value === 'string' && /^[0-9a-f]{40,64}$/.test(value));
const stored = z.object({ schemaVersion: z.literal(1), directory: z.string(), isOurs: z.boolean(), base: commitId });

/** A file beside each checkout: both belong to this machine. */
export function folderFixes(state: Pick<StateFolder, 'fix'>): Fixes {
  const pathOf = (jobId: JobId): string => `${state.fix(jobId)}/fix.json`;
  return {
    async of(jobId) {
      const text = await readFile(pathOf(jobId), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
      if (text === undefined) return undefined;
      const { directory, isOurs, base } = stored.parse(JSON.parse(text));
      return { directory, isOurs, base };
    },
    async save(jobId, fix) {
      await mkdir(state.fix(jobId), { recursive: true, mode: 0o700 });
      await writeFile(`${pathOf(jobId)}.new`, JSON.stringify({ schemaVersion: 1, ...fix }));
      await rename(`${pathOf(jobId)}.new`, pathOf(jobId));
    },
    async forget(jobId, { folder }) {
      await rm(pathOf(jobId), { force: true });
      if (folder) await rm(state.fix(jobId), { recursive: true, force: true });
    },
  };
}
