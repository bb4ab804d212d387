import { readFileSync } from 'node:fs';
import type { RepairSettings } from '../../src/domain/world.ts';
import { operatorFamilies } from '../../src/domain/world.ts';
import { search } from '../../src/agents/repair/child/search/search.ts';
import { createProgramOracle, programPath } from '../../src/agents/repair/child/warm/program-oracle.ts';
import { createWorker } from '../../src/agents/repair/child/warm/worker-process.ts';

/** A function with one defect (helpers included; the comment that describes it left out), and the assertions that show it. */
export interface Bug {
  readonly id: string;
  readonly type: string;
  readonly program: string;
  readonly assertions: string;
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
    };
  });
}

/** Searches until all assertions hold, the budget or the time is used up. */
export async function attemptRepair(
  bug: Bug,
  options: { readonly candidates: number; readonly seconds: number; readonly folder: string },
): Promise<Attempted> {
  await using worker = createWorker({
    nodeBinary: process.execPath,
    cwd: options.folder,
    environment: {},
    writable: options.folder,
    memoryMb: 256,
  });
  const settings: RepairSettings = { families: operatorFamilies, depth: 2, candidates: options.candidates, statements: 50 };
  const start = performance.now();
  let rank: number | undefined;
  let rules = '';
  let tried = 0;
  const end = await search({
    sources: new Map([[programPath, bug.program]]),
    oracle: createProgramOracle(worker, bug.assertions, 1000),
    settings,
    goOn: () => performance.now() - start < options.seconds * 1000,
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
  return {
    id: bug.id,
    type: bug.type,
    rank,
    rules,
    why,
    tried,
    cpuMs: worker.cpuMs(),
    ms: performance.now() - start,
  };
}
