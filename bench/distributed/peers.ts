import { atLeast, figure } from '../support/figures.ts';
import { inTurns, medianRatio, spread } from '../support/rounds.ts';
import { median } from '../support/statistics.ts';
import type { Bench, Part } from './part.ts';
import { cpuOf, noneLeft, startProgram, startPrograms } from './processes.ts';
import { sideNames, unendedOf } from './sides.ts';
import type { SideName } from './sides.ts';

const workers = 4;
const concurrency = 25;
const flying = 50;

interface Through {
  readonly perSecond: number;
  /** Processor time for one task, in ms: of the process that submits and the workers together, and of the server. */
  readonly cpuMs: number;
  readonly serverCpuMs: number;
}

/** The same tasks through other engines on the same server: submitted by one process while four execute, until the last is settled. */
export const peers: Part = {
  name: 'peers',
  measure: async (bench) => {
    const tasks = bench.quick ? 200 : 3_000;
    const take = (side: SideName) => () => through(bench, side, tasks);
    const rounds = await inTurns(
      { miyabi: take('miyabi'), 'pg-boss': take('pg-boss'), 'graphile-worker': take('graphile-worker') },
      { rounds: bench.rounds, budgetMs: 90_000 },
    );
    const ratesOf = (side: SideName): readonly number[] => rounds[side].map(({ perSecond }) => perSecond);
    const rates = sideNames.map((side) =>
      figure(`submit to settled, ${side}`, median(ratesOf(side)), 'tasks/s', { detail: `${spread(ratesOf(side))}; ${cpu(rounds[side])}` }),
    );
    const ratios = (['pg-boss', 'graphile-worker'] as const).map((peer) =>
      figure(`submit to settled against ${peer}`, medianRatio(ratesOf('miyabi'), ratesOf(peer)), 'ratio', { goal: atLeast(3) }),
    );
    return { figures: [...rates, ...ratios] };
  },
};

function cpu(rounds: readonly Through[]): string {
  const of = (values: readonly number[]): string => median(values).toPrecision(3);
  return `CPU ${of(rounds.map(({ cpuMs }) => cpuMs))} ms each in ${workers + 1} processes, ${of(rounds.map(({ serverCpuMs }) => serverCpuMs))} ms in PostgreSQL`;
}

function through(bench: Bench, side: SideName, tasks: number): Promise<Through> {
  return bench.server.withDatabase(async (url) => {
    const request = { side, url, folder: bench.folder() };
    await using submitter = await startProgram(request);
    await using programs = await startPrograms(workers, request);
    await Promise.all(programs.map((program) => program.tell({ type: 'work', concurrency })));
    const run = async (count: number): Promise<void> => {
      await submitter.tell({ type: 'submit', tasks: count, inFlight: flying });
      await noneLeft(url, unendedOf[side]);
    };
    await run(tasks / 4);
    const all = [submitter, ...programs];
    const before = { cpuMs: await cpuOf(all), server: bench.server.cpuMs() ?? Number.NaN };
    const begun = performance.now();
    await run(tasks);
    const ms = performance.now() - begun;
    const serverCpuMs = ((bench.server.cpuMs() ?? Number.NaN) - before.server) / tasks;
    return { perSecond: (1000 * tasks) / ms, cpuMs: ((await cpuOf(all)) - before.cpuMs) / tasks, serverCpuMs };
  });
}
