import type { ForgePullRequest, MergeMethod } from '../../domain/forge.ts';
import type { ForgePlace, Merged } from '../../ports/forge.ts';
import type { Access } from './access.ts';
import type { Client } from './client.ts';
import { named, ownerAndRepo } from './place.ts';
import type { Refusal } from './refusal.ts';
import { refusalOf, wordsOf } from './refusal.ts';
import { pullOf } from './shapes.ts';

export interface MergeRequest {
  readonly commit: string;
  readonly method: MergeMethod;
  readonly title: string;
  readonly message: string;
}

/** Merges only the head that is named; a pull request that is merged already is merged, whoever did it. */
export async function merge({ client, guard }: Access, place: ForgePlace, request: MergeRequest): Promise<Merged> {
  return await guard(`merge the pull request ${named(place)}`, async () => {
    const before = await read(client, place);
    const known = alreadyDecided(before, request.commit);
    if (known !== undefined) return known;
    try {
      const { data } = await client.rest.pulls.merge({
        ...ownerAndRepo(place.repository),
        pull_number: place.number,
        sha: request.commit,
        merge_method: request.method,
        // A rebase keeps the commits as they are.
        ...(request.method === 'rebase' ? {} : { commit_title: request.title, commit_message: request.message }),
      });
      return { kind: 'merged', commit: data.sha };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined || ![405, 409, 422].includes(refusal.status)) throw error;
      const after = await read(client, place);
      return alreadyDecided(after, request.commit) ?? { kind: 'refused', why: whyOf(refusal, after), reason: wordsOf(refusal.message) };
    }
  });
}

async function read(client: Client, { repository, number }: ForgePlace): Promise<ForgePullRequest> {
  return pullOf((await client.rest.pulls.get({ ...ownerAndRepo(repository), pull_number: number })).data);
}

function alreadyDecided({ state, mergeCommit, head, isDraft }: ForgePullRequest, commit: string): Merged | undefined {
  if (state === 'merged') return { kind: 'merged', commit: mergeCommit ?? head.commit };
  if (state === 'closed') return { kind: 'refused', why: 'rule', reason: 'It was closed' };
  if (head.commit !== commit) return { kind: 'refused', why: 'moved', reason: `Its head is ${head.commit} now` };
  if (isDraft) return { kind: 'refused', why: 'draft', reason: 'It is a draft' };
  return undefined;
}

/**
 * 409: the head is not the one that was named. 405: all else; what it is stands in the words alone, and in whether it fits. While GitHub is still
 * finding that out, after somebody has pushed, it is as good as moved: to be looked at again.
 */
function whyOf({ status, message }: Refusal, after: ForgePullRequest): Extract<Merged, { kind: 'refused' }>['why'] {
  if (status === 409 || /\b(?:base|head) branch was modified|out of date/i.test(message)) return 'moved';
  if (/draft/i.test(message)) return 'draft';
  if (after.isMergeable === false || /conflict/i.test(message)) return 'conflict';
  return after.isMergeable === undefined && /not mergeable/i.test(message) ? 'moved' : 'rule';
}
