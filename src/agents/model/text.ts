import { stripVTControlCharacters } from 'node:util';
import { visibleText } from '../../domain/visible-text.ts';

// Control characters but tab and newline, format characters (zero widths, direction marks, tags), surrogates, private use, what no
// standard knows; variation selectors.
const unseen = /[^\P{C}\t\n]|[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]/gu;

/**
 * What a tool shows of files and of what programs print: as a reader would see it. A character that nobody would see is written out, so
 * that it hides nothing and is not lost either.
 */
export function readable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(unseen, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** Untrusted text for a prompt: what a reader would not see is taken out. Comments in it stay: in sources they mean something. */
export function seen(text: string): string {
  return text
    .split('<!--')
    .map((part) => visibleText(part).text)
    .join('<!--');
}

/** Its beginning; where something is left out, that is said. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most))}\n[${text.length - most} more characters]`;
}

/** Its beginning and its end; where something is left out, that is said. */
export function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  return `${text.slice(0, half)}\n[${text.length - 2 * half} characters left out]\n${text.slice(-half)}`;
}

/** In one line, for people. */
export function line(text: string, most = 200): string {
  const one = readable(text.slice(0, 4 * most))
    .replaceAll(/\s+/g, ' ')
    .trim();
  return one.length <= most ? one : `${one.slice(0, most - 1)}…`;
}
