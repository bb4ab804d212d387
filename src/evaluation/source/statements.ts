import { brief } from './canonical.ts';
import type { Language } from './languages.ts';
import { scanText } from './scan-text.ts';

/** One statement of a text, with the headers of the blocks that it stands in. */
export interface TextStatement {
  readonly text: string;
  readonly around: readonly string[];
  /** Whether a block follows it. */
  readonly isHeader: boolean;
}

/** More than this is no file that somebody wrote. */
const longest = 2_000_000;
/** Blocks further in are taken for one. */
const deepest = 40;

/** The statements of a text as far as layout and brackets tell; comments are left out. */
export function statementsOf(text: string, language: Language): TextStatement[] {
  const { code, bare } = scanText(text.slice(0, longest).replaceAll('\r\n', '\n'), language);
  return language.blocks === 'braces' ? byBraces(code, bare, language.linesEnd) : byIndentation(code, bare);
}

/** The meaning of a statement as text: spaces, trailing commas and the kind of quotes do not count. */
export function plain(text: string): string {
  return text
    .replace(/'([^'"\\\n]*)'/g, '"$1"')
    .replace(/\s+/g, ' ')
    .replace(/\s?([^\w\s"])\s?/g, '$1')
    .replace(/,(?=[)\]}])/g, '')
    .trim();
}

function byBraces(code: string, bare: string, linesEnd: boolean): TextStatement[] {
  const found: TextStatement[] = [];
  const around: string[] = [];
  let depth = 0;
  const depths: number[] = [];
  let from = 0;
  const flush = (to: number, isHeader: boolean): void => {
    const text = plain(code.slice(from, to));
    if (isHeader || (text !== '' && text !== ',')) found.push({ text, around: around.slice(0, deepest), isHeader });
    if (isHeader) around.push(brief(text));
    from = to + 1;
  };
  for (let at = 0; at < bare.length; at += 1) {
    const character = bare.charAt(at);
    if (character === '(' || character === '[') depth += 1;
    else if (character === ')' || character === ']') depth = Math.max(0, depth - 1);
    else if (character === '{') {
      flush(at, true);
      depths.push(depth);
      depth = 0;
    } else if (character === '}') {
      flush(at, false);
      around.pop();
      depth = depths.pop() ?? 0;
    } else if (depth === 0 && (character === ';' || (linesEnd && character === '\n'))) flush(at, false);
  }
  flush(bare.length, false);
  return found;
}

function byIndentation(code: string, bare: string): TextStatement[] {
  const found: TextStatement[] = [];
  const open: { readonly indent: number; readonly text: string }[] = [];
  for (const [start, end] of logicalLines(bare)) {
    const text = plain(code.slice(start, end).replaceAll('\\\n', ' '));
    if (text === '') continue;
    const indent = /^[ \t]*/.exec(code.slice(start, end))?.[0].length ?? 0;
    while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= indent) open.pop();
    const isHeader = text.endsWith(':') || /\bdo(?:\|[^|]*\|)?$/.test(text);
    found.push({ text, around: open.slice(0, deepest).map((header) => header.text), isHeader });
    if (isHeader) open.push({ indent, text: brief(text) });
  }
  return found;
}

/** Lines that belong together by brackets or a backslash. */
function logicalLines(bare: string): [start: number, end: number][] {
  const lines: [number, number][] = [];
  let depth = 0;
  let start = 0;
  let long = '';
  for (let at = 0; at <= bare.length; at += 1) {
    const character = bare.charAt(at);
    if ('([{'.includes(character) && character !== '') depth += 1;
    else if (')]}'.includes(character) && character !== '') depth = Math.max(0, depth - 1);
    if (at < bare.length && character !== '\n') {
      long = character;
      continue;
    }
    if (at < bare.length && (depth > 0 || long === '\\')) continue;
    lines.push([start, at]);
    start = at + 1;
  }
  return lines;
}
