import type { Change } from '../domain/change.ts';
import type { CommitId } from '../domain/ids.ts';
import type { Mirror, Person } from '../ports/git.ts';

/** Files of ours that tools may have put into a checkout, and what is installed rather than written. */
export const neverCommitted = ['.agent-context.json', 'EXECUTION_CONTEXT.md', 'node_modules'] as const;

export interface HarvestRequest {
  readonly directory: string;
  readonly base: CommitId;
  readonly message: string | ((paths: readonly string[]) => string);
  readonly author: Person;
  /** Epoch ms. */
  readonly at: number;
  /** Where the commit is kept, such as `refs/miyabi/worlds/<run>/<task>/<world>`. */
  readonly ref: string;
  /** The workspace's, true of its files as they were handed over: with it only what looks different is read. */
  readonly index?: string;
  /** Left out beside what always is: names wherever they lie, and paths, which hold a slash (from the top folder also `/name`). */
  readonly exclude?: readonly string[];
}

export interface Harvest {
  readonly commit: CommitId;
  readonly change: Change;
}

/**
 * Turns what an agent left in its checkout into a commit of the mirror, once its processes have ended. Repositories inside
 * the checkout never become part of it.
 *
 * @returns undefined when nothing changed; a commit kept under `ref` by an earlier attempt is forgotten then.
 */
export async function harvest(mirror: Mirror, request: HarvestRequest): Promise<Harvest | undefined> {
  const { ref, exclude = [], ...rest } = request;
  const commit = await mirror.commitFolder({ ...rest, exclude: [...neverCommitted, ...exclude] });
  if (commit === undefined) {
    await mirror.deleteRefs(ref);
    return undefined;
  }
  await mirror.updateRef(ref, commit);
  return { commit, change: await mirror.change(request.base, commit) };
}
