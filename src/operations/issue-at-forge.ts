import type { ForgeReference } from '../domain/forge-reference.ts';
import type { ForgeIssue, ForgeRepository } from '../domain/forge.ts';
import type { Issue } from '../domain/issue.ts';
import { issueLimit } from '../domain/issue.ts';
import { visibleText } from '../domain/visible-text.ts';
import type { Forges } from '../ports/forge.ts';

/** An issue as it stands at a forge now, and as a run is given it. */
export interface IssueAtForge {
  readonly issue: Issue;
  readonly now: ForgeIssue;
  readonly repository: ForgeRepository;
}

/** @throws ForgeUnavailable; Failure (configuration) for a forge we are not let into, (notFoundOrLocked) for an issue that is not there. */
export async function issueAtForge(forges: Forges, place: ForgeReference): Promise<IssueAtForge> {
  const forge = await forges.open(place.forge);
  const [repository, now] = await Promise.all([forge.repository(place.repository), forge.issue(place)]);
  return { issue: readForgeIssue(place.forge, repository.name, now), now, repository };
}

const longestTitle = 200;

/** The words of strangers, without what no reader sees, within the limits of an issue. */
export function readForgeIssue(forge: string, repository: string, { number, title, body, url, author, labels }: ForgeIssue): Issue {
  const [head, text] = [visibleText(title.slice(0, issueLimit)), visibleText(body.slice(0, issueLimit))];
  const line = head.text.replaceAll(/\s+/g, ' ').trim();
  const short = line.length <= longestTitle ? line : `${line.slice(0, longestTitle - 1)}…`;
  return {
    title: short === '' ? `${repository}#${number}` : short,
    body: (line === short ? text.text : `${line}\n\n${text.text}`).trim(),
    origin: { kind: 'forge', forge, repository, number, url, author, labels: [...labels] },
    hiddenCharacters: head.hiddenCharacters + text.hiddenCharacters,
  };
}
