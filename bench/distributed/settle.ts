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
  /** Processor time for one task, in ms: of the workers, and of the server. */
  readonly cpuMs: number;
  readonly serverCpuMs: number;
}

/**
 * Tasks that all run already, in four processes, and end at the same time: attempt, state, events and what waits for them, which is claimed,
 * executed and settled then too.
 */
export const settle: Part = {
  name: 'settle',
  measure: async (bench) => {
    const jobs = bench.quick ? 40 : 800;
    const { running } = await inTurns({ running: () => settleRunning(bench, jobs) }, { rounds: bench.rounds, budgetMs: 60_000 });
    const rates = running.map(({ perSecond }) => perSecond);
    const of = (values: readonly number[]): string => median(values).toPrecision(3);
    const cpu = `CPU ${of(running.map(({ cpuMs }) => cpuMs))} ms each in the workers, ${of(running.map(({ serverCpuMs }) => serverCpuMs))} ms in PostgreSQL`;
    return {
      figures: [
        figure(`settle, ${workers} worker processes`, median(rates), 'tasks/s', {
          goal: atLeast(3_000),
          detail: `${jobs} jobs of ${tasksOfAJob} tasks and one that waits for them; ${spread(rates)}; ${cpu}`,
        }),
      ],
    };
  },
};

const stillReady = "SELECT count(*) AS left FROM weaver_task WHERE state = 'ready'";

function settleRunning(bench: Bench, jobs: number): Promise<Settled> {
  const { server } = bench;
  return server.withDatabase(async (url) => {
    const folder = bench.folder();
    await using submitter = await openEngine(url, folder, async () => undefined);
    const submit = async (count: number, waitMs: number): Promise<void> => {
      const payload = { waitMs, at: 0 };
      await inFlight(count, 50, () => submitJob(submitter.engine, { tasks: tasksOfAJob, last: true, payload }));
    };
    await using programs = await startPrograms(workers, { side: 'miyabi', url, folder });
    const concurrency = (jobs * tasksOfAJob) / workers;
    await Promise.all(programs.map((program) => program.tell({ type: 'work', concurrency })));
    await submit(jobs / 2, 0);
    await noneLeft(url, unendedOf.miyabi);
    await submit(jobs, -1);
    await noneLeft(url, stillReady);
    const before = { cpuMs: await cpuOf(programs), serverCpuMs: server.cpuMs() ?? Number.NaN };
    const begun = performance.now();
    await Promise.all(programs.map((program) => program.tell({ type: 'release' })));
    await noneLeft(url, unendedOf.miyabi);
    const ms = performance.now() - begun;
    const tasks = jobs * (tasksOfAJob + 1);
    const serverCpuMs = ((server.cpuMs() ?? Number.NaN) - before.serverCpuMs) / tasks;
    return { perSecond: (1000 * tasks) / ms, cpuMs: ((await cpuOf(programs)) - before.cpuMs) / tasks, serverCpuMs };
  });
}
