import type { ForgeObjection, ForgePullRequest } from '../../domain/forge.ts';
import { isOurs } from '../../domain/forge.ts';
import type { ForgePlace, PullRequestDraft } from '../../ports/forge.ts';
import type { Access } from './access.ts';
import type { Client } from './client.ts';
import { named, ownerAndRepo } from './place.ts';
import { isStatus } from './refusal.ts';
import { isOfSameRepository, pullOf, userOf } from './shapes.ts';

function at({ repository, number }: ForgePlace) {
  return { ...ownerAndRepo(repository), pull_number: number };
}

export async function readPullRequest({ client, guard }: Access, place: ForgePlace): Promise<ForgePullRequest> {
  return await guard(`show the pull request ${named(place)}`, async () => pullOf((await client.rest.pulls.get(at(place))).data));
}

/** The newest from a branch of the repository itself. */
export async function findPullRequest({ client, guard }: Access, repository: string, head: string): Promise<ForgePullRequest | undefined> {
  return await guard(`list the pull requests of ${repository}`, async () => await newestOf(client, { repository, head, state: 'all' }));
}

interface Wanted {
  readonly repository: string;
  readonly head: string;
  readonly base?: string;
  readonly state: 'open' | 'all';
}

/** A list tells neither whether a pull request fits nor that it was merged, so the one that is found is asked for. */
async function newestOf(client: Client, { repository, head, base, state }: Wanted): Promise<ForgePullRequest | undefined> {
  const name = ownerAndRepo(repository);
  const { data } = await client.rest.pulls.list({
    ...name,
    head: `${name.owner}:${head}`,
    ...(base === undefined ? {} : { base }),
    state,
    sort: 'created',
    direction: 'desc',
    per_page: 100,
  });
  const found = data
    .filter((pull) => pull.head.ref === head && isOfSameRepository(pull))
    .toSorted((left, right) => right.number - left.number)[0];
  return found === undefined ? undefined : pullOf((await client.rest.pulls.get({ ...name, pull_number: found.number })).data);
}

/** Opens one unless there is one open for the same head and base. Where a repository knows no drafts it is opened ready. */
export async function openPullRequest({ client, guard }: Access, draft: PullRequestDraft): Promise<ForgePullRequest> {
  const { repository, head, base, title, body, isDraft } = draft;
  const wanted: Wanted = { repository, head, base, state: 'open' };
  return await guard(`open a pull request from ${head} in ${repository}`, async () => {
    const open = await newestOf(client, wanted);
    if (open !== undefined) return open;
    const create = async (asDraft: boolean) =>
      await client.rest.pulls.create({
        ...ownerAndRepo(repository),
        head,
        base,
        title,
        body,
        draft: asDraft,
        maintainer_can_modify: false,
      });
    try {
      return pullOf((await create(isDraft)).data);
    } catch (error) {
      if (!isStatus(error, 422) || !(error instanceof Error)) throw error;
      if (isDraft && /draft pull requests are not supported/i.test(error.message)) return pullOf((await create(false)).data);
      const other = /already exists/i.test(error.message) ? await newestOf(client, wanted) : undefined;
      if (other === undefined) throw error;
      return other;
    }
  });
}

/** Only what differs is sent. A draft becomes ready by GraphQL alone: REST knows no way. */
export async function updatePullRequest(
  { client, guard }: Access,
  place: ForgePlace,
  change: { readonly title?: string; readonly body?: string; readonly isDraft?: false },
): Promise<void> {
  await guard(`change the pull request ${named(place)}`, async () => {
    const { data: now } = await client.rest.pulls.get(at(place));
    const differing = {
      ...(change.title === undefined || change.title === now.title ? {} : { title: change.title }),
      ...(change.body === undefined || change.body === (now.body ?? '').replaceAll('\r\n', '\n') ? {} : { body: change.body }),
    };
    if (Object.keys(differing).length > 0) await client.rest.pulls.update({ ...at(place), ...differing });
    if (change.isDraft === false && now.draft === true) await markReady(client, now.node_id);
  });
}

async function markReady(client: Client, id: string): Promise<void> {
  await client.graphql('mutation ($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } } }', {
    id,
  });
}

export async function closePullRequest({ client, guard }: Access, place: ForgePlace): Promise<void> {
  await guard(`close the pull request ${named(place)}`, async () => {
    if ((await client.rest.pulls.get(at(place))).data.state === 'closed') return;
    await client.rest.pulls.update({ ...at(place), state: 'closed' });
  });
}

/** Gone already is gone. */
export async function deleteBranch({ client, guard }: Access, repository: string, branch: string): Promise<void> {
  await guard(`delete the branch ${branch} of ${repository}`, async () => {
    try {
      await client.rest.git.deleteRef({ ...ownerAndRepo(repository), ref: `heads/${branch}` });
    } catch (error) {
      const isGone =
        isStatus(error, 404) || (isStatus(error, 422) && error instanceof Error && /reference does not exist/i.test(error.message));
      if (!isGone) throw error;
    }
  });
}

/** Of each person the last review that says yes or no; one that was dismissed says neither. */
export async function listObjections({ client, guard }: Access, place: ForgePlace): Promise<readonly ForgeObjection[]> {
  return await guard(`list the reviews of ${named(place)}`, async () => {
    const reviews = await client.paginate(client.rest.pulls.listReviews, { ...at(place), per_page: 100 });
    const last = new Map<string, ForgeObjection | undefined>();
    for (const { id, user, body, state } of reviews) {
      const author = userOf(user);
      if (author.isBot || isOurs(body) || !['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'].includes(state.toUpperCase())) continue;
      last.set(author.id, state.toUpperCase() === 'CHANGES_REQUESTED' ? { id: String(id), author, body } : undefined);
    }
    return [...last.values()].filter((objection) => objection !== undefined);
  });
}
