import { atLeast, figure } from '../support/figures.ts';
import { inTurns, spread } from '../support/rounds.ts';
import { median } from '../support/statistics.ts';
import { inFlight } from './in-flight.ts';
import { openEngine, submitJob } from './open.ts';
import type { Bench, Part } from './part.ts';
import { cpuOf, noneLeft, startPrograms } from './processes.ts';
import { unendedOf } from './sides.ts';

const workers = 4;
/** Of a job, as a run has worlds; one more waits for them. */
const tasksOfAJob = 5;

interface Settled {
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly serverCpuMs: number;
}

/**
 * Four processes. Of tasks that all run already and end at the same time: attempt, state, events and what waits for them, which is then claimed,
 * executed and settled too. And of tasks that wait in the queue: fetched, claimed, executed and settled.
 */
export const settle: Part = {
  name: 'settle',
  measure: async (bench) => {
    const jobs = bench.quick ? 40 : 800;
    const { running, queued } = await inTurns(
      { running: () => settleRunning(bench, jobs), queued: () => drainQueued(bench, jobs) },
      { rounds: bench.rounds, budgetMs: 90_000 },
    );
    const [settledRates, drainedRates] = [running.map(({ perSecond }) => perSecond), queued.map(({ perSecond }) => perSecond)];
    return {
      figures: [
        figure(`settle of running tasks, ${workers} worker processes`, median(settledRates), 'tasks/s', {
          goal: atLeast(3_000),
          detail: `${spread(settledRates)}; ${cpu(running)}`,
        }),
        figure(`fetch, claim, execute and settle, ${workers} worker processes`, median(drainedRates), 'tasks/s', {
          detail: `${spread(drainedRates)}; ${cpu(queued)}`,
        }),
      ],
    };
  },
};

function cpu(rounds: readonly Settled[]): string {
  const of = (values: readonly number[]): string => median(values).toPrecision(3);
  return `CPU ${of(rounds.map(({ cpuMs }) => cpuMs))} ms each in the workers, ${of(rounds.map(({ serverCpuMs }) => serverCpuMs))} ms in PostgreSQL`;
}

const stillReady = "SELECT count(*) AS left FROM weaver_task WHERE state = 'ready'";

function settleRunning(bench: Bench, jobs: number): Promise<Settled> {
  return measured(bench, jobs, async ({ url, work, release, begin }) => {
    await work((jobs * tasksOfAJob) / workers);
    await noneLeft(url, stillReady);
    await begin();
    await release();
  });
}

function drainQueued(bench: Bench, jobs: number): Promise<Settled> {
  return measured(bench, jobs, async ({ work, release, begin }) => {
    await release();
    await begin();
    await work(50);
  });
}

interface Stage {
  readonly url: string;
  readonly work: (concurrency: number) => Promise<void>;
  /** Lets the tasks end. */
  readonly release: () => Promise<void>;
  /** Starts the clock. */
  readonly begin: () => Promise<void>;
}

function measured(bench: Bench, jobs: number, perform: (stage: Stage) => Promise<void>): Promise<Settled> {
  return bench.server.withDatabase(async (url) => {
    const place = bench.folder();
    await using submitter = await openEngine(url, place, async () => undefined);
    await inFlight(jobs, 50, () => submitJob(submitter.engine, { tasks: tasksOfAJob, last: true, payload: { waitMs: -1, at: 0 } }));
    await using programs = await startPrograms(workers, { side: 'miyabi', url, folder: place });
    const tellAll = async (what: { readonly type: 'release' } | { readonly type: 'work'; readonly concurrency: number }): Promise<void> => {
      await Promise.all(programs.map((program) => program.tell(what)));
    };
    let begun = { at: 0, cpuMs: 0, serverCpuMs: 0 };
    await perform({
      url,
      work: (concurrency) => tellAll({ type: 'work', concurrency }),
      release: () => tellAll({ type: 'release' }),
      begin: async () => {
        begun = { cpuMs: await cpuOf(programs), serverCpuMs: bench.server.cpuMs() ?? Number.NaN, at: performance.now() };
      },
    });
    await noneLeft(url, unendedOf.miyabi);
    const ms = performance.now() - begun.at;
    const tasks = jobs * (tasksOfAJob + 1);
    const serverCpuMs = ((bench.server.cpuMs() ?? Number.NaN) - begun.serverCpuMs) / tasks;
    return { perSecond: (1000 * tasks) / ms, cpuMs: ((await cpuOf(programs)) - begun.cpuMs) / tasks, serverCpuMs };
  });
}
