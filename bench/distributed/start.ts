import { setTimeout } from 'node:timers/promises';
import { atMost, figure } from '../support/figures.ts';
import { inTurns } from '../support/rounds.ts';
import { percentile } from '../support/statistics.ts';
import type { Bench, Part } from './part.ts';
import { noneLeft, startProgram } from './processes.ts';
import { sideNames, unendedOf } from './sides.ts';
import type { SideName } from './sides.ts';

/** Between two submits, so that nobody has anything left to do, in ms. */
const pauseMs = 30;
/** For what an engine does after its start, in ms. */
const restMs = 1_000;

/** From the call of submit in one process to the first line of the handler in another, which is idle. */
export const start: Part = {
  name: 'start',
  measure: async (bench) => {
    const samples = bench.quick ? 20 : 100;
    const take = (side: SideName) => () => latencies(bench, side, samples);
    const rounds = await inTurns(
      { miyabi: take('miyabi'), 'pg-boss': take('pg-boss'), 'graphile-worker': take('graphile-worker') },
      { rounds: bench.rounds, budgetMs: 60_000 },
    );
    return {
      figures: sideNames.flatMap((side) => {
        const all = rounds[side].flat();
        const ours = side === 'miyabi';
        const name = `submit to start in another process, ${side}`;
        return [
          figure(`${name}, p50`, percentile(all, 0.5), 'ms', {
            ...(ours ? { goal: atMost(8) } : {}),
            detail: `${all.length} tasks, one at a time`,
          }),
          figure(`${name}, p99`, percentile(all, 0.99), 'ms', ours ? { goal: atMost(40) } : {}),
        ];
      }),
    };
  },
};

function latencies(bench: Bench, side: SideName, samples: number): Promise<readonly number[]> {
  return bench.server.withDatabase(async (url) => {
    const request = { side, url, folder: bench.folder() };
    await using submitter = await startProgram(request);
    await using worker = await startProgram(request);
    await worker.tell({ type: 'work', concurrency: 4 });
    await setTimeout(restMs);
    const run = async (tasks: number): Promise<readonly number[]> => {
      await submitter.tell({ type: 'submit', tasks, inFlight: 1, pauseMs });
      await noneLeft(url, unendedOf[side]);
      return (await worker.tell({ type: 'cpu' })).latencyMs;
    };
    await run(samples / 5);
    return await run(samples);
  });
}
