import { join } from 'node:path';
import type { ForgeComment, ForgeObjection } from '../../domain/forge.ts';
import { createText, namesIn, readText, writeText } from './files.ts';
import type { RepositoryFolder } from './folder.ts';
import { mostBytes, unlessBroken } from './folder.ts';
import type { ItemKind } from './items.ts';
import { commentsFolder, numbersOf } from './items.ts';
import { editMarkdown, readMarkdown, writeMarkdown } from './markdown-file.ts';
import type { People } from './people.ts';
import { self } from './people.ts';
import type { CommentFront } from './shapes.ts';
import { commentFront } from './shapes.ts';

/** Where a comment stands: at an issue or a pull request. */
export interface CommentsOf {
  readonly kind: ItemKind;
  readonly number: number;
}

export interface StoredComment extends ForgeComment {
  readonly path: string;
  readonly text: string;
  readonly review: CommentFront['review'];
  /** Epoch ms. */
  readonly updatedAt: number;
}

const fileName = /^(\d{4,9})-([\w.[\]-]{1,100})\.md$/;

/** Names of the files of comments, in their order. */
export async function commentNames(repository: RepositoryFolder, { kind, number }: CommentsOf): Promise<readonly string[]> {
  const names = (await namesIn(commentsFolder(repository, kind, number))).filter((name) => fileName.test(name));
  return names.toSorted((one, other) => serialOf(one) - serialOf(other) || (one < other ? -1 : 1));
}

function serialOf(name: string): number {
  return Number(fileName.exec(name)?.[1] ?? 0);
}

/** @returns undefined where it is gone. @throws Failure (configuration) for a file that cannot be read. */
export async function readComment(
  repository: RepositoryFolder,
  people: People,
  of: CommentsOf,
  name: string,
): Promise<StoredComment | undefined> {
  const path = join(commentsFolder(repository, of.kind, of.number), name);
  const found = await readText(path, mostBytes);
  if (found === undefined) return undefined;
  const { front, body } = readMarkdown(commentFront, found.text, path);
  const createdAt = front.created ?? found.changedAt;
  return {
    id: `${of.number}/${name.slice(0, -'.md'.length)}`,
    author: people.named(front.author ?? fileName.exec(name)?.[2] ?? ''),
    body,
    url: `file://${path}`,
    createdAt,
    updatedAt: Math.max(front.updated ?? 0, found.changedAt, createdAt),
    review: front.review,
    path,
    text: found.text,
  };
}

/** Those that can be read, in their order. */
export async function readComments(repository: RepositoryFolder, people: People, of: CommentsOf): Promise<readonly StoredComment[]> {
  const found: StoredComment[] = [];
  for (const name of await commentNames(repository, of)) {
    const comment = await unlessBroken(repository.forge, () => readComment(repository, people, of, name));
    if (comment !== undefined) found.push(comment);
  }
  return found;
}

/** As `Forge.commentsSince` says. */
export async function commentsSince(
  repository: RepositoryFolder,
  people: People,
  since: number,
): Promise<ReadonlyArray<ForgeComment & { readonly number: number; readonly isPullRequest: boolean }>> {
  const all: Array<ForgeComment & { readonly number: number; readonly isPullRequest: boolean }> = [];
  for (const kind of ['issue', 'pull'] as const) {
    for (const number of await numbersOf(repository, kind)) {
      for (const comment of await readComments(repository, people, { kind, number }))
        if (comment.createdAt >= since) all.push({ ...shown(comment), number, isPullRequest: kind === 'pull' });
    }
  }
  return all.toSorted((one, other) => one.createdAt - other.createdAt);
}

/** Puts a new one at the end. Only under the lock of the repository; where somebody writes by hand meanwhile it takes the next number. */
export async function addComment(
  repository: RepositoryFolder,
  of: CommentsOf,
  comment: { readonly login: string; readonly body: string; readonly review?: NonNullable<CommentFront['review']> },
): Promise<string> {
  const { clock } = repository.forge;
  const names = await commentNames(repository, of);
  for (let serial = Math.max(0, ...names.map(serialOf)) + 1; ; serial += 1) {
    const name = `${String(serial).padStart(4, '0')}-${comment.login}.md`;
    const now = clock.now();
    const front = { created: new Date(now).toISOString(), ...(comment.review === undefined ? {} : { review: comment.review }) };
    const path = join(commentsFolder(repository, of.kind, of.number), name);
    if (await createText(path, writeMarkdown(front, comment.body), now)) return name;
  }
}

/** As `Forge.tell` says. Only under the lock of the repository. */
export async function tell(
  repository: RepositoryFolder,
  people: People,
  of: CommentsOf,
  { marker, body }: { readonly marker: string; readonly body: string },
): Promise<ForgeComment> {
  const whole = `${body.replaceAll(/\r\n?/g, '\n').replaceAll('\0', '').trim()}\n\n${marker}`;
  const comments = await readComments(repository, people, of);
  const ours = comments.find(({ author, body: text }) => author.id === self.id && text.endsWith(marker));
  if (ours === undefined) {
    const name = await addComment(repository, of, { login: self.login, body: whole });
    const written = await readComment(repository, people, of, name);
    if (written === undefined) throw new Error(`The comment ${name} was taken away as it was written.`);
    return shown(written);
  }
  if (ours.body === whole) return shown(ours);
  const now = repository.forge.clock.now();
  await writeText(ours.path, editMarkdown(ours.text, { front: { updated: new Date(now).toISOString() }, body: whole }, ours.path), now);
  return { ...shown(ours), body: whole };
}

/** As the port has it. */
export function shown({ id, author, body, url, createdAt }: ForgeComment): ForgeComment {
  return { id, author, body, url, createdAt };
}

/** As `Forge.objections` says. */
export async function objectionsTo(repository: RepositoryFolder, people: People, number: number): Promise<readonly ForgeObjection[]> {
  const last = new Map<string, ForgeObjection | undefined>();
  for (const { id, author, body, review } of await readComments(repository, people, { kind: 'pull', number })) {
    if (review === undefined || review === 'commented' || author.isBot) continue;
    last.set(author.id, review === 'changes-requested' ? { id, author, body } : undefined);
  }
  return [...last.values()].filter((objection) => objection !== undefined);
}
