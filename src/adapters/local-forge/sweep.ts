import type { ForgeIssue, ForgeUser } from '../../domain/forge.ts';
import type { ForgeEvent, ForgeHappening } from '../../domain/forge-event.ts';
import { isBroken } from './broken-file.ts';
import { readComment, shown } from './comments.ts';
import type { RepositoryFolder } from './folder.ts';
import { locked, unlessBroken } from './folder.ts';
import { issueOf } from './issues.ts';
import { findItem } from './items.ts';
import type { Happening } from './journal.ts';
import { loadJournal, newJournal, saveJournal } from './journal.ts';
import { observeCode } from './observe-code.ts';
import { observeItems } from './observe.ts';
import type { People } from './people.ts';
import { readPeople } from './people.ts';

/** As `Sweep.missed` says. A file that cannot be read is passed over, and looked at again the next time. */
export async function missed(
  repository: RepositoryFolder,
  since: number,
  watched: readonly number[],
  isKnown: (identity: string) => boolean = () => false,
): Promise<readonly ForgeEvent[]> {
  return await locked(repository, async () => {
    const people = await unlessBroken(repository.forge, () => readPeople(repository));
    if (people === undefined) return [];
    const known = await loadJournal(repository);
    const journal = known ?? newJournal();
    const look = { repository, people, journal, isFirst: known === undefined };
    await observeItems(look);
    await unlessBroken(repository.forge, () => observeCode(look, watched));
    // With the first look there may be more than is kept.
    const happened = [...journal.events];
    await saveJournal(repository, journal);
    const tellers = eventTeller(repository, people);
    const events: ForgeEvent[] = [];
    for (const { serial, at, what } of happened) {
      const identity = `${repository.forge.name}:${journal.id}:${serial}`;
      const told = at >= since && !isKnown(identity) ? await tellers(what) : undefined;
      if (told !== undefined) events.push({ forge: repository.forge.name, repository: repository.name, identity, ...told });
    }
    return events;
  });
}

/** As `Sweep.labelled` says: whatever was seen of a label is in the journal, as far back as that goes. */
export async function labelled(repository: RepositoryFolder, label: string): Promise<readonly ForgeEvent[]> {
  const wanted = label.toLowerCase();
  const last = new Map<number, ForgeEvent>();
  for (const event of await missed(repository, 0, [])) {
    if (event.kind !== 'issue' || event.action !== 'labeled' || event.label?.toLowerCase() !== wanted) continue;
    const { issue } = event;
    if (issue.state === 'open' && issue.labels.some((each) => each.toLowerCase() === wanted)) last.set(issue.number, event);
  }
  return [...last.values()].slice(-mostLabelled);
}

const mostLabelled = 200;

type Told = ForgeHappening & { readonly sender: ForgeUser | undefined };

/** Makes events of what was noted, with everything as it stands now; undefined for what is gone since. */
function eventTeller(repository: RepositoryFolder, people: People): (what: Happening) => Promise<Told | undefined> {
  const issues = new Map<number, Promise<ForgeIssue | undefined>>();
  const issue = (number: number): Promise<ForgeIssue | undefined> => {
    const found = issues.get(number) ?? readable(repository, people, number);
    issues.set(number, found);
    return found;
  };
  const { keeper } = people;
  return async (what) => {
    switch (what.kind) {
      case 'issue': {
        const { action, number, label, title } = what;
        const found = action === 'deleted' ? goneIssue(people, number, title) : await issue(number);
        if (found === undefined) return undefined;
        return { kind: 'issue', action, issue: found, label, sender: action === 'opened' ? found.author : keeper };
      }
      case 'comment': {
        const { number, isPullRequest, file } = what;
        const of = { kind: isPullRequest ? 'pull' : 'issue', number } as const;
        const comment = await readComment(repository, people, of, file).catch(unlessUnreadable);
        if (comment === undefined) return undefined;
        const { review, author: sender } = comment;
        return review === undefined
          ? { kind: 'comment', issue: number, isPullRequest, comment: shown(comment), sender }
          : { kind: 'review', number, state: review, body: comment.body, sender };
      }
      case 'pull-request': {
        const { action, number, branch, commit } = what;
        return { kind: 'pull-request', action, number, head: { branch, commit }, sender: action === 'changed' ? undefined : keeper };
      }
      case 'checks':
        return { kind: 'checks', commit: what.commit, sender: undefined };
      case 'push':
        return { kind: 'push', branch: what.branch, to: what.to, sender: undefined };
    }
  };
}

async function readable(repository: RepositoryFolder, people: People, number: number): Promise<ForgeIssue | undefined> {
  const item = await findItem(repository, 'issue', number).catch(unlessUnreadable);
  return item === undefined ? undefined : issueOf(item, people);
}

/** That was told when it was passed over. */
function unlessUnreadable(error: unknown): undefined {
  if (!isBroken(error)) throw error;
}

function goneIssue(people: People, number: number, title: string): ForgeIssue {
  const author = people.keeper ?? people.named('unknown');
  return { number, title, body: '', author, labels: [], state: 'closed', url: '', createdAt: 0, updatedAt: 0 };
}
