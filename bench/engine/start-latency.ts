import { setTimeout } from 'node:timers/promises';
import { measurement } from '../support/child.ts';
import { atMost, figure } from '../support/figures.ts';
import { inTurns, spread } from '../support/rounds.ts';
import { median, percentile } from '../support/statistics.ts';
import { FlushedFile } from './fsync.ts';
import type { Synchronous } from './open.ts';
import { openEngine, submitJob, success } from './open.ts';
import type { Part } from './part.ts';

interface Request {
  readonly samples: number;
  readonly synchronous: Synchronous;
}

const warmUp = 400;
/** Between two jobs, so that the engine has nothing left to do when the next one comes. */
const idleMs = 4;

/** One job of one task at a time on an idle engine; where commits are durable, one page is flushed before each for comparison. */
export const startLatencies = measurement(import.meta, async ({ samples, synchronous }: Request, folder) => {
  let started = Promise.withResolvers<number>();
  const handler = async () => {
    started.resolve(performance.now());
    return success;
  };
  await using opened = await openEngine({ folder, synchronous, handler });
  await using worker = await opened.engine.work({ jobs: 'unclaimed', concurrency: 4 });
  using file = new FlushedFile(folder);
  const latencyMs: number[] = [];
  const fsyncMs: number[] = [];
  for (let sample = -warmUp; sample < samples; sample += 1) {
    const flushed = synchronous === 'FULL' ? file.flush() : Number.NaN;
    await setTimeout(idleMs);
    started = Promise.withResolvers();
    const begun = performance.now();
    const submitted = submitJob(opened.engine, 1);
    const latency = (await started.promise) - begun;
    await worker.settled(await submitted);
    if (sample < 0) continue;
    latencyMs.push(latency);
    fsyncMs.push(flushed);
  }
  return { latencyMs, fsyncMs };
});

/** From the call of submit to the first line of the handler. */
export const startLatency: Part = {
  name: 'start',
  measure: async (bench) => {
    const samples = bench.quick ? 70 : 120;
    const { normal, full } = await inTurns(
      {
        normal: () => bench.measure(startLatencies, { samples, synchronous: 'NORMAL' }),
        full: () => bench.measure(startLatencies, { samples, synchronous: 'FULL' }),
      },
      { rounds: bench.rounds, budgetMs: 30_000 },
    );
    const normalMs = normal.flatMap(({ latencyMs }) => latencyMs);
    const fullMs = full.flatMap(({ latencyMs }) => latencyMs);
    const fsyncMs = full.flatMap((round) => round.fsyncMs);
    const ratios = full.map((round) => percentile(round.latencyMs, 0.5) / percentile(round.fsyncMs, 0.5));
    return {
      figures: [
        figure('submit to handler, NORMAL, p50', percentile(normalMs, 0.5), 'ms', {
          goal: atMost(0.3),
          detail: `${normalMs.length} jobs of one task on an idle engine`,
        }),
        figure('submit to handler, NORMAL, p99', percentile(normalMs, 0.99), 'ms', { goal: atMost(5) }),
        figure('submit to handler, FULL, p50', percentile(fullMs, 0.5), 'ms', {
          detail: `${fullMs.length} jobs; p99 ${percentile(fullMs, 0.99).toPrecision(3)} ms; fsync p50 between them ${percentile(fsyncMs, 0.5).toPrecision(3)} ms`,
        }),
        figure('submit to handler, FULL, against one fsync', median(ratios), 'ratio', {
          goal: atMost(2.5),
          detail: `of the p50s; ${spread(ratios)}`,
        }),
      ],
    };
  },
};
