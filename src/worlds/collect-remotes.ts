import { join } from 'node:path';
import type { JobId, RepositoryId } from '../domain/ids.ts';
import { isRemote } from '../domain/remote-url.ts';
import type { StateFolder } from '../domain/state-folder.ts';
import type { Git } from '../ports/git.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { CollectedFolder, RunRecords } from './collected.ts';
import { entriesOfOurs, whyExpired } from './collected.ts';

export interface RemoteCollectTools {
  readonly ledger: Pick<Ledger, 'repositoryById'>;
  readonly git: Pick<Git, 'remote'>;
}

interface Request {
  readonly state: StateFolder;
  readonly runs: Pick<RunRecords, 'byId' | 'byName'>;
  /** Epoch ms. */
  readonly now: number;
  readonly dryRun: boolean;
}

/** What runs keep at a remote: `refs/miyabi/runs/<job>/…`, and by the run as people see it their worlds. */
const runRefs = ['refs/miyabi/runs/', 'refs/miyabi/worlds/'] as const;

/**
 * Deletes at the remotes that this machine has mirrors of what runs that ended long ago have left there: those that handed nothing over. A remote
 * may serve others too: refs of a run that no record knows are theirs, and stay.
 */
export async function collectRemotes(tools: RemoteCollectTools, request: Request): Promise<readonly CollectedFolder[]> {
  const folder = join(request.state.root, 'mirrors');
  const collected: CollectedFolder[] = [];
  for (const { name } of await entriesOfOurs(folder)) {
    const id = /^([\w-]+)\.git$/.exec(name)?.[1];
    const repository = id === undefined ? undefined : await tools.ledger.repositoryById(id as RepositoryId);
    if (repository === undefined || !isRemote(repository.root)) continue;
    collected.push(...(await collectAt(tools, request, { url: repository.root, mirrorPath: join(folder, name) })));
  }
  return collected;
}

async function collectAt(
  { git }: RemoteCollectTools,
  request: Request,
  { url, mirrorPath }: { readonly url: string; readonly mirrorPath: string },
): Promise<readonly CollectedFolder[]> {
  try {
    const remote = git.remote(url);
    const names = (await Promise.all(runRefs.map(async (refs) => await remote.refs(refs)))).flat();
    const expired = await expiredAmong(names, request);
    if (expired.size === 0) return [];
    if (!request.dryRun) await remote.deleteRefs(mirrorPath, [...expired.keys()]);
    return [{ path: url, bytes: 0, why: `refs of runs: ${[...new Set(expired.values())].join('; ')}` }];
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return [{ path: url, bytes: 0, why: `left alone: its refs cannot be looked through (${reason})` }];
  }
}

/** From the beginning of the names of a run's refs to why they may go. */
async function expiredAmong(names: readonly string[], { runs, now }: Request): Promise<ReadonlyMap<string, string>> {
  const expired = new Map<string, string>();
  for (const prefix of new Set(names.map((name) => name.split('/').slice(0, 4).join('/')))) {
    const run = prefix.slice(prefix.lastIndexOf('/') + 1);
    const state = prefix.startsWith(runRefs[0]) ? await runs.byId(run as JobId) : await runs.byName(run);
    const why = state.kind === 'ended' ? whyExpired(state, now) : undefined;
    if (why !== undefined) expired.set(prefix, why);
  }
  return expired;
}
