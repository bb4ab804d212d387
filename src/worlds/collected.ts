import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobId, RepositoryId } from '../domain/ids.ts';

/** Something that was removed, or would be. */
export interface CollectedFolder {
  readonly path: string;
  readonly bytes: number;
  /** In a few words. */
  readonly why: string;
}

/** What the engine's records say of a run; `unknown` when they have never heard of it. */
export type RunState = { readonly kind: 'open' } | { readonly kind: 'ended'; readonly at: number } | { readonly kind: 'unknown' };

/**
 * The engine's records. A run is recorded before anything of it exists, so whoever first looks at what there is and then asks
 * here takes nothing from a run that has just begun.
 */
export interface RunRecords {
  byId(job: JobId): Promise<RunState>;
  /** @param shown as people see it and as folders are called: `run_…`. */
  byName(shown: string): Promise<RunState>;
  /** Repositories that open runs work on. */
  openRepositories(): Promise<ReadonlySet<RepositoryId>>;
}

const day = 24 * 60 * 60_000;

/** How long what a run leaves on purpose is kept after its end, in ms: people go back to it with `explain` and `show`. */
export const keptAfterEndMs = 30 * day;

/** How long a layer of dependencies is kept after its last use, in ms. */
export const unusedLayerMs = 14 * day;

/** After this time nobody is at work any more on a file that is made and removed within one step, in ms. */
export const halfMadeMs = day;

/** Why a run's leavings may go; undefined while they are kept. */
export function whyExpired(state: RunState, now: number): string | undefined {
  if (state.kind === 'unknown') return 'no record knows its run';
  return state.kind === 'ended' && now - state.at > keptAfterEndMs ? 'its run ended more than 30 days ago' : undefined;
}

/** The entries of a folder of ours; none where a link stands in its place, which may lead out of the state folder. */
export async function entriesOfOurs(directory: string): Promise<readonly Dirent[]> {
  const found = await lstat(directory).catch(() => undefined);
  return found?.isDirectory() === true ? await readdir(directory, { withFileTypes: true }) : [];
}

/** Bytes that a file or a folder takes up on the disk. */
export async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return 0;
  const own = found.blocks * 512;
  if (!found.isDirectory()) return own;
  const names = await readdir(path).catch(() => []);
  let sum = own;
  for (const name of names) sum += await sizeOf(join(path, name));
  return sum;
}
