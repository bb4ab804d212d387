import { atMost, figure } from '../support/figures.ts';
import type { Figure } from '../support/figures.ts';
import type { Bench, Part } from '../support/parts.ts';
import { percentile } from '../support/statistics.ts';
import { repositoriesOfBench, storeManyRuns } from './many-runs.ts';
import { startApi } from './start-api.ts';

const runs = { whole: 10_000, quick: 1_000 };
const requests = 200;
/** Requests before those that are measured. */
const warmUps = 10;

/** What the list of the dashboard asks for, each by what it shows. */
const questions = {
  'runs-list': () => '/runs?limit=50',
  'runs-list next page': (cursor: string) => `/runs?limit=50&cursor=${cursor}`,
  'runs-list open': () => '/runs?limit=50&state=running,waiting,paused',
  'runs-list failed': () => '/runs?limit=50&state=failed',
  'runs-list q rare': () => '/runs?limit=50&q=island%203',
  'runs-list q none': () => '/runs?limit=50&q=nothing%20is%20called%20so',
  'runs-list q and state': () => '/runs?limit=50&q=shop&state=failed',
  'runs-list repository': () => `/runs?limit=50&repository=${encodeURIComponent(repositoriesOfBench[1])}`,
  'runs-list hundred': () => '/runs?limit=100',
} as const;

/** How long the list of runs takes over HTTP, from a process of its own, with as many runs as a year may leave. */
export const runsList: Part = {
  name: 'runs-list',
  measure: async (bench) => {
    const count = bench.quick ? runs.quick : runs.whole;
    const state = await storeManyRuns(bench.folder(), count);
    await using service = await startApi(state);
    const first = await service.ask('/runs?limit=50');
    const figures: Figure[] = [];
    for (const [name, path] of Object.entries(questions)) {
      const before = await service.processorMs();
      const times = await timed(bench, async () => await service.ask(path(first.next ?? '')));
      // That holds on a busy machine, too.
      const each = ((await service.processorMs()) - before) / (times.length + warmUps);
      const detail = `${count} runs, median ${percentile(times, 0.5).toFixed(1)} ms of ${times.length}; the service takes ${each.toFixed(1)} ms of processor time for each`;
      figures.push(figure(`${name} p95`, percentile(times, 0.95), 'ms', { goal: atMost(100), detail }));
    }
    return { figures };
  },
};

async function timed({ quick }: Bench, ask: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let turn = -warmUps; turn < (quick ? 30 : requests); turn += 1) {
    const begun = performance.now();
    await ask();
    if (turn >= 0) times.push(performance.now() - begun);
  }
  return times;
}
