import { setFlagsFromString } from 'node:v8';
import { measurement, peakMiB } from '../support/child.ts';
import { atMost, figure } from '../support/figures.ts';
import { inTurns, spread } from '../support/rounds.ts';
import { median, percentile } from '../support/statistics.ts';
import { openEngine, submitJob, success } from './open.ts';
import type { Part } from './part.ts';

const queuedTasks = 10_000;

/**
 * With one place, the time from the return of one handler to the first line of the next: the settle of the one, the look for
 * the other, its claim, and a durable commit of each. What a claim alone takes is less.
 */
export const claimGaps = measurement(import.meta, async ({ claims }: { readonly claims: number }, folder) => {
  const gapsMs: number[] = [];
  const enough = Promise.withResolvers<void>();
  let returned: number | undefined;
  const handler = async () => {
    if (returned !== undefined) gapsMs.push(performance.now() - returned);
    if (gapsMs.length === claims) enough.resolve();
    returned = performance.now();
    return success;
  };
  // As the product's launcher starts it: memory is not kept for what was needed once.
  setFlagsFromString('--semi-space-growth-factor=1');
  await using opened = await openEngine({ folder, synchronous: 'FULL', handler });
  const jobId = await submitJob(opened.engine, queuedTasks);
  await using worker = await opened.engine.work({ jobs: [jobId], concurrency: 1 });
  await Promise.race([enough.promise, worker.settled(jobId)]);
  const peak = peakMiB();
  return { gapsMs: gapsMs.slice(0, claims), peak };
});

/** A long queue must make neither claims slow nor the process large. */
export const queued: Part = {
  name: 'queued',
  measure: async (bench) => {
    const claims = bench.quick ? 150 : 1_000;
    const { taken } = await inTurns({ taken: () => bench.measure(claimGaps, { claims }) }, { rounds: bench.rounds, budgetMs: 30_000 });
    const gaps = taken.flatMap(({ gapsMs }) => gapsMs);
    const peaks = taken.map(({ peak }) => peak);
    return {
      figures: [
        figure(`${queuedTasks} queued: claim p99`, percentile(gaps, 0.99), 'ms', {
          goal: atMost(20),
          detail: `end of a handler to start of the next in one place, durable settle and claim; ${gaps.length} of them, p50 ${percentile(gaps, 0.5).toPrecision(3)} ms`,
        }),
        figure(`${queuedTasks} queued: peak memory`, median(peaks), 'MiB', {
          goal: atMost(200),
          detail: `of the process that submitted them and works on them; ${spread(peaks)}`,
        }),
      ],
    };
  },
};
