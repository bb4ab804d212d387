import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { workspaceMethods } from '../../domain/machine.ts';
import type { CommitId } from '../../domain/ids.ts';
import { asCommitId } from '../../domain/ids.ts';

/** Everything of a rung's that lies beside a checkout, in one folder. */
export function ownFolder(privateFolder: string): string {
  return join(privateFolder, 'workspace');
}

const schema = z.object({
  method: z.enum(workspaceMethods),
  commit: z.custom<CommitId>((value) => typeof value === 'string' && asCommitId(value) !== undefined),
  index: z.string(),
  /** Of what an overlay is made of; absolute paths, the uppermost first. */
  overlay: z.object({ lower: z.array(z.string()), options: z.array(z.string()) }).optional(),
});

/** What is written down about a folder that is complete, so that another process can tell what lies there. */
export type RememberedWorkspace = z.infer<typeof schema>;

const file = 'workspace.json';

export async function remember(privateFolder: string, workspace: RememberedWorkspace): Promise<void> {
  const path = join(ownFolder(privateFolder), file);
  await writeFile(`${path}.making`, JSON.stringify(workspace));
  await rename(`${path}.making`, path);
}

/** @returns undefined where nothing was ever complete. */
export async function recall(privateFolder: string): Promise<RememberedWorkspace | undefined> {
  const text = await readFile(join(ownFolder(privateFolder), file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    return undefined;
  });
  return text === undefined ? undefined : schema.parse(JSON.parse(text));
}

export async function forget(privateFolder: string): Promise<void> {
  await rm(join(ownFolder(privateFolder), file), { force: true });
}
