import { measurement } from '../support/child.ts';
import { atMost, figure } from '../support/figures.ts';
import { inTurns, spread } from '../support/rounds.ts';
import { median } from '../support/statistics.ts';
import { databaseFile, openEngine, submitJob } from './open.ts';
import type { Part } from './part.ts';
import { commitsInLog } from './write-ahead-log.ts';

const tasks = 10_000;

export const submitOnce = measurement(import.meta, async (_: null, folder) => {
  await using opened = await openEngine({ folder, synchronous: 'FULL' });
  const before = commitsInLog(databaseFile(folder));
  const begun = performance.now();
  await submitJob(opened.engine, tasks);
  const ms = performance.now() - begun;
  return { ms, transactions: commitsInLog(databaseFile(folder)) - before };
});

/** One job of many tasks, from a process that has not submitted anything before. */
export const submit: Part = {
  name: 'submit',
  measure: async (bench) => {
    const { once } = await inTurns({ once: () => bench.measure(submitOnce, null) }, { rounds: bench.rounds });
    const seconds = once.map(({ ms }) => ms / 1000);
    return {
      figures: [
        figure(`submit of one job with ${tasks} tasks`, median(seconds), 's', { goal: atMost(1), detail: `durable; ${spread(seconds)}` }),
        figure('transactions of that submit', median(once.map(({ transactions }) => transactions)), 'commits', { goal: atMost(1) }),
      ],
    };
  },
};
