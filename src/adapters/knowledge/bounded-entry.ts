import type { KnowledgeEntry } from '../../ports/knowledge.ts';

/** What is kept of an entry at most: characters of texts, and how many of each list. */
const most = {
  title: 1_000,
  body: 65_536,
  diff: 100_000,
  message: 2_000,
  lesson: 4_000,
  path: 1_000,
  label: 200,
  list: 200,
  errors: 50,
} as const;

/** As much of an entry as is kept. */
export function boundedEntry(entry: KnowledgeEntry): KnowledgeEntry {
  const list = (texts: readonly string[], each: number) => texts.slice(0, most.list).map((text) => cut(text, each));
  return {
    ...entry,
    title: cut(entry.title, most.title),
    body: cut(entry.body, most.body),
    diff: cut(entry.diff, most.diff),
    plan: list(entry.plan, most.title),
    paths: list(entry.paths, most.path),
    labels: list(entry.labels, most.label),
    lessons: list(entry.lessons, most.lesson),
    errors: entry.errors
      .slice(0, most.errors)
      .map(({ signature, message }) => ({ signature: cut(signature, most.message), message: cut(message, most.message) })),
  };
}

/** Never through the middle of a character; and PostgreSQL takes no character 0. */
function cut(text: string, length: number): string {
  return text
    .slice(0, length)
    .replace(/[\uD800-\uDBFF]$/u, '')
    .replaceAll('\0', '\uFFFD');
}
