import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SearchEvent, SearchInput } from '../protocol.ts';
import { createColdOracle } from './cold/cold-oracle.ts';
import { type ColdFramework, runsTogether, speaksTap } from './cold/frameworks.ts';
import { copyProject } from './cold/run-cold.ts';
import { endAlikeTogether, outcomesOf } from './cold/together.ts';
import { syntaxErrorIn } from './edits/parse.ts';
import { focusOn } from './focus.ts';
import { findTestFiles, isChangeable, listFiles } from './project-files.ts';
import type { Oracle } from './search/oracle.ts';
import { disagreement, examineBase, matching } from './warm/fidelity.ts';
import type { FrameworkName } from './warm/messages.ts';
import { createTestOracle, testId, type WarmTest } from './warm/test-oracle.ts';
import type { Worker } from './warm/worker-process.ts';

/** What a search needs of a project, or why it cannot begin. */
export type Prepared =
  | {
      readonly kind: 'ready';
      readonly oracle: Oracle;
      readonly sources: ReadonlyMap<string, string>;
      readonly targets: ReadonlySet<string>;
    }
  | { readonly kind: 'none'; readonly reason: string };

type Print = (event: SearchEvent) => void;

/** A way to run the failing tests. */
interface Way {
  readonly failing: readonly WarmTest[];
  /** Files, relative, among which the defect is sought. */
  readonly paths: readonly string[];
  oracle(targets: readonly WarmTest[]): Oracle;
}

/** Files that are read at most where it is not known which of them the tests load. */
const mostFiles = 300;

/** Finds out how the failing tests can be run again and again: in a warm process where that is faithful, else by their own runner. */
export async function prepare(input: SearchInput, worker: Worker, print: Print): Promise<Prepared> {
  const framework = frameworkName(input.runner);
  if (framework === undefined) {
    return {
      kind: 'none',
      reason: `tests of ${input.runner} cannot be run one by one; only node:test, vitest, jest, mocha, ava and what is run as a program (tape, tap) can`,
    };
  }
  const named = [...new Set(input.cases.flatMap(({ file }) => (file === undefined ? [] : [file])))];
  const testFiles = named.length > 0 ? named : findTestFiles(input.directory);
  const warm = speaksTap(framework) ? undefined : await warmWay(input, framework, worker, testFiles, print);
  const way = warm ?? (await coldWay(input, framework, testFiles, print));
  if (typeof way === 'string') return { kind: 'none', reason: way };
  const targets = focusOn(way.failing, input.title, input.instructions);
  if (targets.length < way.failing.length) {
    print({ type: 'said', text: `${targets.length} of ${way.failing.length} failing tests belong to this task` });
  }
  const tests = new Set(testFiles);
  const paths = way.paths.filter((path) => isChangeable(path, tests)).slice(0, mostFiles);
  if (paths.length === 0) return { kind: 'none', reason: 'the failing tests load no source file of this project' };
  print({ type: 'said', text: `${count(targets.length, 'failing test')}, ${count(paths.length, 'source file')} to look at` });
  const texts = paths.map((path) => [path, readFileSync(join(input.directory, path), 'utf8')] as const);
  const errors = new Map(texts.flatMap(([path, text]) => withoutSyntax(path, text)));
  for (const error of errors.values()) print({ type: 'said', text: error });
  const sources = new Map(texts.filter(([path]) => !errors.has(path)));
  if (sources.size === 0) return { kind: 'none', reason: [...errors.values()].slice(0, 3).join('; ') };
  return { kind: 'ready', oracle: way.oracle(targets), sources, targets: new Set(targets.map(testId)) };
}

/** Edits are made of what a file says: where it has no valid syntax there is nothing to begin with, and whoever waits learns it at once. */
function withoutSyntax(path: string, text: string): (readonly [string, string])[] {
  const error = syntaxErrorIn(path, text);
  return error === undefined ? [] : [[path, `${path} has no valid syntax and cannot be searched: ${error}`]];
}

/** @returns undefined when no failing test fails the same in a warm process. */
async function warmWay(
  input: SearchInput,
  framework: FrameworkName,
  worker: Worker,
  testFiles: readonly string[],
  print: Print,
): Promise<Way | undefined> {
  const base = await examineBase(input, framework, worker, testFiles);
  for (const { file, reason } of base.unfaithful) print({ type: 'said', text: `${file} is left to its own runner: ${reason}` });
  const tests = new Set(testFiles);
  if (base.failing.length === 0 || !base.loaded.some((path) => isChangeable(path, tests))) return undefined;
  const { directory } = input;
  return {
    failing: base.failing,
    paths: base.loaded,
    oracle: (targets) => createTestOracle({ worker, directory, framework, files: base.faithful, targets, baseMs: base.durationMs }),
  };
}

/** @returns a sentence when the files with failures do not fail alike when they are run alone. */
async function coldWay(input: SearchInput, framework: ColdFramework, testFiles: readonly string[], print: Print): Promise<Way | string> {
  const { directory, environment, nodeBinary, scratch, script } = input;
  const known = new Set(input.cases.filter(({ id, file }) => file !== undefined && input.failing.includes(id)).map(({ file }) => file));
  const looked = known.size > 0 ? testFiles.filter((file) => known.has(file)) : testFiles;
  const project = copyProject({ nodeBinary, directory, framework, script, environment, scratch });
  const start = performance.now();
  const base = await project.run(looked, 120_000);
  const durationMs = performance.now() - start;
  if (base.kind === 'died') return `the failing tests cannot be run alone: ${base.reason}`;
  const relevant = base.cases.map((each) => ({ ...each, file: project.relative(each.file) }));
  const different = looked
    .map((file) =>
      disagreement(
        relevant.filter((each) => each.file === file),
        file,
        input,
      ),
    )
    .find((reason) => reason !== undefined);
  if (different !== undefined) return `the failing tests end otherwise when they are run alone: ${different}`;
  const failing = relevant
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, file }) => matching(name, file, input))
    .filter(({ baseId }) => input.failing.includes(baseId));
  if (failing.length === 0) return 'the failing tests do not fail when they are run alone';
  const files = known.size > 0 ? looked : looked.filter((file) => failing.some((each) => each.file === file));
  const limitMs = Math.max(10_000, durationMs * 5);
  const steady = relevant.filter(({ name, file }) => !matching(name, file, input).some(({ baseId }) => input.flaky.includes(baseId)));
  const outcomes = outcomesOf(steady.filter(({ file }) => files.includes(file)));
  const say = (text: string) => print({ type: 'said', text });
  const together = runsTogether(framework) && (await endAlikeTogether(project, files, outcomes, limitMs)) ? outcomes : undefined;
  const seconds = (durationMs / 1000).toFixed(1);
  print({
    type: 'said',
    text:
      together === undefined
        ? `every candidate is a run of ${framework} in a copy of the project, ${seconds} s each`
        : `candidates are run by ${framework} in a copy of the project, many in one run; one alone takes ${seconds} s`,
  });
  return {
    failing,
    paths: listFiles(directory),
    oracle: () =>
      createColdOracle({ project, files, scratch, aloneMs: durationMs, limitMs, ...(together === undefined ? {} : { together }), say }),
  };
}

const frameworks: readonly ColdFramework[] = ['node:test', 'vitest', 'jest', 'mocha', 'ava', 'tap'];

function frameworkName(runner: string): ColdFramework | undefined {
  return frameworks.find((name) => name === runner);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
