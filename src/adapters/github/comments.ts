import type { ForgeComment } from '../../domain/forge.ts';
import type { ForgePlace } from '../../ports/forge.ts';
import type { Access } from './access.ts';
import { named, ownerAndRepo } from './place.ts';
import { commentOf } from './shapes.ts';

const mostPages = 50;

export type PlacedComment = ForgeComment & { readonly number: number; readonly isPullRequest: boolean };

/** Oldest first. @param since epoch ms: only those written or changed from then on. */
export async function listComments({ client, guard }: Access, place: ForgePlace, since?: number): Promise<readonly ForgeComment[]> {
  const options = {
    ...ownerAndRepo(place.repository),
    issue_number: place.number,
    per_page: 100,
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
  };
  return await guard(`list the comments of ${named(place)}`, async () => {
    const found: ForgeComment[] = [];
    let pages = 0;
    for await (const { data } of client.paginate.iterator(client.rest.issues.listComments, options)) {
      found.push(...data.filter(({ updated_at: at }) => since === undefined || Date.parse(at) >= wholeSecond(since)).map(commentOf));
      pages += 1;
      if (pages === mostPages) break;
    }
    return found;
  });
}

/** Of all issues and pull requests, written from then on, oldest first. */
export async function listCommentsSince({ client, guard }: Access, repository: string, since: number): Promise<readonly PlacedComment[]> {
  const options = {
    ...ownerAndRepo(repository),
    since: new Date(since).toISOString(),
    sort: 'created',
    direction: 'asc',
    per_page: 100,
  } as const;
  return await guard(`list the comments of ${repository}`, async () => {
    const found: PlacedComment[] = [];
    let pages = 0;
    for await (const { data } of client.paginate.iterator(client.rest.issues.listCommentsForRepo, options)) {
      for (const comment of data) {
        // GitHub's `since` is about the last change: an old comment that was edited is none that was written.
        if (Date.parse(comment.created_at) < wholeSecond(since)) continue;
        const number = Number(comment.issue_url.split('/').at(-1));
        found.push({ ...commentOf(comment), number, isPullRequest: comment.html_url.includes(`/pull/${number}#`) });
      }
      pages += 1;
      if (pages === mostPages) break;
    }
    return found;
  });
}

/** GitHub's times are whole seconds. */
function wholeSecond(at: number): number {
  return Math.floor(at / 1_000) * 1_000;
}
