import { posix } from 'node:path';
import type { CoverageEvidence } from '../../domain/evidence.ts';
import { executablePositions, type Position } from './executable-positions.ts';
import { mostRead, readForeign, withFolderInside } from './read-foreign.ts';
import type { CoveredFile } from './reports/covered-file.ts';
import type { Reporting } from './reporting.ts';
import {
  executedAsIs,
  executedBySourceMap,
  executedLines,
  parseV8,
  reach,
  type RunText,
  sourceMapOf,
  type V8Ranges,
  type V8Report,
} from './v8-coverage.ts';
import { sourcePattern } from '../source/source-pattern.ts';

/** Changed files that are asked about, and scripts made from others that are looked into for their source maps, at most. */
const mostFiles = 200;
const mostBuilt = 300;
/** Bytes of one source, and of one script made from others. */
const mostSource = 2_000_000;
const mostScript = 8_000_000;

/** A changed file as it was before the tests, which may write into it. */
export interface AskedFile {
  readonly path: string;
  readonly text: string;
  readonly positions: readonly Position[];
}

/** The changed files of which V8 can tell something: JavaScript and TypeScript that can be read. */
export async function askedFiles(directory: string, paths: readonly string[]): Promise<AskedFile[]> {
  const asked: AskedFile[] = [];
  for (const path of paths.filter((one) => sourcePattern.test(one)).slice(0, mostFiles)) {
    const text = await readInside(directory, path, mostSource);
    const positions = text === undefined ? undefined : executablePositions(text, path);
    if (text !== undefined && positions !== undefined) asked.push({ path, text, positions });
  }
  return asked;
}

async function readInside(directory: string, path: string, most: number): Promise<string | undefined> {
  const folder = posix.dirname(path);
  return await withFolderInside(directory, folder, async (inside) => await readForeign(posix.join(inside, posix.basename(path)), most));
}

/**
 * Which lines of the changed files the processes of the tests ran. A file of which something ran that cannot be traced back to its lines is
 * left out; one that no process loaded ran nowhere.
 *
 * @param directory real path of the checkout.
 */
export async function coverageOf(reporting: Reporting, directory: string, asked: readonly AskedFile[]): Promise<CoverageEvidence> {
  if (asked.length === 0) return { kind: 'none', reason: 'No changed file is JavaScript or TypeScript.' };
  const told: V8Report[] = [];
  let left = mostRead;
  for (const { path } of await reporting.reports()) {
    const text = (await readForeign(path, left)) ?? '';
    left -= text.length;
    const report = parseV8(text);
    if (report === undefined) return { kind: 'none', reason: 'What a process of the tests ran could not be read.' };
    told.push(report);
  }
  if (told.length === 0) return { kind: 'none', reason: 'No process of the tests told what it ran.' };
  const lines = new Lines(asked, directory);
  for (const report of told) await lines.add(report);
  const files = lines.files();
  return files.length === 0
    ? { kind: 'none', reason: 'What the tests ran cannot be traced back to lines of the changed files.' }
    : { kind: 'measured', files };
}

/** Collects over all processes what ran. */
class Lines {
  readonly #asked: ReadonlyMap<string, AskedFile>;
  readonly #directory: string;
  readonly #executed = new Map<string, Set<number>>();
  /** Files of which something ran that nobody can trace back. */
  readonly #lost = new Set<string>();
  readonly #built = new Map<string, RunText | undefined>();
  /** A script ran that may have been made from any of the files. */
  #originUnknown = false;

  constructor(asked: readonly AskedFile[], directory: string) {
    this.#asked = new Map(asked.map((file) => [file.path, file]));
    this.#directory = directory;
  }

