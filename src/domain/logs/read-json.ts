import { z } from 'zod';
import { isNestedDeeper } from '../json-depth.ts';
import { lastWritten } from './shown-line.ts';

/** Longer lines are shown as they are: nobody reads what is in them. In characters. */
const longestRead = 1_048_576;
/** Lines of one output that are told; all of them stand in the log as it is. */
const mostLines = 200;

/** What a field is worth where programs leave it out, or give something else. */
export const text = z.string().catch('');

/** No program nests deeper; what does is shown as it is. */
const deepest = 100;

/** @returns undefined for a line that is no JSON object. */
export function jsonObject(line: string): Readonly<Record<string, unknown>> | undefined {
  if (line.length > longestRead || !line.startsWith('{')) return undefined;
  if (isNestedDeeper(Buffer.from(line), deepest)) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** The lines of a text without empty ones at its ends; of a long one the last ones, and how many there were before them. */
export function linesOf(whole: string): readonly string[] {
  const all = whole.trimEnd().split('\n').map(lastWritten);
  const begin = all.findIndex((line) => line.trim() !== '');
  const lines = begin === -1 ? [] : all.slice(begin);
  if (lines.length <= mostLines) return lines;
  return [`[${lines.length - mostLines} more lines before these]`, ...lines.slice(-mostLines)];
}

/** What a program or a tool answered, below what was asked of it. */
export function indented(whole: string): readonly string[] {
  return linesOf(whole).map((line) => `  ${line}`);
}
