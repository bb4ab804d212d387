import { lstat, rename } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { JobId, RepositoryId } from '../domain/ids.ts';
import { isRemote } from '../domain/remote-url.ts';
import type { StateFolder } from '../domain/state-folder.ts';
import type { Git, Mirror } from '../ports/git.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Locks } from '../ports/lock.ts';
import type { Workspaces } from '../ports/workspace.ts';
import type { CollectedFolder, RunRecords } from './collected.ts';
import { entriesOfOurs, halfMadeMs, sizeOf, whyExpired } from './collected.ts';

export interface MirrorCollectTools {
  readonly ledger: Pick<Ledger, 'repositoryById'>;
  readonly git: Pick<Git, 'open'>;
  readonly locks: Locks;
  readonly workspaces: Pick<Workspaces, 'clear'>;
}

interface Request {
  readonly state: StateFolder;
  readonly runs: RunRecords;
  /** Epoch ms. */
  readonly now: number;
  readonly dryRun: boolean;
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const mirrorName = new RegExp(`^(.+)\\.git(\\.${uuid})?$`);
/** Indexes of commits in the making, and files on their way into the mirror. */
const privateName = new RegExp(`^(?:index-${uuid}(?:\\.lock)?|(?:config|HEAD)\\.${uuid})$`);
/** What a fetch that was cut off had received. */
const halfFetched = /^tmp_(?:pack|idx|rev)_\w+$/;
/** Folders of a mirror in which something is made that is renamed or removed in the end, with the names that it has until then. */
const making = [
  { folder: 'miyabi', isOurs: privateName },
  { folder: 'objects/pack', isOurs: halfFetched },
] as const;

/**
 * Removes mirrors of repositories that are gone, mirrors and files whose making was interrupted, and the commits of runs that
 * ended long ago. A repository that an open run works on keeps everything that run may need.
 */
export async function collectMirrors(tools: MirrorCollectTools, request: Request): Promise<readonly CollectedFolder[]> {
  const mirrors = join(request.state.root, 'mirrors');
  const found = (await entriesOfOurs(mirrors)).flatMap((entry) => {
    const [, id, halfMade] = mirrorName.exec(entry.name) ?? [];
    return entry.isDirectory() && id !== undefined
      ? [{ path: join(mirrors, entry.name), id: id as RepositoryId, whole: halfMade === undefined }]
      : [];
  });
  const files = await Promise.all(found.map(async ({ path }) => await halfMadeIn(path)));
  const open = await request.runs.openRepositories();
  const collected: CollectedFolder[] = [];
  for (const [index, { path, id, whole }] of found.entries()) {
    const why = whole ? await whyGone(tools, id, open) : 'its making was interrupted';
    if (why !== undefined) collected.push(...(await removeMirror(tools, request, { path, id, whole, why })));
    else {
      const names = files[index] ?? [];
      collected.push(...(await removeFiles(tools, request, { path, names, inUse: open.has(id) })));
      collected.push(...(await removeRefs(tools, request, path)));
    }
  }
  return collected;
}

/** Paths in the mirror. */
async function halfMadeIn(mirror: string): Promise<readonly string[]> {
  const names = making.map(async ({ folder, isOurs }) =>
    (await entriesOfOurs(join(mirror, folder))).flatMap(({ name }) => (isOurs.test(name) ? [`${folder}/${name}`] : [])),
  );
  return (await Promise.all(names)).flat();
}

async function whyGone(tools: MirrorCollectTools, id: RepositoryId, open: ReadonlySet<RepositoryId>): Promise<string | undefined> {
  if (open.has(id)) return undefined;
  const repository = await tools.ledger.repositoryById(id);
  if (repository === undefined) return 'no record knows its repository';
  // Whether a remote is there is not known by a look at this disk; its mirror is small beside what it saves.
  if (isRemote(repository.root)) return undefined;
  const there = await lstat(repository.root).then(() => true, unlessAbsent);
  return there ? undefined : `its repository ${repository.root} is gone`;
}

/** Where it cannot be looked at it counts as there. */
function unlessAbsent(error: NodeJS.ErrnoException): boolean {
  return error.code !== 'ENOENT' && error.code !== 'ENOTDIR';
}

async function removeMirror(
  tools: MirrorCollectTools,
  request: Request,
  mirror: { readonly path: string; readonly id: RepositoryId; readonly whole: boolean; readonly why: string },
): Promise<readonly CollectedFolder[]> {
  const held = await tools.locks.tryAcquire(`mirror-${mirror.id}`);
  if (held === undefined) return [];
  try {
    const collected = { path: mirror.path, bytes: await sizeOf(mirror.path), why: mirror.why };
    if (request.dryRun) return [collected];
    const aside = mirror.whole ? `${mirror.path}.${randomUUID()}` : mirror.path;
    // A mirror is there as a whole or not at all, also where its removal is interrupted.
    if (mirror.whole) await rename(mirror.path, aside);
    await tools.workspaces.clear(aside);
    return [collected];
  } finally {
    await held.release();
  }
}

async function removeFiles(
  tools: MirrorCollectTools,
  request: Request,
  place: { readonly path: string; readonly names: readonly string[]; readonly inUse: boolean },
): Promise<readonly CollectedFolder[]> {
  const collected: CollectedFolder[] = [];
  for (const name of place.names) {
    const path = join(place.path, name);
    const found = await lstat(path).catch(() => undefined);
    // What is fetched may be on its way before there is a run.
    const mayBeMade = place.inUse || name.startsWith('objects/');
    if (found === undefined || (mayBeMade && request.now - found.mtimeMs < halfMadeMs)) continue;
    collected.push({ path, bytes: found.blocks * 512, why: 'its making was interrupted' });
    if (!request.dryRun) await tools.workspaces.clear(path);
  }
  return collected;
}

/** What runs keep in a mirror: `refs/miyabi/runs/<job>/…`, and by the run as people see it their worlds and what was left of killed ones. */
const runRefs = ['refs/miyabi/runs/', 'refs/miyabi/worlds/', 'refs/miyabi/rescued/'] as const;

async function removeRefs(tools: MirrorCollectTools, request: Request, path: string): Promise<readonly CollectedFolder[]> {
  try {
    const mirror = await tools.git.open(path);
    const expired = await expiredRefs(mirror, request);
    if (expired.size === 0) return [];
    const bytes = await mirror.bytesHeldBy([...expired.keys()]);
    if (!request.dryRun) {
      for (const prefix of expired.keys()) await mirror.deleteRefs(prefix);
      await mirror.prune();
    }
    return [{ path, bytes, why: `commits of runs: ${[...new Set(expired.values())].join('; ')}` }];
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return [{ path, bytes: 0, why: `left alone: its commits cannot be looked through (${reason})` }];
  }
}

/** From the beginning of the names of a run's refs to why they may go. */
async function expiredRefs(mirror: Mirror, request: Request): Promise<ReadonlyMap<string, string>> {
  const prefixes = new Set<string>();
  for (const folder of runRefs) for (const name of await mirror.refs(folder)) prefixes.add(name.split('/').slice(0, 4).join('/'));
  const expired = new Map<string, string>();
  for (const prefix of prefixes) {
    const run = prefix.slice(prefix.lastIndexOf('/') + 1);
    const state = prefix.startsWith(runRefs[0]) ? await request.runs.byId(run as JobId) : await request.runs.byName(run);
    const why = whyExpired(state, request.now);
    if (why !== undefined) expired.set(prefix, why);
  }
  return expired;
}
