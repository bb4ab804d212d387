import type { ForgePullRequest } from '../../domain/forge.ts';
import { Failure } from '../../domain/failure.ts';
import type { CommitId } from '../../domain/ids.ts';
import { asCommitId } from '../../domain/ids.ts';
import type { PullRequestDraft } from '../../ports/forge.ts';
import type { BareRepository } from '../git/bare-repository.ts';
import { createText } from './files.ts';
import type { RepositoryFolder } from './folder.ts';
import { unlessBroken } from './folder.ts';
import type { PullItem } from './items.ts';
import { findItem, itemPath, nextNumber, noItem, numbersOf } from './items.ts';
import { writeMarkdown } from './markdown-file.ts';
import { self } from './people.ts';

/** How a pull request stands, by its file and by the branches as they are now. */
export interface StandingPull {
  readonly item: PullItem;
  /** A pull request whose commits a person has brought to the base is merged, whatever its file says. */
  readonly state: ForgePullRequest['state'];
  /** Absent where the branch is gone and nobody knows where it was. */
  readonly head: CommitId | undefined;
  readonly base: CommitId | undefined;
  readonly mergeCommit: CommitId | undefined;
}

export function codeOf({ forge, gitPath }: RepositoryFolder): BareRepository {
  return forge.git.at(gitPath);
}

/** @throws Failure (notFoundOrLocked) where there is none. */
export async function standingPull(repository: RepositoryFolder, number: number): Promise<StandingPull> {
  const item = await findItem(repository, 'pull', number);
  if (item === undefined) throw noItem(repository, number, 'pull request');
  return await standing(repository, item);
}

export async function standing(repository: RepositoryFolder, item: PullItem): Promise<StandingPull> {
  const { front } = item;
  const code = codeOf(repository);
  const isOver = front.state !== 'open';
  const known = front.commit === undefined ? undefined : asCommitId(front.commit);
  const head = isOver && known !== undefined ? known : ((await code.head(front.head)) ?? known);
  const base = await code.head(front.base);
  const mergeCommit = front.merge === undefined ? undefined : asCommitId(front.merge);
  if (front.state !== 'open') return { item, state: front.state, head, base, mergeCommit };
  // A merge of ours that was not written down to its end, for its process died.
  if (mergeCommit !== undefined && base !== undefined && (await code.isAncestor(mergeCommit, base)))
    return { item, state: 'merged', head, base, mergeCommit };
  const isMerged = head !== undefined && base !== undefined && (await code.isAncestor(head, base));
  return { item, state: isMerged ? 'merged' : 'open', head, base, mergeCommit: undefined };
}

/** As the port has it. */
export async function pullRequestOf(repository: RepositoryFolder, pull: StandingPull): Promise<ForgePullRequest> {
  const { item, state, head, base, mergeCommit } = pull;
  const { number, path, title, body, front } = item;
  return {
    number,
    url: `file://${path}`,
    title,
    body,
    state,
    isDraft: front.draft,
    head: { branch: front.head, commit: head ?? '' },
    base: { branch: front.base, commit: base ?? '' },
    mergeCommit,
    isMergeable: state === 'open' ? await isMergeable(repository, pull) : undefined,
    labels: front.labels,
  };
}

async function isMergeable(repository: RepositoryFolder, { head, base }: StandingPull): Promise<boolean> {
  if (head === undefined || base === undefined) return false;
  // Always of the same moment, so that looking again makes no new objects.
  return (await codeOf(repository).merge({ base, head, method: 'merge', message: 'Whether it fits', at: 0 })).kind === 'merged';
}

/** The newest from a branch, in whatever state. */
export async function newestFrom(repository: RepositoryFolder, head: string): Promise<PullItem | undefined> {
  return await newest(repository, ({ front }) => front.head === head);
}

async function newest(repository: RepositoryFolder, wanted: (pull: PullItem) => boolean): Promise<PullItem | undefined> {
  for (const number of (await numbersOf(repository, 'pull')).toReversed()) {
    const item = await unlessBroken(repository.forge, () => findItem(repository, 'pull', number));
    if (item !== undefined && wanted(item)) return item;
  }
  return undefined;
}

/** As `Forge.openPullRequest` says. Only under the lock of the repository. */
export async function openPull(repository: RepositoryFolder, draft: PullRequestDraft): Promise<number> {
  const code = codeOf(repository);
  const [head, base] = [await code.head(draft.head), await code.head(draft.base)];
  const open = await newest(repository, ({ front }) => front.head === draft.head && front.base === draft.base && front.state === 'open');
  if (open !== undefined && (await standing(repository, open)).state === 'open') return open.number;
  if (head === undefined) throw cannotOpen(draft, `There is no branch ${JSON.stringify(draft.head)}.`);
  if (base === undefined) throw cannotOpen(draft, `There is no branch ${JSON.stringify(draft.base)}.`);
  if (await code.isAncestor(head, base)) throw cannotOpen(draft, `${draft.head} has no commit that ${draft.base} has not.`);
  for (let number = await nextNumber(repository); ; number += 1) {
    const now = repository.forge.clock.now();
    const front = {
      title: draft.title,
      state: 'open',
      draft: String(draft.isDraft),
      head: draft.head,
      base: draft.base,
      commit: head,
      author: self.login,
      created: new Date(now).toISOString(),
    };
    if (await createText(itemPath(repository, 'pull', number), writeMarkdown(front, draft.body), now)) return number;
  }
}

function cannotOpen({ repository, head, base }: PullRequestDraft, why: string): Failure {
  return new Failure(
    'notFoundOrLocked',
    {
      what: `No pull request of ${head} into ${base} can be opened in ${repository}.`,
      why,
      fix: 'Push the branch with its commits first.',
    },
    { facts: { repository, head, base } },
  );
}
