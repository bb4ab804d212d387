import { z } from 'zod';
import { AnyMap, eachMapping } from '@jridgewell/trace-mapping';
import type { Position } from './executable-positions.ts';

const range = z.object({ startOffset: z.number(), endOffset: z.number(), count: z.number() });

const report = z.object({
  scripts: z.array(z.object({ path: z.string(), ranges: z.array(range) })),
  texts: z.array(z.object({ path: z.string(), code: z.string(), shift: z.number() })),
});

/** What one process of the tests ran, as `hooks/coverage.cjs` writes it. */
export type V8Report = z.infer<typeof report>;
export type V8Ranges = V8Report['scripts'][number]['ranges'];

/** A text as it was run, and how the line in which it begins is shifted by what a runner put before it. */
export interface RunText {
  readonly code: string;
  readonly shift: number;
}

/** @returns undefined when it is something else. */
export function parseV8(text: string): V8Report | undefined {
  try {
    const parsed = report.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** How far the text reached that these ranges count in. */
export function reach(ranges: V8Ranges): number {
  return ranges[0]?.startOffset === 0 ? ranges[0].endOffset : -1;
}

/** How often what stands at an offset ran: the count of the smallest range around it. Ranges lie in each other or apart, as V8 tells them. */
export function countsOf(ranges: V8Ranges): (offset: number) => number {
  const sorted = ranges.toSorted((one, other) => one.startOffset - other.startOffset || other.endOffset - one.endOffset);
  const starts: number[] = [];
  const counts: number[] = [];
  const open: { readonly endOffset: number; readonly count: number }[] = [];
  const closeUntil = (offset: number): void => {
    for (let last = open.at(-1); last !== undefined && last.endOffset <= offset; last = open.at(-1)) {
      open.pop();
      starts.push(last.endOffset);
      counts.push(open.at(-1)?.count ?? 0);
    }
  };
  for (const one of sorted) {
    closeUntil(one.startOffset);
    starts.push(one.startOffset);
    counts.push(one.count);
    open.push(one);
  }
  closeUntil(Infinity);
  return (offset) => counts[lastAtMost(starts, offset)] ?? 0;
}

/** Index of the last number that is not greater; -1 where there is none. */
function lastAtMost(numbers: readonly number[], most: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? Infinity) <= most) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The lines of these positions that ran, where the text was run as it stands, or with something before its first line. */
export function executedAsIs(ranges: V8Ranges, positions: readonly Position[], shift = 0): number[] {
  const countAt = countsOf(ranges);
  return positions.filter(({ offset }) => countAt(offset + shift) > 0).map(({ line }) => line);
}

/** What is known of one line of a source: where something of it begins, column from 0, and whether that ran. */
type MappedLine = { readonly column: number; readonly ran: boolean }[];

/**
 * What ran of each source, by the source map of the text that was run.
 *
 * @returns by the name of the source as the map has it; undefined where the map cannot be read.
 */
export function executedBySourceMap(
  ranges: V8Ranges,
  { code, shift }: RunText,
  map: string,
): ReadonlyMap<string, ReadonlyMap<number, MappedLine>> | undefined {
  const starts = lineStarts(code);
  const countAt = countsOf(ranges);
  const sources = new Map<string, Map<number, MappedLine>>();
  try {
    eachMapping(new AnyMap(map), ({ generatedLine, generatedColumn, source, originalLine, originalColumn }) => {
      const start = starts[generatedLine - 1];
      if (source === null || originalLine === null || start === undefined) return;
      const lines = sources.get(source) ?? new Map<number, MappedLine>();
      sources.set(source, lines);
      const line = lines.get(originalLine) ?? [];
      lines.set(originalLine, line);
      line.push({ column: originalColumn, ran: countAt(start + generatedColumn + (generatedLine === 1 ? shift : 0)) > 0 });
    });
  } catch {
    return undefined;
  }
  return sources;
}

/** The lines of those positions that ran: what a source map knows of the very position, else of what follows it first in its line. */
export function executedLines(lines: ReadonlyMap<number, MappedLine>, positions: readonly Position[]): number[] {
  return positions.filter(({ line, column }) => ranAt(lines.get(line) ?? [], column)).map(({ line }) => line);
}

function ranAt(line: MappedLine, column: number): boolean {
  const from = line.filter((entry) => entry.column >= column);
  const nearest = from.length === 0 ? Math.max(...line.map((entry) => entry.column)) : Math.min(...from.map((entry) => entry.column));
  return line.some((entry) => entry.column === nearest && entry.ran);
}

function lineStarts(code: string): number[] {
  const starts = [0];
  for (let at = code.indexOf('\n'); at !== -1; at = code.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The source map in a text, or where it says that it lies. */
export function sourceMapOf(code: string): { readonly text: string } | { readonly file: string } | undefined {
  const at = code.lastIndexOf('//# sourceMappingURL=');
  const address = at === -1 ? undefined : /^\S+/.exec(code.slice(at + '//# sourceMappingURL='.length))?.[0];
  if (address === undefined) return undefined;
  if (!address.startsWith('data:')) return /^[a-z]+:/i.test(address) ? undefined : { file: address };
  const [, kind = '', data = ''] = /^data:([^,]{0,200}),(.*)$/.exec(address) ?? [];
  if (!kind.startsWith('application/json')) return undefined;
  return { text: kind.endsWith(';base64') ? Buffer.from(data, 'base64').toString('utf8') : decodeURIComponent(data) };
}
