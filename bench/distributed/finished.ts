import { atMost, figure } from '../support/figures.ts';
import { inTurns, medianRatio, spread } from '../support/rounds.ts';
import { median } from '../support/statistics.ts';
import { fillWithFinished } from './fill.ts';
import { inFlight } from './in-flight.ts';
import { openEngine, submitJob } from './open.ts';
import type { Bench, Part } from './part.ts';
import { cpuOf, noneLeft, startPrograms } from './processes.ts';
import { unendedOf } from './sides.ts';

interface Cost {
  /** Of one run, in ms. */
  readonly wallMs: number;
  /** The same as processor time, of the worker and of the server. */
  readonly cpuMs: number;
}

/** As much as a run of some size. */
const tasksOfARun = 40;

/** What a run costs beside those that are over. */
export const finished: Part = {
  name: 'finished',
  measure: async (bench) => {
    const already = bench.quick ? 2_000 : 100_000;
    const runs = bench.quick ? 5 : 15;
    const { empty, full } = await both(bench, { already, runs });
    const wall = (rounds: readonly Cost[]): readonly number[] => rounds.map(({ wallMs }) => wallMs);
    const processor = (rounds: readonly Cost[]): readonly number[] => rounds.map(({ cpuMs }) => cpuMs);
    const name = `a run's cost with ${already} finished tasks against none`;
    const told = (values: (rounds: readonly Cost[]) => readonly number[]): string =>
      `${median(values(full)).toPrecision(3)} against ${median(values(empty)).toPrecision(3)} ms; ${spread(values(full), 'ms')}`;
    return {
      figures: [
        figure(`${name}, processor time`, medianRatio(processor(full), processor(empty)), 'ratio', {
          goal: atMost(1.1),
          detail: told(processor),
        }),
        figure(`${name}, wall time`, medianRatio(wall(full), wall(empty)), 'ratio', {
          goal: atMost(1.1),
          detail: `${tasksOfARun} tasks and one that waits for them, one worker; ${told(wall)}`,
        }),
      ],
    };
  },
};

/** Two databases side by side, and a worker for each. */
function both(bench: Bench, { already, runs }: { readonly already: number; readonly runs: number }) {
  const { server, rounds } = bench;
  return server.withDatabase((empty) =>
    server.withDatabase(async (full) => {
      const place = bench.folder();
      await using ofEmpty = await openRunner(bench, empty, place);
      await using ofFull = await openRunner(bench, full, place);
      await ofEmpty.run(runs / 5);
      await ofFull.run(runs / 5);
      await fillWithFinished(full, already);
      return await inTurns({ empty: () => ofEmpty.run(runs), full: () => ofFull.run(runs) }, { rounds: rounds + 2, budgetMs: 25_000 });
    }),
  );
}

async function openRunner({ server }: Bench, url: string, folder: string) {
  await using opening = new AsyncDisposableStack();
  const submitter = opening.use(await openEngine(url, folder, async () => undefined));
  const programs = opening.use(await startPrograms(1, { side: 'miyabi', url, folder }));
  await Promise.all(programs.map((program) => program.tell({ type: 'work', concurrency: 10 })));
  const open = opening.move();
  return {
    run: async (runs: number): Promise<Cost> => {
      const before = (await cpuOf(programs)) + (server.cpuMs() ?? 0);
      const begun = performance.now();
      await inFlight(runs, 1, async () => {
        await submitJob(submitter.engine, { tasks: tasksOfARun, last: true });
        await noneLeft(url, unendedOf.miyabi);
      });
      const wallMs = (performance.now() - begun) / runs;
      return { wallMs, cpuMs: ((await cpuOf(programs)) + (server.cpuMs() ?? 0) - before) / runs };
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
