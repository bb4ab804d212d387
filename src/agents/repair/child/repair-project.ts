import { realpathSync } from 'node:fs';
import type { OfferedPatch, SearchEvent, SearchInput } from '../protocol.ts';
import { describeChange } from './describe.ts';
import { prepare, type Prepared } from './prepare.ts';
import { elect } from './search/elect.ts';
import { createGathering, type Gathering } from './search/gathering.ts';
import { search, type PlausiblePatch } from './search/search.ts';
import { createWorker } from './warm/worker-process.ts';

type Print = (event: SearchEvent) => void;

/** Complete patches that are offered at most: the caller tries them one after the other on the whole suite. */
const offers = 5;
/** Time to go on after the first complete patch, in ms: where each candidate is a process, few more are tried. */
const afterCompleteMs = 10_000;
/** Time to compare complete patches with one another, in ms. */
const comparingMs = 20_000;

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
  const found = createGathering();
  let tried = 0;
  let lastStart = deadline;
  const end = await search({
    sources: prepared.sources,
    oracle: prepared.oracle,
    settings: input.settings,
    targets: prepared.targets,
    goOn: () => performance.now() < Math.min(deadline, lastStart) && found.goesOn(tried),
    onProgress: (count, plausible) => {
      tried = count;
      if (count % 25 === 0) print({ type: 'searched', tried: count, limit: input.settings.candidates, plausible });
    },
    onPlausible: (patch) => {
      found.add(patch);
      if (patch.complete && found.complete.length === 1) lastStart = performance.now() + afterCompleteMs;
      print({ type: 'searched', tried: patch.rank, limit: input.settings.candidates, plausible: found.complete.length });
      return true;
    },
  });
  for (const patch of await bestOf(found, prepared)) print({ type: 'plausible', patch: offer(patch, prepared.sources) });
  print({ type: 'ended', tried, reason: reasonOf(end, performance.now() >= deadline) });
}

/** Complete patches, the likeliest meaning first; without one, what mends most. */
async function bestOf(found: Gathering, prepared: Extract<Prepared, { kind: 'ready' }>): Promise<readonly PlausiblePatch[]> {
  const partial = found.partial();
  if (found.complete.length === 0) return partial === undefined ? [] : [partial];
  const until = performance.now() + comparingMs;
  return (await elect(found.complete, prepared.sources, prepared.oracle, () => performance.now() < until)).slice(0, offers);
}

function reasonOf(end: Awaited<ReturnType<typeof search>>, timeUp: boolean): string {
  switch (end.kind) {
    case 'nothing-fails':
      return 'no test fails when they are run again';
    case 'not-run':
      return `the tests could not be run with the code as it is: ${end.reason}`;
    case 'searched':
      if (end.proposed === 0) return 'the failing tests run no code that could be changed';
      return `${end.plausible === 0 ? 'none' : end.plausible} of ${end.tried} candidates${timeUp ? ' in the time there was' : ''} mended a failing test without breaking another`;
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