  async add({ scripts, texts }: V8Report): Promise<void> {
    for (const { path, ranges } of scripts) {
      const file = this.#asked.get(path);
      if (file === undefined) await this.#addBuilt(path, ranges);
      else
        this.#addOwn(
          file,
          ranges,
          texts.filter((text) => text.path === path),
        );
    }
  }

  #addOwn(file: AskedFile, ranges: V8Ranges, texts: readonly RunText[]): void {
    const end = reach(ranges);
    const run = texts.find(({ code }) => code.length === end);
    const executed = run === undefined ? ranAsWritten(file, ranges, this.#directory) : ranTransformed(file, ranges, run);
    if (executed === undefined) this.#lost.add(file.path);
    else this.#note(file.path, executed);
  }

  /** A script that is no changed file may have been made from one, as its source map tells. */
  async #addBuilt(path: string, ranges: V8Ranges): Promise<void> {
    if (!/\.[cm]?js$/.test(path)) return;
    const run = await this.#readBuilt(path);
    const map = run === undefined ? undefined : await this.#mapOf(path, run.code);
    if (run === undefined || map === undefined || run.code.length !== reach(ranges)) {
      if (map !== undefined || /^(?:dist|build|out|lib)\//.test(path)) this.#originUnknown = true;
      return;
    }
    for (const [source, executed] of executedBySourceMap(ranges, run, map) ?? []) {
      const from = posix.normalize(posix.join(posix.dirname(path), source));
      const file = this.#asked.get(from);
      if (file !== undefined) this.#note(from, executedLines(executed, file.positions));
    }
  }

  async #readBuilt(path: string): Promise<RunText | undefined> {
    if (!this.#built.has(path)) {
      const code = this.#built.size < mostBuilt ? await readInside(this.#directory, path, mostScript) : undefined;
      this.#built.set(path, code === undefined ? undefined : { code, shift: 0 });
    }
    return this.#built.get(path);
  }

  async #mapOf(path: string, code: string): Promise<string | undefined> {
    const map = sourceMapOf(code);
    if (map === undefined || 'text' in map) return map?.text;
    return await readInside(this.#directory, posix.normalize(posix.join(posix.dirname(path), map.file)), mostScript);
  }

  #note(path: string, executed: Iterable<number>): void {
    const known = this.#executed.get(path) ?? new Set<number>();
    for (const line of executed) known.add(line);
    this.#executed.set(path, known);
  }

  files(): CoveredFile[] {
    return [...this.#asked.values()].flatMap(({ path, positions }) => {
      const ran = this.#executed.get(path);
      if (this.#lost.has(path) || (ran === undefined && this.#originUnknown)) return [];
      const executable = [...new Set(positions.map(({ line }) => line))];
      return [{ path, executable, executed: executable.filter((line) => ran?.has(line) === true) }];
    });
  }
}

/** Node runs JavaScript as it stands, and TypeScript with blanks in the place of types and a last line that names the file. */
function ranAsWritten({ path, text, positions }: AskedFile, ranges: V8Ranges, directory: string): number[] | undefined {
  const mark = text.startsWith('\uFEFF') ? 1 : 0;
  const name = `${directory}/${path}`;
  const named = ['', `\n\n//# sourceURL=${name}`, `\n\n//# sourceURL=${encodeURI(`file://${name}`)}`].map(({ length }) => length);
  const added = reach(ranges) - (text.length - mark);
  return named.includes(added) ? executedAsIs(ranges, positions, -mark) : undefined;
}

function ranTransformed(file: AskedFile, ranges: V8Ranges, run: RunText): number[] | undefined {
  const { path, text, positions } = file;
  if (run.code === text) return executedAsIs(ranges, positions);
  const map = sourceMapOf(run.code);
  const sources = map !== undefined && 'text' in map ? executedBySourceMap(ranges, run, map.text) : undefined;
  const own = [...(sources ?? [])].find(([source]) => posix.basename(source) === posix.basename(path));
  return own === undefined ? ranInOrder(file, ranges, run) : executedLines(own[1], positions);
}

/** What vite adds to a module that it runs. */
const byVite = {
  added: /^(?:__vite_ssr_exportName__|__vite_ssr_exportAll__|Object\.defineProperty\(__vite_ssr_exports__|const __vi_import_)/,
  around: /^(?:const |let )?__vite_ssr_export/,
};

/**
 * Without a map of its source: where a runner made a text that has the same kinds of statements in the same order, each is the one that
 * stands in its place. Where it did anything else, nothing is known.
 */
function ranInOrder({ path, positions }: AskedFile, ranges: V8Ranges, { code, shift }: RunText): number[] | undefined {
  const made = executablePositions(code, `${path}.tsx`, { from: shift, ...byVite });
  if (made?.length !== positions.length || made.some(({ kind }, index) => kind !== positions[index]?.kind)) return undefined;
  const ran = new Set(
    executedAsIs(
      ranges,
      made.map((position, index) => ({ ...position, line: index })),
    ),
  );
  return positions.filter((_, index) => ran.has(index)).map(({ line }) => line);
}
