import { realpathSync } from 'node:fs';
import type { OfferedPatch, SearchEvent, SearchInput } from '../protocol.ts';
import { describeChange } from './describe.ts';
import { prepare } from './prepare.ts';
import { search, type PlausiblePatch } from './search/search.ts';
import { createWorker } from './warm/worker-process.ts';

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
