import { withoutInvisible } from '../../domain/visible-text.ts';

/**
 * Markdown for forges around text of strangers: none of it leaves the place it was put in, makes a link, calls anybody, or refers to anything.
 */

/** Stands behind what would be a mention, a reference or a link, and is not seen. */
const break_ = '\u200b';

/** The most characters of a comment or of the text of a pull request; the large forges take a few thousand more. */
export const mostMarkdown = 60_000;

/**
 * Foreign text as one line of plain words: for a cell, a list, a heading or a sentence.
 * @param most characters of the text itself; a longer one ends with `…`.
 */
export function inline(text: string, most = 300): string {
  return shortened(oneLine(text), most)
    .replaceAll(/[\\`*_[\]|~]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('$', '&#36;')
    .replaceAll('@', `@${break_}`)
    .replaceAll(/#(?=\w)/g, `#${break_}`)
    .replaceAll(/\b(gh-)(?=\d)/gi, `$1${break_}`)
    .replaceAll('://', `:${break_}//`)
    .replaceAll(/\b(www)\./gi, `$1${break_}.`)
    .replace(/^(?=[#+=:-])/, '\\')
    .replace(/^(\d{1,9})(?=[.)])/, `$1\\`);
}

/** Foreign text as it is, such as a path or a name; also in a cell. */
export function code(text: string, most = 300): string {
  const line = shortened(oneLine(text), most);
  if (line === '') return '';
  // What ends a cell or the code itself is words that look like code.
  return /[`|\\]/.test(line) ? `<code>${inline(line, most + 1)}</code>` : `\`${unmarked(line)}\``;
}

/** Several lines of foreign text in a fence that is longer than any in it. @param language of ours. */
export function fenced(text: string, { language = '', most = 8_000 }: { readonly language?: string; readonly most?: number } = {}): string {
  const lines = unmarked(shortened(withoutInvisible(text).replace(/\n+$/, ''), most));
  const longest = Math.max(2, ...(lines.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${lines}\n${fence}`;
}

/** A link with foreign words; only the words where the address is none of the web. */
export function link(text: string, address: string): string {
  const words = inline(text);
  if (!URL.canParse(address)) return words;
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return words;
  const safe = url.href.replaceAll(/[()<>|[\]\\`"'\s]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `[${words}](${safe})`;
}

/** @param rows cells that are Markdown already, without line breaks. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

/** What is opened by a click. @param body Markdown. */
export function folded(summary: string, body: string): string {
  return `<details>\n<summary>${inline(summary)}</summary>\n\n${body}\n\n</details>`;
}

/** Sections with a line between them, as many as find room; that some were left out is said. */
export function sections(parts: readonly string[], most = mostMarkdown): string {
  const note = '_What is longer than a comment may be was left out._';
  const kept: string[] = [];
  let left = most - note.length - 2;
  for (const part of parts.filter((one) => one !== '')) {
    left -= part.length + 2;
    if (left < 0) return [...kept, note].join('\n\n');
    kept.push(part);
  }
  return kept.join('\n\n');
}

function oneLine(text: string): string {
  return withoutInvisible(text).replaceAll(/\s+/g, ' ').trim();
}

/** What stands in code is text as it is: the marker of another comment of ours must not be in it. */
function unmarked(text: string): string {
  return text.replaceAll('<!--', `<${break_}!--`);
}

/** Half of a pair of surrogates is no character. */
function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}
