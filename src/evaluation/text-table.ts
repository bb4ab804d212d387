import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

/** Text from issues, agents and programs on one line, without anything a terminal would obey or hide. */
export function plain(text: string): string {
  // Joiners that emoji and some scripts need would be lost too; in names of tests that is a fair price.
  return stripVTControlCharacters(text)
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .trim();
}

/** A share as whole percent; what is only nearly nothing or all is not said to be. */
export function percent(share: number): string {
  const whole = Math.round(share * 100);
  if (whole === 0 && share > 0) return 'below 1 %';
  return whole === 100 && share < 1 ? 'over 99 %' : `${whole} %`;
}

export interface Column {
  readonly head: string;
  readonly align: 'left' | 'right';
}

/** Rows under their heads, aligned by the width characters have on a terminal. Lines have no spaces at their ends. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const lines = [columns.map((column) => column.head), ...rows];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => stringWidth(line[index] ?? ''))));
  return lines.map((line) =>
    columns
      .map(({ align }, index) => {
        const text = line[index] ?? '';
        const space = ' '.repeat((widths[index] ?? 0) - stringWidth(text));
        return align === 'left' ? text + space : space + text;
      })
      .join(' ')
      .trimEnd(),
  );
}

/**
 * Breaks a text between words so that no line is wider than `width`, unless a single word is. Lines after the first begin with `indent`, the
 * first with the spaces it has.
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? '';
  for (const word of text.trimStart().split(' ')) {
    if (line.trim() !== '' && stringWidth(`${line} ${word}`) > width) {
      lines.push(line);
      line = indent + word;
    } else line = line.trim() === '' ? line + word : `${line} ${word}`;
  }
  return [...lines, line];
}
