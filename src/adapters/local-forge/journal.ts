import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readText, writeText } from './files.ts';
import type { RepositoryFolder } from './folder.ts';

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
export type Journal = z.infer<typeof journalShape>;

const mostBytes = 64 * 1024 * 1024;
const keptMs = 14 * 24 * 3_600_000;
const mostEvents = 10_000;

function pathOf({ path }: RepositoryFolder): string {
  return join(path, '.miyabi', 'journal.json');
}

/** Only under the lock of the repository. @returns undefined where nobody has looked yet. */
export async function loadJournal(repository: RepositoryFolder): Promise<Journal | undefined> {
  const found = await readText(pathOf(repository), mostBytes);
  if (found === undefined) return undefined;
  try {
    return journalShape.parse(JSON.parse(found.text));
  } catch {
    repository.forge.notice(`${pathOf(repository)} cannot be read: what has happened in ${repository.name} is seen as for the first time.`);
    return undefined;
  }
}

export function newJournal(): Journal {
  return { version: 1, id: randomUUID(), next: 1, items: {}, heads: {}, checks: {}, events: [] };
}

/** Only under the lock of the repository. What happened more than two weeks ago is forgotten. */
export async function saveJournal(repository: RepositoryFolder, journal: Journal): Promise<void> {
  const now = repository.forge.clock.now();
  const events = journal.events.filter(({ at }) => at > now - keptMs).slice(-mostEvents);
  await writeText(pathOf(repository), JSON.stringify({ ...journal, events }), now);
}

/** @param at epoch ms. */
export function note(journal: Journal, at: number, what: Happening): void {
  journal.events.push({ serial: journal.next, at, what });
  journal.next += 1;
}
