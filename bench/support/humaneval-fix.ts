import { readFileSync } from 'node:fs';
import type { RepairSettings } from '../../src/domain/world.ts';
import { elect } from '../../src/agents/repair/child/search/elect.ts';
import { createGathering } from '../../src/agents/repair/child/search/gathering.ts';
import { search, type PlausiblePatch } from '../../src/agents/repair/child/search/search.ts';
import { createProgramOracle, programPath } from '../../src/agents/repair/child/warm/program-oracle.ts';
import { createWorker, type Worker } from '../../src/agents/repair/child/warm/worker-process.ts';

/** Time that a program with its assertions may take, in ms. */
const assertionsMs = 1000;

/** Turns of loops with which all assertions are judged: ample, the time is the limit. */
const judgingFuel = 50_000_000;

/** A function with one defect (helpers included; the comment that describes it left out), and the assertions that show it. */
export interface Bug {
  readonly id: string;
  readonly type: string;
  readonly program: string;
  /** All assertions. */
  readonly assertions: string;
  /** The few assertions of the function's description. */
  readonly examples: string;
}

/** What a search may see of a bug, and how it goes about it. */
export interface Attempt {
  readonly settings: RepairSettings;
  readonly seconds: number;
  /** Of a worker's own. */
  readonly folder: string;
}

export interface Attempted {
  readonly id: string;
  readonly type: string;
  /** Of the first candidate that passes all assertions; absent when none did. */
  readonly rank: number | undefined;
  /** The kinds of edits that did it. */
  readonly rules: string;
  readonly why: string;
  readonly tried: number;
  /** CPU time of the worker, in ms; the search itself runs in this process. */
  readonly cpuMs: number;
  /** Wall time in ms. */
  readonly ms: number;
}

/** Reads the data set; see the benchmark's head for where it comes from. */
export function readBugs(path: string): Bug[] {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const entry = JSON.parse(line) as Record<string, string>;
    const field = (name: string) => entry[name] ?? '';
    return {
      id: field('task_id'),
      type: field('bug_type'),
      program: field('declaration') + field('buggy_solution'),
      assertions: field('test'),
      examples: field('example_test'),
    };
  });
}

/** Searches until all assertions hold, the budget or the time is used up. */
export async function attemptRepair(bug: Bug, attempt: Attempt): Promise<Attempted> {
  await using worker = workerIn(attempt.folder);
  const start = performance.now();
  let rank: number | undefined;
  let rules = '';
  let tried = 0;
  const end = await search({
    sources: sourcesOf(bug),
    oracle: createProgramOracle(worker, bug.assertions, assertionsMs),
    settings: attempt.settings,
    goOn: () => performance.now() - start < attempt.seconds * 1000,
    onProgress: (count) => {
      tried = count;
    },
    onPlausible: (patch) => {
      if (!patch.complete) return true;
      rank = patch.rank;
      rules = patch.edits.map((edit) => edit.rule).join(' + ');
      return false;
    },
  });
  const why = end.kind === 'searched' ? `${end.proposed} single edits proposed` : end.kind === 'not-run' ? end.reason : 'nothing fails';
  return { id: bug.id, type: bug.type, rank, rules, why, tried, cpuMs: worker.cpuMs(), ms: performance.now() - start };
}

/** What was offered to someone who has the examples only. */
export interface Offered {
  readonly id: string;
  readonly type: string;
  /** `nothing-fails`: the examples hold for the faulty program, so nothing asks for a repair. */
  readonly kind: 'nothing-fails' | 'not-found' | 'found';
  /** Whether the patch that would be offered first passes all assertions; whether the first that was found does; whether any does. */
  readonly offeredRight: boolean;
  readonly firstRight: boolean;
  readonly anyRight: boolean;
  readonly tried: number;
  readonly cpuMs: number;
}

/** Searches with the examples only, chooses among what passes them as the agent does, and holds the choice against all assertions. */
export async function attemptUnseen(bug: Bug, attempt: Attempt): Promise<Offered> {
  await using worker = workerIn(attempt.folder);
  const gathered = await gather(bug, attempt, worker);
  return { ...(await judgeOffer(bug, gathered.patches, worker)), ...gathered.nothingFails, tried: gathered.tried, cpuMs: worker.cpuMs() };
}

/** What came of several worlds that have the examples only. */
export interface Chosen {
  readonly id: string;
  /** Of what each world offered; undefined where it offered nothing. */
  readonly right: readonly (boolean | undefined)[];
  /** The place of the world that was taken. */
  readonly chosen: number | undefined;
  readonly tried: number;
}

/** Several worlds, each with a process and settings of its own, that offer one patch each. @param choose the place of what is taken. */
export async function attemptTogether(
  bug: Bug,
  attempts: readonly Attempt[],
  choose: (texts: readonly (string | undefined)[]) => Promise<number | undefined>,
): Promise<Chosen> {
  const offers: (PlausiblePatch | undefined)[] = [];
  const right: (boolean | undefined)[] = [];
  let tried = 0;
  for (const attempt of attempts) {
    await using worker = workerIn(attempt.folder);
    const gathered = await gather(bug, attempt, worker);
    const [offer] = await elect(gathered.patches, sourcesOf(bug), createProgramOracle(worker, bug.examples, assertionsMs));
    offers.push(offer);
    right.push(offer === undefined ? undefined : await passesAll(bug, offer, worker));
    tried += gathered.tried;
  }
  return { id: bug.id, right, chosen: await choose(offers.map((offer) => offer?.texts.get(programPath))), tried };
}

async function passesAll(bug: Bug, patch: PlausiblePatch, worker: Worker): Promise<boolean> {
  const seen = await createProgramOracle(worker, bug.assertions, assertionsMs).run(patch.texts, 'fresh', judgingFuel);
  return seen.kind === 'ran' && seen.cases.every(({ passed }) => passed);
}

async function gather(bug: Bug, attempt: Attempt, worker: Worker) {
  const start = performance.now();
  const found = createGathering();
  let tried = 0;
  const end = await search({
    sources: sourcesOf(bug),
    oracle: createProgramOracle(worker, bug.examples, assertionsMs),
    settings: attempt.settings,
    goOn: () => performance.now() - start < attempt.seconds * 1000 && found.goesOn(tried),
    onProgress: (count) => {
      tried = count;
    },
    onPlausible: (patch) => {
      found.add(patch);
      return true;
    },
  });
  return { patches: found.complete, tried, nothingFails: end.kind === 'nothing-fails' ? { kind: end.kind } : {} };
}

async function judgeOffer(bug: Bug, patches: readonly PlausiblePatch[], worker: Worker) {
  const { id, type } = bug;
  const offered = await elect(patches, sourcesOf(bug), createProgramOracle(worker, bug.examples, assertionsMs));
  const right = new Map<PlausiblePatch, boolean>();
  for (const patch of patches) right.set(patch, await passesAll(bug, patch, worker));
  const isRight = (patch: PlausiblePatch | undefined) => patch !== undefined && right.get(patch) === true;
  const kind = patches.length === 0 ? ('not-found' as const) : ('found' as const);
  return { id, type, kind, offeredRight: isRight(offered[0]), firstRight: isRight(patches[0]), anyRight: patches.some(isRight) };
}

function sourcesOf(bug: Bug): ReadonlyMap<string, string> {
  return new Map([[programPath, bug.program]]);
}

function workerIn(folder: string): Worker {
  return createWorker({ nodeBinary: process.execPath, cwd: folder, environment: {}, writable: folder, memoryMb: 256 });
}
