import { join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import type { ForgePlace } from '../../ports/forge.ts';
import { namesIn, stampOf, writeText } from './files.ts';
import type { RepositoryFolder } from './folder.ts';
import { readIn } from './folder.ts';
import { editMarkdown, readMarkdown } from './markdown-file.ts';
import type { IssueFront, PullFront } from './shapes.ts';
import { issueFront, pullFront } from './shapes.ts';

/** An issue or a pull request as its file says; they share their numbers. */
export type Item = IssueItem | PullItem;
export type IssueItem = Written & { readonly kind: 'issue'; readonly front: IssueFront };
export type PullItem = Written & { readonly kind: 'pull'; readonly front: PullFront };

interface Written {
  readonly number: number;
  readonly path: string;
  /** The whole file. */
  readonly text: string;
  readonly title: string;
  /** Without the line that is the title. */
  readonly body: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Epoch ms. */
  readonly updatedAt: number;
}

export type ItemKind = Item['kind'];

const folders = { issue: 'issues', pull: 'pulls' } as const;

export function itemPath(repository: RepositoryFolder, kind: ItemKind, number: number): string {
  return join(repository.path, folders[kind], `${number}.md`);
}

/** Where the comments of an issue or a pull request lie. */
export function commentsFolder(repository: RepositoryFolder, kind: ItemKind, number: number): string {
  return join(repository.path, folders[kind], String(number));
}

/** The numbers there are, smallest first. */
export async function numbersOf(repository: RepositoryFolder, kind: ItemKind): Promise<readonly number[]> {
  return (await namesIn(join(repository.path, folders[kind])))
    .flatMap((name) => /^([1-9]\d{0,8})\.md$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((one, other) => one - other);
}

/** The first number that nobody has had. Only under the lock of the repository. */
export async function nextNumber(repository: RepositoryFolder): Promise<number> {
  const taken = [...(await numbersOf(repository, 'issue')), ...(await numbersOf(repository, 'pull'))];
  return Math.max(0, ...taken) + 1;
}

/** @returns undefined where there is none of that number. @throws Failure (configuration) for a file that cannot be read. */
export async function findItem(repository: RepositoryFolder, kind: 'issue', number: number): Promise<IssueItem | undefined>;
export async function findItem(repository: RepositoryFolder, kind: 'pull', number: number): Promise<PullItem | undefined>;
export async function findItem(repository: RepositoryFolder, kind: ItemKind, number: number): Promise<Item | undefined>;
export async function findItem(repository: RepositoryFolder, kind: ItemKind, number: number): Promise<Item | undefined> {
  const found = isNumber(number) ? await readIn(repository, `${folders[kind]}/${number}.md`) : undefined;
  if (found === undefined) return undefined;
  const { path, text, changedAt } = found;
  const commented = await stampOf(commentsFolder(repository, kind, number));
  const read = (front: IssueFront | PullFront, whole: string): Written => ({
    number,
    path,
    text,
    ...titled(front.title, whole, number),
    createdAt: front.created ?? changedAt,
    updatedAt: Math.max(front.updated ?? 0, changedAt, commented?.changedAt ?? 0),
  });
  if (kind === 'issue') {
    const { front, body } = readMarkdown(issueFront, text, path);
    return { kind, front, ...read(front, body) };
  }
  const { front, body } = readMarkdown(pullFront, text, path);
  return { kind, front, ...read(front, body) };
}

/** Whichever of the two bears the number. @throws Failure (notFoundOrLocked) where neither does. */
export async function someItem(repository: RepositoryFolder, number: number): Promise<Item> {
  const item = (await findItem(repository, 'issue', number)) ?? (await findItem(repository, 'pull', number));
  if (item === undefined) throw noItem(repository, number, 'issue or pull request');
  return item;
}

export function noItem({ forge, name }: RepositoryFolder, number: number, what: string): Failure {
  return new Failure(
    'notFoundOrLocked',
    {
      what: `There is no ${what} ${number} in ${name}.`,
      why: `The forge "${forge.name}" has no file for it.`,
      fix: `Look into ${join(forge.folder, name)}, where each is a file with its number.`,
    },
    { facts: { forge: forge.name, repository: name, number } satisfies { forge: string } & ForgePlace },
  );
}

/** Writes an item with other values; that it changed is dated. Only under the lock of the repository. */
export async function changeItem(
  { forge }: RepositoryFolder,
  item: Item,
  change: { readonly front?: Readonly<Record<string, string | readonly string[] | undefined>>; readonly body?: string },
): Promise<void> {
  const now = forge.clock.now();
  const front = { ...change.front, updated: new Date(now).toISOString() };
  await writeText(item.path, editMarkdown(item.text, { ...change, front }, item.path), now);
}

function isNumber(number: number): boolean {
  return Number.isInteger(number) && number > 0 && number < 1_000_000_000;
}

/** The title that the values name, else the first heading, else the first line. */
function titled(named: string | undefined, body: string, number: number): { readonly title: string; readonly body: string } {
  if (named !== undefined) return { title: named.trim() === '' ? `#${number}` : named.trim(), body };
  const lines = body.split('\n');
  const heading = lines.findIndex((line) => /^#{1,6}\s+\S/.test(line));
  const at = heading === -1 ? lines.findIndex((line) => line.trim() !== '') : heading;
  const title = (lines[at] ?? '').replace(/^#{1,6}\s+/, '').trim();
  const rest = [...lines.slice(0, Math.max(at, 0)), ...lines.slice(at + 1)].join('\n').trim();
  return { title: title === '' ? `#${number}` : title.slice(0, 1_000), body: rest };
}
