import type { ForgeIssue } from '../../domain/forge.ts';
import { createText } from './files.ts';
import type { RepositoryFolder } from './folder.ts';
import { unlessBroken } from './folder.ts';
import type { IssueItem } from './items.ts';
import { findItem, itemPath, nextNumber, noItem, numbersOf } from './items.ts';
import { writeMarkdown } from './markdown-file.ts';
import type { People } from './people.ts';

/** As the forges list at most. */
const mostListed = 1_000;

export async function readIssue(repository: RepositoryFolder, people: People, number: number): Promise<ForgeIssue> {
  const item = await findItem(repository, 'issue', number);
  if (item === undefined) throw noItem(repository, number, 'issue');
  return issueOf(item, people);
}

/** Whoever signed nothing is whoever keeps the folder. */
export function issueOf(item: IssueItem, people: People): ForgeIssue {
  const { number, title, body, front, path, createdAt, updatedAt } = item;
  const author = front.author === undefined ? (people.keeper ?? people.named('unknown')) : people.named(front.author);
  return { number, title, body, author, labels: front.labels, state: front.state, url: `file://${path}`, createdAt, updatedAt };
}

/** As `Forge.openIssues` says; a file that cannot be read is passed over. */
export async function openIssues(repository: RepositoryFolder, people: People, label: string | undefined): Promise<readonly ForgeIssue[]> {
  const open: ForgeIssue[] = [];
  for (const number of await numbersOf(repository, 'issue')) {
    const item = await unlessBroken(repository.forge, () => findItem(repository, 'issue', number));
    if (item?.front.state !== 'open') continue;
    if (label === undefined || item.front.labels.some((each) => each.toLowerCase() === label.toLowerCase()))
      open.push(issueOf(item, people));
  }
  return open.toSorted((one, other) => other.updatedAt - one.updatedAt || other.number - one.number).slice(0, mostListed);
}

/** Writes a new issue. Only under the lock of the repository. @returns its number. */
export async function addIssue(
  repository: RepositoryFolder,
  issue: { readonly title: string; readonly body: string; readonly labels: readonly string[]; readonly login: string },
): Promise<{ readonly number: number; readonly path: string }> {
  for (let number = await nextNumber(repository); ; number += 1) {
    const now = repository.forge.clock.now();
    const front = {
      title: issue.title,
      state: 'open',
      ...(issue.labels.length === 0 ? {} : { labels: issue.labels }),
      author: issue.login,
      created: new Date(now).toISOString(),
    };
    const path = itemPath(repository, 'issue', number);
    if (await createText(path, writeMarkdown(front, issue.body), now)) return { number, path };
  }
}
