/** How comments and texts are written. */
export interface Writing {
  /** What begins a comment that ends with its line. */
  readonly line: readonly string[];
  /** What begins and ends a comment. */
  readonly block?: readonly [string, string];
  /** What begins and ends a text; longer ones first. */
  readonly texts: readonly TextMark[];
  /** A quote before a name means something else (lifetimes of Rust): it begins a text only where one character follows. */
  readonly singleCharacters?: true;
}

interface TextMark {
  readonly open: string;
  readonly close: string;
  /** Without escapes by backslash. */
  readonly raw?: true;
}

const double: TextMark = { open: '"', close: '"' };
const single: TextMark = { open: "'", close: "'" };
const block = ['/*', '*/'] as const;

export const writings = {
  python: {
    line: ['#'],
    texts: [{ open: '"""', close: '"""' }, { open: "'''", close: "'''" }, double, single],
  },
  shell: { line: ['#'], texts: [{ ...single, raw: true }] },
  go: { line: ['//'], block, texts: [{ open: '`', close: '`', raw: true }, double, single] },
  java: { line: ['//'], block, texts: [{ open: '"""', close: '"""' }, double, single] },
  rust: { line: ['//'], block, texts: [{ open: 'r#"', close: '"#', raw: true }, double], singleCharacters: true },
  csharp: { line: ['//'], block, texts: [{ open: '"""', close: '"""', raw: true }, { open: '@"', close: '"', raw: true }, double, single] },
  ruby: { line: ['#'], texts: [double, single] },
  php: { line: ['//', '#'], block, texts: [double, single] },
} as const satisfies Readonly<Record<string, Writing>>;

/**
 * A text of the same length and lines in which comments are blank, and with `texts` also what stands between quotes. Reads once from the
 * beginning to the end; a text that does not end with its line, where it has to, ends there.
 */
export function onlyCode(source: string, writing: Writing, blank: 'comments' | 'texts'): string {
  const parts: string[] = [];
  const marks = marksOf(writing);
  let at = 0;
  while (at < source.length) {
    marks.lastIndex = at;
    const next = marks.exec(source)?.index ?? source.length;
    parts.push(source.slice(at, next));
    at = next;
    if (at === source.length) break;
    const comment = commentEnd(source, at, writing);
    if (comment !== undefined) {
      parts.push(blanked(source.slice(at, comment)));
      at = comment;
      continue;
    }
    const mark = textMarkAt(source, at, writing);
    if (mark === undefined) {
      parts.push(source[at]!);
      at += 1;
      continue;
    }
    const end = textEnd(source, at + mark.open.length, mark);
    const inside = source.slice(at + mark.open.length, end);
    parts.push(mark.open, blank === 'texts' ? blanked(inside) : inside);
    const closed = source.startsWith(mark.close, end);
    if (closed) parts.push(mark.close);
    at = end + (closed ? mark.close.length : 0);
  }
  return parts.join('');
}

/** Characters with which a comment or a text can begin: all others are passed over at once. */
function marksOf({ line, block: marks, texts, singleCharacters }: Writing): RegExp {
  const openings = [
    ...line,
    ...(marks === undefined ? [] : [marks[0]]),
    ...texts.map(({ open }) => open),
    ...(singleCharacters === true ? ["'"] : []),
  ];
  return new RegExp(`[${openings.map((opening) => opening[0]).join('')}]`, 'g');
}

function commentEnd(source: string, at: number, { line, block: marks }: Writing): number | undefined {
  if (marks !== undefined && source.startsWith(marks[0], at)) {
    const end = source.indexOf(marks[1], at + marks[0].length);
    return end === -1 ? source.length : end + marks[1].length;
  }
  const found = line.find((mark) => source.startsWith(mark, at));
  // In a shell `$#` and `a#b` are no comments.
  if (found === undefined || (found === '#' && at > 0 && !/[\s;&|()]/.test(source[at - 1]!))) return undefined;
  const end = source.indexOf('\n', at);
  return end === -1 ? source.length : end;
}

function textMarkAt(source: string, at: number, { texts, singleCharacters }: Writing): TextMark | undefined {
  if (singleCharacters === true && source[at] === "'") {
    return /^'(?:\\[^\n]{1,8}|[^\\'\n])'/.test(source.slice(at, at + 12)) ? single : undefined;
  }
  return texts.find(({ open }) => source.startsWith(open, at));
}

/** Where the text ends that began before `at`: at its mark, at the end of the line where it is of one line, or of the source. */
function textEnd(source: string, at: number, { close, raw }: TextMark): number {
  const isOfOneLine = close.length === 1 && raw !== true;
  for (let place = at; place < source.length; place += 1) {
    if (source[place] === '\\' && raw !== true) place += 1;
    else if (source.startsWith(close, place)) return place;
    else if (isOfOneLine && source[place] === '\n') return place;
  }
  return source.length;
}

function blanked(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}
