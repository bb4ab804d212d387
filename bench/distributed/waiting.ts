import { atLeast, figure } from '../support/figures.ts';
import { inTurns, medianRatio, spread } from '../support/rounds.ts';
import { median } from '../support/statistics.ts';
import { openEngine, submitJob } from './open.ts';
import type { Bench, Part } from './part.ts';
import { noneLeft, startPrograms } from './processes.ts';
import { unendedOf } from './sides.ts';

const waitMs = 500;
const concurrency = 10;
/** As four workers of a run have them: a few jobs of many tasks. */
const tasksOfAJob = 40;

/** Tasks that wait for something else: twice the workers, half the time. */
export const waiting: Part = {
  name: 'waiting',
  measure: async (bench) => {
    const tasks = bench.quick ? 80 : 480;
    const { one, four } = await inTurns(
      { one: () => tasksPerSecond(bench, { workers: 1, tasks }), four: () => tasksPerSecond(bench, { workers: 4, tasks }) },
      { rounds: bench.rounds, budgetMs: 90_000 },
    );
    return {
      figures: [
        figure('tasks that wait, from 1 to 4 worker processes', medianRatio(four, one), 'ratio', {
          goal: atLeast(3.8),
          detail: `${tasks} tasks of ${waitMs} ms, ${concurrency} at a time in each: ${median(one).toPrecision(3)} and ${median(four).toPrecision(3)} tasks/s; ${spread(four)}`,
        }),
      ],
    };
  },
};

function tasksPerSecond(bench: Bench, { workers, tasks }: { readonly workers: number; readonly tasks: number }): Promise<number> {
  return bench.server.withDatabase(async (url) => {
    const place = bench.folder();
    await using submitter = await openEngine(url, place, async () => undefined);
    await using programs = await startPrograms(workers, { side: 'miyabi', url, folder: place });
    const run = async (jobs: number, payload: { readonly waitMs: number; readonly at: number }): Promise<void> => {
      await Promise.all(Array.from({ length: jobs }, () => submitJob(submitter.engine, { tasks: tasksOfAJob, payload })));
      await noneLeft(url, unendedOf.miyabi);
    };
    await Promise.all(programs.map((program) => program.tell({ type: 'work', concurrency })));
    await run(1, { waitMs: 0, at: 0 });
    const begun = performance.now();
    await run(tasks / tasksOfAJob, { waitMs, at: 0 });
    return (1000 * tasks) / (performance.now() - begun);
  });
}
