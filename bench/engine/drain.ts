import { atLeast, figure, type Figure } from '../support/figures.ts';
import { inTurns, medianRatio, spread } from '../support/rounds.ts';
import { median } from '../support/statistics.ts';
import { drainBare } from './drain-bare.ts';
import type { DrainedRows } from './drain-engine.ts';
import { drainEngine } from './drain-engine.ts';
import { drainedPerSecond, tasksPerSecond } from './drained.ts';
import type { Bench, Part } from './part.ts';

interface Level {
  readonly inFlight: number;
  readonly tasks: number;
  readonly quickTasks: number;
}

const levels: readonly Level[] = [
  { inFlight: 1, tasks: 1_000, quickTasks: 100 },
  { inFlight: 16, tasks: 5_000, quickTasks: 500 },
  { inFlight: 64, tasks: 5_000, quickTasks: 1_000 },
  { inFlight: 256, tasks: 10_000, quickTasks: 4_000 },
];

/** How many tasks a second one process gets through durably, and how much of what the disk and SQLite allow that is. */
export const drain: Part = {
  name: 'drain',
  measure: async (bench) => {
    const figures: Figure[] = [];
    for (const level of levels) figures.push(...(await atLevel(bench, level)));
    return { figures };
  },
};

async function atLevel(bench: Bench, level: Level): Promise<readonly Figure[]> {
  const { inFlight } = level;
  const request = { tasks: bench.quick ? level.quickTasks : level.tasks, inFlight, synchronous: 'FULL' } as const;
  const { engine, bare } = await inTurns(
    { engine: () => bench.measure(drainEngine, request), bare: () => bench.measure(drainBare, request) },
    { rounds: bench.rounds, budgetMs: 15_000 },
  );
  sameRows(engine[0], bare[0]);
  const ours = engine.map(tasksPerSecond);
  const byHand = bare.map(tasksPerSecond);
  const most = inFlight === 256;
  return [
    figure(`durable drain, ${inFlight} in flight`, median(ours), 'tasks/s', {
      ...(most ? { goal: atLeast(10_000) } : {}),
      detail: `${request.tasks} tasks, submit to settled; ${spread(ours)}; without the submit ${median(engine.map(drainedPerSecond)).toFixed(0)}`,
    }),
    figure(`bare loop, ${inFlight} in flight`, median(byHand), 'tasks/s', {
      detail: `the same rows written by hand; ${spread(byHand)}; without the submit ${median(bare.map(drainedPerSecond)).toFixed(0)}`,
    }),
    figure(`engine/bare loop, ${inFlight} in flight`, medianRatio(ours, byHand), 'ratio', {
      ...(most ? { goal: atLeast(0.4) } : {}),
      detail: `without the submit ${medianRatio(engine.map(drainedPerSecond), bare.map(drainedPerSecond)).toFixed(2)}`,
    }),
    ...(most ? [peak(engine)] : []),
  ];
}

/** Otherwise the loop is no measure for the engine. */
function sameRows(engine: DrainedRows | undefined, bare: DrainedRows | undefined): void {
  if (engine?.rows === bare?.rows) return;
  throw new Error(
    `The bare loop does not write what the engine writes: ${bare?.rows} against ${engine?.rows}. Bring bare-rows.ts up to date.`,
  );
}

function peak(engine: readonly DrainedRows[]): Figure {
  const peaks = engine.map(({ peakMiB }) => peakMiB);
  return figure('durable drain, peak memory', median(peaks), 'MiB', { detail: `of the process with 256 in flight; ${spread(peaks)}` });
}
