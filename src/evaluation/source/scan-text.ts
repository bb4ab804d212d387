import type { Language } from './languages.ts';

/** A text told apart. All three are as long as the text, so that places in one are places in the others. */
export interface ScannedText {
  /** With the comments blanked. */
  readonly code: string;
  /** With the comments and what stands in strings blanked. */
  readonly bare: string;
  readonly comments: readonly { readonly start: number; readonly text: string }[];
}

const rawString = /^r(#*)"/;
const character = /^'(?:\\[^\n]{1,10}?|[^'\\\n])'/;

/** Tells code, comments and strings apart, one character after the other. A string that is not closed ends with its line. */
export function scanText(text: string, language: Language): ScannedText {
  const comments: { start: number; text: string }[] = [];
  let code = '';
  let bare = '';
  let at = 0;
  const take = (end: number, kind: 'comment' | 'string'): void => {
    const part = text.slice(at, end);
    if (kind === 'comment') comments.push({ start: at, text: part });
    code += kind === 'comment' ? blank(part) : part;
    // A line that ends within a string ends no statement.
    bare += kind === 'comment' ? blank(part) : `${part.charAt(0)}${' '.repeat(Math.max(0, part.length - 2))}${part.slice(1).slice(-1)}`;
    at = end;
  };
  while (at < text.length) {
    const comment = commentEnd(text, at, language);
    const string = comment === undefined ? stringEnd(text, at, language) : undefined;
    if (comment !== undefined) take(comment, 'comment');
    else if (string !== undefined) take(string, 'string');
    else {
      code += text.charAt(at);
      bare += text.charAt(at);
      at += 1;
    }
  }
  return { code, bare, comments };
}

function commentEnd(text: string, at: number, { lineComments, blockComment, name }: Language): number | undefined {
  if (blockComment !== undefined && text.startsWith(blockComment[0], at)) {
    const end = text.indexOf(blockComment[1], at + blockComment[0].length);
    return end === -1 ? text.length : end + blockComment[1].length;
  }
  if (!lineComments.some((mark) => text.startsWith(mark, at))) return undefined;
  // In a shell a word may hold a number sign.
  if (name === 'shell' && at > 0 && !/\s/.test(text.charAt(at - 1))) return undefined;
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

function stringEnd(text: string, at: number, { strings, name }: Language): number | undefined {
  const first = text.charAt(at);
  if (name === 'rust' && first === 'r') {
    const hashes = rawString.exec(text.slice(at, at + 20))?.[1];
    if (hashes !== undefined) return after(text, `"${hashes}`, at + hashes.length + 2);
  }
  if (first === "'" && !strings.includes("'")) {
    const length = character.exec(text.slice(at, at + 14))?.[0].length;
    return length === undefined ? undefined : at + length;
  }
  const delimiter = strings.find((one) => text.startsWith(one, at));
  if (delimiter === undefined) return undefined;
  const long = delimiter.length > 1 || delimiter === '`';
  for (let end = at + delimiter.length; end < text.length; end += 1) {
    if (text.charAt(end) === '\\' && !(name === 'go' && delimiter === '`')) end += 1;
    else if (text.startsWith(delimiter, end)) return end + delimiter.length;
    else if (text.charAt(end) === '\n' && !long) return end;
  }
  return text.length;
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found + mark.length;
}

function blank(part: string): string {
  return part.replace(/[^\n]/g, ' ');
}
