import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { OfferedPatch, SearchEvent, SearchInput } from '../protocol.ts';
import { describeChange } from './describe.ts';
import { focusOn } from './focus.ts';
import { findTestFiles, isChangeable } from './project-files.ts';
import type { Oracle } from './search/oracle.ts';
import { search, type PlausiblePatch } from './search/search.ts';
import { examineBase } from './warm/fidelity.ts';
import type { FrameworkName } from './warm/messages.ts';
import { createTestOracle, testId } from './warm/test-oracle.ts';
import { createWorker, type Worker } from './warm/worker-process.ts';

type Print = (event: SearchEvent) => void;

/** Complete patches that are offered before the search ends: the caller tries them one after the other on the whole suite. */
const offers = 5;
/** Candidates that are tried after a patch that mends only some of the failing tests, in the hope of a better one. */
const afterPartial = 400;

/** Searches one project for a change that makes its failing tests pass, and prints what it finds. */
export async function repairProject(given: SearchInput, print: Print): Promise<void> {
  const input = { ...given, directory: realpathSync(given.directory), scratch: realpathSync(given.scratch) };
  const deadline = performance.now() + input.timeMs;
  await using worker = createWorker({
    nodeBinary: input.nodeBinary,
    cwd: input.directory,
    environment: { ...input.environment, NODE_ENV: 'test' },
    writable: input.scratch,
    memoryMb: 384,
  });
  const prepared = await prepare(input, worker, print);
  if (prepared.kind === 'none') return print({ type: 'ended', tried: 0, reason: prepared.reason });
  const best = { patch: undefined as PlausiblePatch | undefined };
  let offered = 0;
  let tried = 0;
  const end = await search({
    sources: prepared.sources,
    oracle: prepared.oracle,
    settings: input.settings,
    targets: prepared.targets,
    goOn: () => performance.now() < deadline && (best.patch === undefined || tried < best.patch.rank + afterPartial),
    onProgress: (count, plausible) => {
      tried = count;
      if (count % 25 === 0) print({ type: 'searched', tried: count, limit: input.settings.candidates, plausible });
    },
    onPlausible: (patch) => {
      if (!patch.complete) {
        if (patch.fixed.length > (best.patch?.fixed.length ?? 0)) best.patch = patch;
        return true;
      }
      offered += 1;
      best.patch = undefined;
      print({ type: 'searched', tried: patch.rank, limit: input.settings.candidates, plausible: offered });
      print({ type: 'plausible', patch: offer(patch, prepared.sources) });
      return offered < offers;
    },
  });
  if (offered === 0 && best.patch !== undefined) print({ type: 'plausible', patch: offer(best.patch, prepared.sources) });
  print({ type: 'ended', tried, reason: reasonOf(end, performance.now() >= deadline) });
}

function reasonOf(end: Awaited<ReturnType<typeof search>>, timeUp: boolean): string {
  switch (end.kind) {
    case 'nothing-fails':
      return 'no test fails when they are run again';
    case 'not-run':
      return `the tests could not be run with the code as it is: ${end.reason}`;
    case 'searched':
      if (end.proposed === 0) return 'the failing tests run no code that could be changed';
      return `${end.tried} candidates were tried${timeUp ? ' until the time was up' : ''}, ${end.plausible} made a failing test pass and broke none`;
  }
}

function offer(patch: PlausiblePatch, sources: ReadonlyMap<string, string>): OfferedPatch {
  return {
    files: [...patch.texts].map(([path, changed]) => ({ path, text: changed })),
    places: [...patch.texts].map(([path, changed]) => describeChange(path, sources.get(path) ?? '', changed)),
    rules: patch.edits.map(({ rule }) => rule),
    fixed: [...patch.fixed],
    complete: patch.complete,
    rank: patch.rank,
  };
}

type Prepared =
  | {
      readonly kind: 'ready';
      readonly oracle: Oracle;
      readonly sources: ReadonlyMap<string, string>;
      readonly targets: ReadonlySet<string>;
    }
  | { readonly kind: 'none'; readonly reason: string };

async function prepare(input: SearchInput, worker: Worker, print: Print): Promise<Prepared> {
  const framework = frameworkName(input.runner);
  if (framework === undefined)
    return { kind: 'none', reason: `tests of ${input.runner} cannot be run one by one; only node:test, vitest, jest and mocha can` };
  const named = [...new Set(input.cases.flatMap(({ file }) => (file === undefined ? [] : [file])))];
  const testFiles = named.length > 0 ? named : findTestFiles(input.directory);
  const base = await examineBase(input, framework, worker, testFiles);
  for (const { file, reason } of base.unfaithful) print({ type: 'said', text: `${file} is left to its own runner: ${reason}` });
  const targets = focusOn(base.failing, input.title, input.instructions);
  if (targets.length === 0) return { kind: 'none', reason: 'the failing tests cannot be run in a warm process' };
  if (targets.length < base.failing.length)
    print({ type: 'said', text: `${targets.length} of ${base.failing.length} failing tests belong to this task` });
  const tests = new Set(testFiles);
  const paths = base.loaded.filter((path) => isChangeable(path, tests));
  if (paths.length === 0) return { kind: 'none', reason: 'the failing tests load no source file of this project' };
  const sources = new Map(paths.map((path) => [path, readFileSync(join(input.directory, path), 'utf8')]));
  print({ type: 'said', text: `${targets.length} failing tests run ${paths.length} source ${paths.length === 1 ? 'file' : 'files'}` });
  const oracle = createTestOracle({
    worker,
    directory: input.directory,
    framework,
    files: base.faithful,
    targets,
    baseMs: base.durationMs,
  });
  return { kind: 'ready', oracle, sources, targets: new Set(targets.map(testId)) };
}

function frameworkName(runner: string): FrameworkName | undefined {
  return runner === 'node:test' || runner === 'vitest' || runner === 'jest' || runner === 'mocha' ? runner : undefined;
}
