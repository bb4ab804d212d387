import { setTimeout } from 'node:timers/promises';
import { measurement } from '../support/child.ts';
import { atMost, figure } from '../support/figures.ts';
import { inTurns, medianRatio, spread } from '../support/rounds.ts';
import { median } from '../support/statistics.ts';
import { openEngine, submitJob, success } from './open.ts';
import type { Part } from './part.ts';

interface Request {
  readonly jobs: number;
  /** Of each job. */
  readonly tasks: number;
  readonly inFlight: number;
}

const waitMs = 200;

/** From the first submit to the end of the last job, in ms. */
export const waitingTasks = measurement(import.meta, async ({ jobs, tasks, inFlight }: Request, folder): Promise<number> => {
  const handler = async ({ payload }: { readonly payload: unknown }) => {
    await setTimeout(Number(payload));
    return success;
  };
  await using opened = await openEngine({ folder, synchronous: 'FULL', handler });
  await using worker = await opened.engine.work({ jobs: 'unclaimed', concurrency: inFlight });
  const run = async (ms: number) => worker.settled(await submitJob(opened.engine, tasks, ms));
  await run(0);
  const begun = performance.now();
  await Promise.all(Array.from({ length: jobs }, () => run(waitMs)));
  return performance.now() - begun;
});

/** Tasks that wait for something else must not wait for each other. */
export const waiting: Part = {
  name: 'waiting',
  measure: async (bench) => {
    const take = (request: Request) => () => bench.measure(waitingTasks, request);
    const ms = await inTurns(
      {
        oneByOne: take({ jobs: 1, tasks: 2, inFlight: 1 }),
        together: take({ jobs: 1, tasks: 2, inFlight: 6 }),
        threeJobs: take({ jobs: 3, tasks: 2, inFlight: 6 }),
      },
      { rounds: bench.rounds },
    );
    return {
      figures: [
        figure('two waiting tasks together against one by one', medianRatio(ms.together, ms.oneByOne), 'ratio', {
          goal: atMost(0.55),
          detail: `${waitMs} ms each: ${median(ms.together).toFixed(0)} against ${median(ms.oneByOne).toFixed(0)} ms; ${spread(ms.together, 'ms')}`,
        }),
        figure('three jobs of waiting tasks against one', medianRatio(ms.threeJobs, ms.together), 'ratio', {
          goal: atMost(1.15),
          detail: `two tasks of ${waitMs} ms each: ${median(ms.threeJobs).toFixed(0)} against ${median(ms.together).toFixed(0)} ms; ${spread(ms.threeJobs, 'ms')}`,
        }),
      ],
    };
  },
};
