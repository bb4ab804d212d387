import { randomUUID } from 'node:crypto';
import { lstat, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Release } from '../domain/deployment.ts';
import { releaseName } from '../domain/deployment.ts';
import type { RepositoryId } from '../domain/ids.ts';
import type { StateFolder } from '../domain/state-folder.ts';
import type { Workspaces } from '../ports/workspace.ts';
import type { CollectedFolder } from './collected.ts';
import { entriesOfOurs, sizeOf } from './collected.ts';

/** What is known of releases beside their folders. */
export interface ReleaseRecords {
  one(repositoryId: RepositoryId, release: number): Promise<Release | undefined>;
  /** Those whose folders are needed now. */
  needed(repositoryId: RepositoryId): Promise<ReadonlySet<number>>;
  /** Whether an open run deploys it or is going to; a run says so before it looks for the folder. */
  isAboutToGoOut(release: Release): Promise<boolean>;
}

interface Tools {
  readonly releases: ReleaseRecords;
  readonly workspaces: Pick<Workspaces, 'clear'>;
}

interface Request {
  readonly state: StateFolder;
  /** Epoch ms. */
  readonly now: number;
  /** Releases that were built less long ago stay, in ms. */
  readonly keptMs: number;
  /** Says what would be removed and removes nothing. */
  readonly dryRun: boolean;
}

/** A folder of a repository's releases. `whole`: not one whose making or removal was interrupted. */
interface Found {
  readonly path: string;
  readonly number: number;
  readonly whole: boolean;
}

/** A release, one that is being made, and one whose removal has begun. */
const folderName = /^([1-9]\d{0,8})(\.growing|\.[0-9a-f-]{36}\.removed)?$/;

/**
 * Removes the folders of releases that are not needed and that no open run is about to deploy, and those whose making or removal was
 * interrupted. Their rows stay: whoever deploys one of them, or goes back to it, has it built anew from its commit.
 */
export async function collectReleaseFolders(tools: Tools, request: Request): Promise<readonly CollectedFolder[]> {
  const releases = join(request.state.root, 'releases');
  const collected: CollectedFolder[] = [];
  for (const entry of await entriesOfOurs(releases)) {
    const repositoryId = entry.name as RepositoryId;
    if (entry.isDirectory()) collected.push(...(await collectOf(tools, request, repositoryId, join(releases, entry.name))));
  }
  return collected;
}

async function collectOf(tools: Tools, request: Request, repositoryId: RepositoryId, folder: string): Promise<readonly CollectedFolder[]> {
  const { releases } = tools;
  const entries = (await entriesOfOurs(folder)).filter((entry) => entry.isDirectory());
  const found = entries.flatMap(({ name }): Found[] => {
    const [, number, rest] = folderName.exec(name) ?? [];
    return number === undefined ? [] : [{ path: join(folder, name), number: Number(number), whole: rest === undefined }];
  });
  if (found.length === 0) return [];
  const needed = await releases.needed(repositoryId);
  const collected: CollectedFolder[] = [];
  for (const one of found.toSorted((first, second) => first.number - second.number)) {
    const release = await releases.one(repositoryId, one.number);
    const why = one.whole ? await whyGone(request, one, release, needed) : 'its making or its removal was interrupted';
    if (why === undefined || (await isUsed(tools, release))) continue;
    const bytes = await sizeOf(one.path);
    if (request.dryRun || (await remove(tools, one, release))) collected.push({ path: one.path, bytes, why });
  }
  return collected;
}

/** Undefined while it is kept. */
async function whyGone(
  { now, keptMs }: Request,
  { path, number }: Found,
  release: Release | undefined,
  needed: ReadonlySet<number>,
): Promise<string | undefined> {
  if (needed.has(number)) return undefined;
  const changed = await lstat(path).catch(() => undefined);
  const builtAt = release?.built?.at ?? changed?.ctimeMs;
  if (builtAt === undefined || now - builtAt < keptMs) return undefined;
  return release === undefined ? 'no record knows it' : `${releaseName({ number })} serves nowhere; its commit builds it again`;
}

async function isUsed({ releases }: Tools, release: Release | undefined): Promise<boolean> {
  return release !== undefined && (await releases.isAboutToGoOut(release));
}

/**
 * It is there as a whole or not at all, also where its removal is interrupted. A run that began to deploy it meanwhile gets it back: whoever looked for
 * it before it was put aside had recorded that before.
 * @returns whether it was removed.
 */
async function remove(tools: Tools, { path, whole }: Found, release: Release | undefined): Promise<boolean> {
  if (!whole) {
    await tools.workspaces.clear(path);
    return true;
  }
  const aside = `${path}.${randomUUID()}.removed`;
  await rename(path, aside);
  if ((await isUsed(tools, release)) && (await putBack(aside, path))) return false;
  await tools.workspaces.clear(aside);
  return true;
}

/** @returns false where it was built anew meanwhile. */
async function putBack(aside: string, path: string): Promise<boolean> {
  try {
    await rename(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTEMPTY' || (error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
