import type { ForgeIssue } from '../../domain/forge.ts';
import { Failure } from '../../domain/failure.ts';
import type { ForgePlace } from '../../ports/forge.ts';
import type { Access } from './access.ts';
import { named, ownerAndRepo } from './place.ts';
import { issueOf } from './shapes.ts';

const mostPages = 10;

/** @throws Failure (notFoundOrLocked) also for one that was moved elsewhere: GitHub would show that one in its place. */
export async function readIssue({ client, guard }: Access, place: ForgePlace): Promise<ForgeIssue> {
  const { repository, number } = place;
  const data = await guard(`show the issue ${named(place)}`, async () => {
    const { data: issue } = await client.rest.issues.get({ ...ownerAndRepo(repository), issue_number: number });
    if (issue.number !== number || !(await isOf(repository, issue.repository_url, { client }))) throw transferred(place);
    return issue;
  });
  return issueOf(data);
}

/** A repository that was renamed answers under its new name, and is the same. */
async function isOf(repository: string, url: string, { client }: Pick<Access, 'client'>): Promise<boolean> {
  const found = url.split('/').slice(-2).join('/').toLowerCase();
  if (found === repository.toLowerCase()) return true;
  return (await client.rest.repos.get(ownerAndRepo(repository))).data.full_name.toLowerCase() === found;
}

function transferred(place: ForgePlace): Failure {
  return new Failure(
    'notFoundOrLocked',
    {
      what: `The issue ${named(place)} is not there any more.`,
      why: 'It was transferred to another repository.',
      fix: 'Start a run of the issue that it has become.',
    },
    { facts: { forge: 'github', ...place } },
  );
}

/** Those touched last first, 1,000 at most; pull requests are left out. */
export async function listOpenIssues({ client, guard }: Access, repository: string, label?: string): Promise<readonly ForgeIssue[]> {
  const options = {
    ...ownerAndRepo(repository),
    state: 'open',
    sort: 'updated',
    direction: 'desc',
    per_page: 100,
    ...(label === undefined ? {} : { labels: label }),
  } as const;
  return await guard(`list the issues of ${repository}`, async () => {
    const found: ForgeIssue[] = [];
    let pages = 0;
    for await (const { data } of client.paginate.iterator(client.rest.issues.listForRepo, options)) {
      found.push(...data.filter(({ pull_request: pull }) => pull === undefined).map(issueOf));
      pages += 1;
      if (pages === mostPages) break;
    }
    return found;
  });
}

export async function closeIssue({ client, guard }: Access, place: ForgePlace): Promise<void> {
  const at = { ...ownerAndRepo(place.repository), issue_number: place.number };
  await guard(`close the issue ${named(place)}`, async () => {
    if ((await client.rest.issues.get(at)).data.state === 'closed') return;
    await client.rest.issues.update({ ...at, state: 'closed', state_reason: 'completed' });
  });
}

export async function reopenIssue({ client, guard }: Access, place: ForgePlace): Promise<void> {
  const at = { ...ownerAndRepo(place.repository), issue_number: place.number };
  await guard(`open the issue ${named(place)} again`, async () => {
    if ((await client.rest.issues.get(at)).data.state === 'open') return;
    await client.rest.issues.update({ ...at, state: 'open', state_reason: 'reopened' });
  });
}
