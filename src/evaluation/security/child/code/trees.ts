import { processNames } from './process-names.ts';
import type { CodeNode } from './tree.ts';

const known = new Map<string, Promise<readonly CodeNode[]>>();

/** In characters: what comes after them in a line, and in a file, is not looked at. A syntax tree is slow where it is deep. */
const longestLine = 5000;
export const longestCode = 250_000;

/**
 * The tree of a text, read once however many steps ask for it; the library is loaded with the first of them. Lines that nobody wrote by hand are
 * cut off: another rule says that they are there.
 */
export function treesOf(text: string, grammar: 'TypeScript' | 'Tsx' | 'JavaScript'): Promise<readonly CodeNode[]> {
  const key = `${grammar}\n${text}`;
  const read =
    known.get(key) ?? import('./tree.ts').then(async ({ readTree }) => await readTree(bounded(text), grammar, [...processNames(text)]));
  known.set(key, read);
  return read;
}

/** Of the same length, so that places stay. */
function bounded(text: string): string {
  const start = text.slice(0, longestCode);
  if (!start.split('\n').some((line) => line.length > longestLine)) return start;
  return start
    .split('\n')
    .map((line) => line.slice(0, longestLine).padEnd(line.length))
    .join('\n');
}
