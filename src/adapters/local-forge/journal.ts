import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { readText, versionOf, writeText } from './files.ts';
import type { ForgeFolder, RepositoryFolder } from './folder.ts';

/**
 * What was last seen of a repository, and what has happened since by that: files that people edit keep no history. Whoever looks first writes down
 * what is new and gives it its number; whoever looks later, from whatever process, finds the same.
 */

const happening = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('issue'),
    action: z.enum(['opened', 'edited', 'closed', 'reopened', 'labeled', 'unlabeled', 'deleted']),
    number: z.int(),
    label: z.string().optional(),
    /** As it was called; for one that is gone. */
    title: z.string(),
  }),
  z.object({ kind: z.literal('comment'), number: z.int(), isPullRequest: z.boolean(), file: z.string() }),
  z.object({
    kind: z.literal('pull-request'),
    action: z.enum(['closed', 'merged', 'reopened', 'changed']),
    number: z.int(),
    branch: z.string(),
    commit: z.string(),
  }),
  z.object({ kind: z.literal('checks'), commit: z.string() }),
  z.object({ kind: z.literal('push'), branch: z.string(), to: z.string().optional() }),
]);
/** Something that happened, by what is needed to find the rest of it. */
export type Happening = z.infer<typeof happening>;

const seenItem = z.object({
  kind: z.enum(['issue', 'pull']),
  /** Of its file, and of the folder of its comments; empty where it has to be looked at again. */
  file: z.string(),
  folder: z.string(),
  state: z.enum(['open', 'closed', 'merged']),
  title: z.string(),
  /** A hash of its title and text. */
  words: z.string(),
  labels: z.array(z.string()),
  comments: z.array(z.string()),
});
export type SeenItem = z.infer<typeof seenItem>;

const journalShape = z.object({
  version: z.literal(1),
  id: z.string(),
  next: z.int(),
  items: z.record(z.string(), seenItem),
  /** Commits of branches that are followed. */
  heads: z.record(z.string(), z.string()),
  /** Stamps of the checks of commits that are followed. */
  checks: z.record(z.string(), z.string()),
  events: z.array(z.object({ serial: z.int(), at: z.number(), what: happening })),
});
/** As it is worked with: it is changed by the functions of this file alone. */
export interface Journal extends Readonly<z.infer<typeof journalShape>> {
  next: number;
  /** Whether it says something that its file does not. */
  isChanged: boolean;
}

const mostBytes = 64 * 1024 * 1024;
const keptMs = 14 * 24 * 3_600_000;
const mostEvents = 10_000;

function pathOf({ path }: RepositoryFolder): string {
  return join(path, '.miyabi', 'journal.json');
}

/** A journal as its file says it, with what changes when anybody writes that. */
interface ReadJournal {
  readonly stamp: string;
  readonly journal: Journal;
}

/** The last one of each repository, by its path: with the issues of years it is large, and looked at every minute. */
const lastRead = new WeakMap<ForgeFolder, Map<string, ReadJournal>>();

function readOf(forge: ForgeFolder): Map<string, ReadJournal> {
  const known = lastRead.get(forge) ?? new Map<string, ReadJournal>();
  lastRead.set(forge, known);
  return known;
}

/**
 * Only under the lock of the repository. Whoever has it changes it, and then saves it; else it is read anew by the next one.
 * @returns undefined where nobody has looked yet.
 */
export async function loadJournal(repository: RepositoryFolder): Promise<Journal | undefined> {
  const path = pathOf(repository);
  const read = readOf(repository.forge);
  const known = read.get(path);
  read.delete(path);
  if (known !== undefined && known.stamp === (await versionOf(path))) return known.journal;
  const found = await readText(path, mostBytes);
  if (found === undefined) return undefined;
  try {
    return { ...journalShape.parse(JSON.parse(found.text)), isChanged: false };
  } catch {
    repository.forge.notice(`${path} cannot be read: what has happened in ${repository.name} is seen as for the first time.`);
    return undefined;
  }
}

export function newJournal(): Journal {
  return { version: 1, id: randomUUID(), next: 1, items: {}, heads: {}, checks: {}, events: [], isChanged: true };
}

/** Only under the lock of the repository; writes nothing where nothing is new. What happened more than two weeks ago is forgotten. */
export async function saveJournal(repository: RepositoryFolder, journal: Journal): Promise<void> {
  const path = pathOf(repository);
  if (journal.isChanged) {
    const now = repository.forge.clock.now();
    const { isChanged: _, ...stored } = journal;
    const kept = journal.events.filter(({ at }) => at > now - keptMs).slice(-mostEvents);
    journal.events.splice(0, journal.events.length, ...kept);
    await writeText(path, JSON.stringify(stored), now);
    journal.isChanged = false;
  }
  const stamp = await versionOf(path);
  if (stamp !== undefined) readOf(repository.forge).set(path, { stamp, journal });
}

/** @param at epoch ms. */
export function note(journal: Journal, at: number, what: Happening): void {
  journal.events.push({ serial: journal.next, at, what });
  journal.next += 1;
  journal.isChanged = true;
}

/** Takes back what was noted since it was to give that number next. */
export function unnote(journal: Journal, next: number): void {
  while ((journal.events.at(-1)?.serial ?? 0) >= next) journal.events.pop();
  journal.next = next;
}

/** @param seen undefined where it is gone. */
export function seeItem(journal: Journal, number: number | string, seen: SeenItem | undefined): void {
  see(journal, journal.items, String(number), seen);
}

/** @param head undefined where the branch is gone. */
export function seeHead(journal: Journal, branch: string, head: string | undefined): void {
  see(journal, journal.heads, branch, head);
}

export function seeChecks(journal: Journal, commit: string, stamp: string): void {
  see(journal, journal.checks, commit, stamp);
}

function see<Seen>(journal: Journal, all: Record<string, Seen>, name: string, seen: Seen | undefined): void {
  if (isDeepStrictEqual(all[name], seen)) return;
  journal.isChanged = true;
  if (seen === undefined) delete all[name];
  else all[name] = seen;
}
