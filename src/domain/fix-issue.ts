import type { FixComment } from './fix-request.ts';

/** A comment with the line that it is about, where that is known. */
export type QuotedComment = FixComment & { readonly quoted: string | undefined };

export interface FixWanted {
  /** The run as people see it. */
  readonly run: string;
  readonly world: string;
  /** What is to change in general. */
  readonly text: string | undefined;
  readonly comments: readonly QuotedComment[];
}

/** Characters of a line that are quoted. */
const mostQuoted = 500;

/**
 * What people want different about a change, as the issue of the run that does it: Markdown, file by file and line by line. A line that begins a comment of
 * HTML begins none here: of an issue those are left out, with whatever is said after it.
 */
export function fixIssue({ run, world, text, comments }: FixWanted): string {
  const files = Map.groupBy(comments, ({ path }) => path);
  const sections = [...files].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([path, said]) => sectionOf(path, said));
  return [
    `# Change ${world} of ${run}: ${aboutOf([...files.keys()], text)}`,
    `The change of ${world} is in place already. What people want different about it follows; leave the rest as it is.`,
    ...(text === undefined ? [] : [text.trim()]),
    ...sections,
  ]
    .join('\n\n')
    .replaceAll('<!--', '< !--');
}

/** Files that a title names. */
const mostNamed = 3;
/** Characters of what is said in general that a title has. */
const mostSaid = 80;

function aboutOf(paths: readonly string[], text = ''): string {
  if (paths.length === 0) return inLine(text.trim()).slice(0, mostSaid);
  const named = paths.toSorted().slice(0, mostNamed).map(inLine).join(', ');
  return paths.length > mostNamed ? `${named} and ${paths.length - mostNamed} more` : named;
}

function sectionOf(path: string, said: readonly QuotedComment[]): string {
  const lines = said.toSorted((one, other) => one.line - other.line).map(commentOf);
  return [`## \`${inLine(path).replaceAll('`', "'")}\``, ...lines].join('\n\n');
}

function commentOf({ line, side, text, quoted }: QuotedComment): string {
  const where = side === 'new' ? `Line ${line}` : `Line ${line} as it was before the change`;
  // Four spaces make it code, whatever stands in it.
  const shown = quoted === undefined || quoted.trim() === '' ? '' : `:\n\n    ${inLine(quoted).slice(0, mostQuoted)}`;
  return `${where}${shown}\n\n${text.trim()}`;
}

/** In one line, whatever a path or a title is made of. */
function inLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}
