import { createHash } from 'node:crypto';
import { stampOf } from './files.ts';
import type { RepositoryFolder } from './folder.ts';
import { unlessBroken } from './folder.ts';
import { commentNames, readComment } from './comments.ts';
import type { Item, ItemKind } from './items.ts';
import { commentsFolder, findItem, itemPath, numbersOf } from './items.ts';
import type { Journal, SeenItem } from './journal.ts';
import { note, seeItem } from './journal.ts';
import type { People } from './people.ts';
import { standing } from './pulls.ts';

/** Who looks, and at what. */
export interface Look {
  readonly repository: RepositoryFolder;
  readonly people: People;
  readonly journal: Journal;
  /** The journal is new: what is found happened when the files say so. Else it happened between the last look and now. */
  readonly isFirst: boolean;
}

/** A file that was written so lately (ms) may be written again without a change of its date. */
const unsettledMs = 2_000;

/** Notes what has become of all issues and pull requests, and of their comments. */
export async function observeItems(look: Look): Promise<void> {
  const there = new Set<string>();
  for (const kind of ['issue', 'pull'] as const) {
    for (const number of await numbersOf(look.repository, kind)) {
      there.add(String(number));
      await observeItem(look, kind, number);
    }
  }
  const { journal, repository } = look;
  for (const [number, seen] of Object.entries(journal.items)) {
    if (there.has(number)) continue;
    seeItem(journal, number, undefined);
    const gone = { kind: 'issue', action: 'deleted', number: Number(number), title: seen.title } as const;
    if (seen.kind === 'issue') note(journal, repository.forge.clock.now(), gone);
  }
}

/** Notes what has become of one; what cannot be read is looked at again the next time. */
export async function observeItem(look: Look, kind: ItemKind, number: number): Promise<void> {
  const { repository, journal } = look;
  const seen = journal.items[number];
  const file = await settledStamp(repository, itemPath(repository, kind, number));
  const item =
    seen !== undefined && file !== '' && seen.file === file
      ? undefined
      : await unlessBroken(repository.forge, () => findItem(repository, kind, number));
  const fresh = item === undefined ? undefined : seenOf(item, await stateOf(repository, item));
  if (item !== undefined && fresh !== undefined) noteItem(look, item, fresh, seen);
  const now = fresh === undefined ? seen : { ...fresh, file, folder: seen?.folder ?? '', comments: seen?.comments ?? [] };
  if (now !== undefined) seeItem(journal, number, await observeComments(look, { kind, number }, now));
}

type Fresh = Pick<SeenItem, 'kind' | 'state' | 'title' | 'words' | 'labels'>;

async function stateOf(repository: RepositoryFolder, item: Item): Promise<SeenItem['state']> {
  return item.kind === 'pull' ? (await standing(repository, item)).state : item.front.state;
}

function seenOf(item: Item, state: SeenItem['state']): Fresh {
  const words = createHash('sha256').update(`${item.title}\n\n${item.body}`).digest('base64url').slice(0, 22);
  return { kind: item.kind, state, title: item.title.slice(0, 300), words, labels: [...item.front.labels] };
}

function noteItem(
  { journal, repository, isFirst }: Look,
  item: Item,
  { state, words, labels, title }: Fresh,
  seen: SeenItem | undefined,
): void {
  const now = repository.forge.clock.now();
  const at = isFirst ? item.updatedAt : now;
  const { number } = item;
  if (item.kind === 'pull') {
    const { head, commit = '' } = item.front;
    if (seen !== undefined && seen.state !== state)
      note(journal, at, { kind: 'pull-request', action: state === 'open' ? 'reopened' : state, number, branch: head, commit });
    return;
  }
  const happened = (action: 'opened' | 'edited' | 'closed' | 'reopened', when: number): void =>
    note(journal, when, { kind: 'issue', action, number, title });
  if (seen === undefined) happened('opened', isFirst ? item.createdAt : now);
  else if (seen.state !== state) happened(state === 'closed' ? 'closed' : 'reopened', at);
  if (seen !== undefined && seen.words !== words) happened('edited', at);
  const before = seen?.labels ?? [];
  for (const label of labels.filter((each) => !before.includes(each)))
    note(journal, at, { kind: 'issue', action: 'labeled', number, label, title });
  for (const label of before.filter((each) => !labels.includes(each)))
    note(journal, at, { kind: 'issue', action: 'unlabeled', number, label, title });
}

async function observeComments(look: Look, of: { readonly kind: ItemKind; readonly number: number }, seen: SeenItem): Promise<SeenItem> {
  const { repository, people, journal, isFirst } = look;
  const folder = await settledStamp(repository, commentsFolder(repository, of.kind, of.number));
  if (folder !== '' && folder === seen.folder) return seen;
  const known = new Set(seen.comments);
  const comments: string[] = [];
  let isWhole = true;
  for (const name of await commentNames(repository, of)) {
    if (known.has(name)) {
      comments.push(name);
      continue;
    }
    const comment = await unlessBroken(repository.forge, () => readComment(repository, people, of, name));
    // An empty one is about to be written.
    if (comment === undefined || (comment.body === '' && comment.review === undefined)) {
      isWhole = false;
      continue;
    }
    comments.push(name);
    // What we say ourselves is no news.
    if (!comment.author.isBot)
      note(journal, isFirst ? comment.createdAt : repository.forge.clock.now(), {
        kind: 'comment',
        number: of.number,
        isPullRequest: of.kind === 'pull',
        file: name,
      });
  }
  return { ...seen, folder: isWhole ? folder : '', comments };
}

/** Empty where it cannot be told from it whether something changes: there is nothing, or it was written a moment ago. */
async function settledStamp({ forge }: RepositoryFolder, path: string): Promise<string> {
  const found = await stampOf(path);
  return found === undefined || Math.abs(forge.clock.now() - found.changedAt) < unsettledMs ? '' : found.stamp;
}
