import { z } from 'zod';
import { forgeUserSchema, repositoryNameSchema } from './forge.ts';
import type { Authorship } from './isolation.ts';
import { visibleText } from './visible-text.ts';

/** What a run is about, as it was given. The text is untrusted input, whoever wrote it. */
export const issueSchema = z.object({
  title: z.string(),
  /** Markdown, without the line that became the title. */
  body: z.string(),
  origin: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('text'),
      /** It quotes what strangers wrote; absent where it is the user's own. */
      words: z.literal('others').optional(),
    }),
    z.object({ kind: z.literal('file'), path: z.string() }),
    z.object({
      kind: z.literal('forge'),
      /** The name under which the forge is configured. */
      forge: z.string(),
      /** `owner/name`. */
      repository: repositoryNameSchema,
      number: z.int().min(1),
      url: z.string(),
      author: forgeUserSchema,
      /** Those that it carried when the run was started; absent in issues that were stored before any were kept. */
      labels: z.array(z.string()).optional(),
    }),
  ]),
  /** Characters that were taken out because a reader could not have seen them. */
  hiddenCharacters: z.int().min(0),
});
export type Issue = z.infer<typeof issueSchema>;

/** Where an issue stands at a forge; undefined for one that was typed or lies in a file. */
export type ForgeOrigin = Extract<Issue['origin'], { kind: 'forge' }>;

export function forgeOrigin({ origin }: Issue): ForgeOrigin | undefined {
  return origin.kind === 'forge' ? origin : undefined;
}

/** Whose words agents are given: what was typed here, and a file of the user's, are the user's own. */
export function authorOf({ origin }: Issue): Authorship {
  switch (origin.kind) {
    case 'text':
      return origin.words ?? 'user';
    case 'file':
      return 'user';
    case 'forge':
      return 'others';
  }
}

/** The longest issue text that is read, in characters (the limit of the large forges). */
export const issueLimit = 65_536;

/**
 * Reads an issue from Markdown: the first heading, or else the first line with something on it, is the title.
 * @returns undefined when there is nothing to read.
 */
export function parseIssue(markdown: string, origin: Issue['origin']): Issue | undefined {
  const { text, hiddenCharacters } = visibleText(markdown);
  const lines = text.split('\n');
  const heading = lines.findIndex((line) => /^#{1,6}\s+\S/.test(line));
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first === -1) return undefined;
  const at = heading === -1 ? first : heading;
  const title = lines[at]!.replace(/^#{1,6}\s+/, '').trim();
  const body = [...lines.slice(0, at), ...lines.slice(at + 1)].join('\n').trim();
  return { title: shorten(title, 200), body: title.length > 200 ? `${title}\n\n${body}` : body, origin, hiddenCharacters };
}

/** The text by which two submissions of the same words are recognised: case and white space do not count. */
export function normalisedIssue(issue: Issue): string {
  return `${issue.title}\n${issue.body}`.normalize('NFC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
