import { closeSync, mkdirSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { plain } from '../warm/fidelity.ts';

/** Which test ran which statements, as the processes of one run wrote it down. */
export interface Spectra {
  /** Statements that count for a test: its own and its subtests', what its file ran outside of tests, and what ran where no test is known. */
  hitsOf(file: string, name: string): number[];
  /** Whether any test of this file (relative) is told apart from the others. */
  tells(file: string): boolean;
  /** Statements that ran where not even the file of a test is known. */
  readonly outside: ReadonlySet<number>;
}

/** Of each process; tests could write there too. */
const mostBytes = 64 * 1024 * 1024;
const mostFiles = 1_000;

const testOfMark = z.tuple([z.string(), z.string()]);

/** Empties the folder in which processes write what ran. */
export function clearHits(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

/** @param relative the path of a file of the copy, relative to it. */
export function readSpectra(folder: string, relative: (file: string) => string): Spectra {
  const byTest = new Map<string, Set<number>>();
  const telling = new Set<string>();
  const of = (file: string, name: string) => {
    const key = keyOf(file, name);
    const known = byTest.get(key) ?? new Set();
    byTest.set(key, known);
    return known;
  };
  for (const text of textsIn(folder)) {
    const marks = new Map<string, readonly Set<number>[]>();
    for (const line of text.split('\n')) {
      const [mark = '', rest = ''] = splitOnce(line, ' ');
      if (mark.startsWith('@')) {
        const [file, name] = readTest(rest);
        const path = file === '' ? '' : relative(file);
        if (file !== '' && name !== '') telling.add(path);
        marks.set(
          mark.slice(1),
          withParents(name).map((each) => of(path, each)),
        );
      } else {
        const statement = Number(rest);
        if (rest !== '' && Number.isSafeInteger(statement) && statement >= 0) for (const hits of marks.get(mark) ?? []) hits.add(statement);
      }
    }
  }
  const outside = of('', '');
  return {
    hitsOf: (file, name) => [...new Set([...outside, ...of(file, ''), ...of(file, name)])],
    tells: (file) => telling.has(file),
    outside,
  };
}

/** Runners join suites and titles in their own ways. */
function keyOf(file: string, name: string): string {
  return JSON.stringify([file, plain(name)]);
}

/** A test's name and those of the tests and suites around it: what runs in a subtest runs in its test. */
function withParents(name: string): string[] {
  const names = name.split(' > ');
  return names.map((_, index) => names.slice(0, names.length - index).join(' > '));
}

function readTest(text: string): readonly [string, string] {
  try {
    return testOfMark.safeParse(JSON.parse(text)).data ?? ['', ''];
  } catch (error) {
    // A line that its process did not come to write to the end.
    if (error instanceof SyntaxError) return ['', ''];
    throw error;
  }
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function* textsIn(folder: string): Iterable<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true }).slice(0, mostFiles)) {
    if (entry.isFile()) yield readStart(join(folder, entry.name));
  }
}

function readStart(path: string): string {
  const file = openSync(path, 'r');
  try {
    const parts: Buffer[] = [];
    let total = 0;
    for (;;) {
      const part = Buffer.alloc(1024 * 1024);
      const read = readSync(file, part);
      if (read === 0 || total > mostBytes) return Buffer.concat(parts).toString('utf8');
      parts.push(part.subarray(0, read));
      total += read;
    }
  } finally {
    closeSync(file);
  }
}
