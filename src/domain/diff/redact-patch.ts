import type { Redact } from '../redact.ts';
import { keyShapes } from '../redact.ts';

const mark = '[secret removed]';
/** The only shape that goes over lines. */
const severalLines = new RegExp(
  keyShapes
    .filter(({ pattern }) => pattern.includes(String.raw`\s\S`))
    .map(({ pattern }) => pattern)
    .join('|'),
  'g',
);

/**
 * A unified diff without secrets in which every line is still where it was: a key that goes over several lines leaves as many, and one that was cut off ends
 * with the lines that it stands among. So the numbers of its heads stay true.
 */
export function redactPatch(patch: string, redact: Redact): string {
  return patch
    .split(/^(?=@@ |diff --git )/m)
    .map((part) => redact(part.replaceAll(severalLines, lineByLine)).text)
    .join('');
}

/** Each line keeps what a diff puts before it. */
function lineByLine(secret: string): string {
  return secret
    .split('\n')
    .map((line, index) => (index === 0 ? mark : /^[ +-]/.test(line) ? `${line.charAt(0)}${mark}` : line))
    .join('\n');
}
