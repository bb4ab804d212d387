import type { Redact } from '../redact.ts';
import { withoutColours } from './shown-line.ts';

/** Takes secrets out of lines that come one after the other; each line stays one. */
export type RedactLines = (lines: readonly string[]) => readonly string[];

const removed = '[secret removed]';
/** Lines of a private key that are left out at most: one that is never ended does not hide what comes after it. 8,192 bits take about a hundred. */
const longestKey = 120;
const keyBegins = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/g;
const keyEnds = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/;

/**
 * Finds what stands in one line, colours within it or not, and private keys over many. Most lines hold nothing: they are asked about together first.
 */
export function redactLines(redact: Redact): RedactLines {
  let keyLines = 0;

  function one(line: string): string {
    const plain = withoutColours(line);
    if (keyLines > 0) {
      keyLines = keyEnds.test(plain) ? 0 : keyLines - 1;
      return removed;
    }
    if (leavesKeyOpen(plain)) keyLines = longestKey;
    const told = redact(plain);
    // Colours could stand in the middle of a secret: a line with one loses them.
    return told.removed > 0 ? told.text : line;
  }

  return (lines) => {
    if (keyLines === 0 && redact(withoutColours(lines.join('\n'))).removed === 0) return lines;
    return withoutLongOnes(lines.map(one), redact);
  };
}

function leavesKeyOpen(line: string): boolean {
  const last = [...line.matchAll(keyBegins)].at(-1);
  return last !== undefined && !keyEnds.test(line.slice(last.index));
}

/** What is left stands over several lines: from the first of them to the last nothing is told. */
function withoutLongOnes(lines: readonly string[], redact: Redact): readonly string[] {
  const plain = lines.map(withoutColours);
  const told = redact(plain.join('\n'));
  if (told.removed === 0) return lines;
  const others = told.text.split('\n');
  const begin = plain.findIndex((line, index) => line !== others[index]);
  const after = plain.toReversed().findIndex((line, index) => line !== others.at(-1 - index));
  return lines.map((line, index) => (index < begin || index >= lines.length - after ? line : removed));
}
