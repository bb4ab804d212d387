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

/** How long, in ms, what worlds are made from is kept after its last use. */
export interface KeptUnused {
  /** Immutable checkouts, and those that wait in the pool: quickly made again. */
  readonly checkoutsMs: number;
  /** Installed dependencies: slow to make again. */
  readonly layersMs: number;
}

/** @param unusedMs what a person asks for, for everything alike. */
export function keptUnused(checkoutsMs: number, unusedMs?: number): KeptUnused {
  return { checkoutsMs: unusedMs ?? checkoutsMs, layersMs: unusedMs ?? Math.max(14 * day, checkoutsMs) };
}

/** Why something may go that was last used then; undefined while it is kept. Times in epoch ms. */
export function whyUnused(usedAt: number, now: number, keptMs: number): string | undefined {
  if (now - usedAt < keptMs) return undefined;
  return keptMs === 0 ? 'nothing uses it' : `not used for ${inWords(keptMs)}`;
}

function inWords(ms: number): string {
  if (ms >= 2 * day) return `${Math.floor(ms / day)} days`;
  if (ms >= hour) return `${Math.floor(ms / hour)} hours`;
  return `${Math.ceil(ms / 60_000)} minutes`;
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

const hour = 60 * 60_000;
const day = 24 * hour;

/** How long what a run leaves on purpose is kept after its end, in ms: people go back to it with `explain` and `show`. */
export const keptAfterEndMs = 30 * day;

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

/** Bytes that a file or a folder takes up on its disk; what is mounted in it lies elsewhere, and an overlay's own part beside it. */
export async function sizeOf(path: string, disk?: number): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || (found.isDirectory() && disk !== undefined && found.dev !== disk)) return 0;
  const own = found.blocks * 512;
  if (!found.isDirectory()) return own;
  const names = await readdir(path).catch(() => []);
  let sum = own;
  for (const name of names) sum += await sizeOf(join(path, name), found.dev);
  return sum;
}
