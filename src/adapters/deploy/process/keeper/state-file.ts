import { chmod, open, readFile, rename, rm } from 'node:fs/promises';
import { z } from 'zod';

/** A process as it is found again: its id alone may be somebody else's by now. */
const processSchema = z.object({ pid: z.int(), identity: z.string() });
export type KnownProcess = z.infer<typeof processSchema>;

const supervised = z.object({
  kind: z.literal('supervised'),
  release: z.int(),
  commit: z.string(),
  folder: z.string(),
  command: z.string(),
  user: z.string().optional(),
  hidden: z.array(z.string()),
  stopMs: z.number(),
  port: z.int().optional(),
  /** In the environment of all its processes: by it those are found that nobody wrote down. */
  mark: z.string(),
  process: processSchema.optional(),
  /** Epoch ms. */
  exits: z.array(z.int()),
});
export type SupervisedRelease = z.infer<typeof supervised>;

const attached = z.object({ kind: z.literal('attached'), release: z.int(), commit: z.string(), url: z.string() });
export type AttachedRelease = z.infer<typeof attached>;

const hook = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('running'), mark: z.string(), process: processSchema.optional(), until: z.int() }),
  z.object({ kind: z.literal('ended'), code: z.int(), tail: z.string() }),
]);

const stateSchema = z.object({
  schemaVersion: z.literal(1),
  fence: z.int(),
  /** As it was asked for. */
  listen: z.object({ host: z.string(), port: z.int() }).optional(),
  /** Where it listens: the same again after a death, also where any port was asked for. */
  port: z.int().optional(),
  serving: z.int().optional(),
  releases: z.array(z.discriminatedUnion('kind', [supervised, attached])),
  /** By key; the newest last. */
  hooks: z.record(z.string(), hook),
});
export type KeeperState = z.infer<typeof stateSchema>;

export const emptyState: KeeperState = { schemaVersion: 1, fence: 0, releases: [], hooks: {} };

export async function readState(file: string): Promise<KeeperState> {
  return stateSchema.parse((await readJson(file)) ?? emptyState);
}

/** @returns undefined where there is no such file. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces the file whole, so that it is there as it was or as it shall be; for its owner alone. Its folder has to be there. @param lasting whether it has to outlive a loss of power. */
export async function writeJson(file: string, value: unknown, { lasting = true } = {}): Promise<void> {
  const making = `${file}.new`;
  const handle = await open(making, 'w', 0o600);
  try {
    await handle.writeFile(JSON.stringify(value));
    if (lasting) await handle.datasync();
  } finally {
    await handle.close();
  }
  await chmod(making, 0o600);
  await rename(making, file);
}

export async function removeFile(file: string): Promise<void> {
  await rm(file, { force: true });
}
