import pg from 'pg';
import { atLeast, figure } from '../support/figures.ts';
import { inTurns, medianRatio, spread } from '../support/rounds.ts';
import { median } from '../support/statistics.ts';
import { inFlight } from './in-flight.ts';
import { measurement } from '../support/child.ts';
import type { Bench, Part } from './part.ts';
import { startProgram } from './processes.ts';

const flying = 50;

interface Submitted {
  readonly perSecond: number;
  /** Processor time for one task, in ms: of the process that submits, and of the server. */
  readonly cpuMs: number;
  readonly serverCpuMs: number;
}

/** The least that could be durable: one row in a transaction of its own, over as many connections as are in flight. */
export const insertBare = measurement(import.meta, async ({ url, rows }: { readonly url: string; readonly rows: number }) => {
  const pool = new pg.Pool({ connectionString: url, max: flying });
  await pool.query('CREATE TABLE bare (id text PRIMARY KEY, at bigint, body text)');
  const insert = async (): Promise<void> => {
    await pool.query({ name: 'insert', text: 'INSERT INTO bare VALUES ($1, $2, $3)', values: [crypto.randomUUID(), Date.now(), '{}'] });
  };
  await inFlight(rows / 10, flying, insert);
  const used = process.cpuUsage();
  const begun = performance.now();
  await inFlight(rows, flying, insert);
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(used);
  await pool.end();
  return { ms, cpuMs: (user + system) / 1000 };
});

/** One process that submits jobs of one task each, 50 at a time: job, task, events and dispatch are committed when a submit resolves. */
export const submit: Part = {
  name: 'submit',
  measure: async (bench) => {
    const tasks = bench.quick ? 500 : 10_000;
    const { ours, bare } = await inTurns({ ours: () => submitOurs(bench, tasks), bare: () => insertRaw(bench, tasks / 2) }, bench);
    const rates = ours.map(({ perSecond }) => perSecond);
    const bareRates = bare.map(({ perSecond }) => perSecond);
    return {
      figures: [
        figure(`submit, ${flying} in flight`, median(rates), 'tasks/s', { goal: atLeast(6_000), detail: `${spread(rates)}; ${cpu(ours)}` }),
        figure('bare inserts of one row each, as many in flight', median(bareRates), 'rows/s', {
          detail: `${spread(bareRates)}; ${cpu(bare)}`,
        }),
        figure('submit against bare inserts', medianRatio(rates, bareRates), 'ratio', { goal: atLeast(1) }),
      ],
    };
  },
};

function cpu(rounds: readonly Submitted[]): string {
  const of = (values: readonly number[]): string => median(values).toPrecision(3);
  return `CPU ${of(rounds.map(({ cpuMs }) => cpuMs))} ms each here, ${of(rounds.map(({ serverCpuMs }) => serverCpuMs))} ms in PostgreSQL`;
}

function submitOurs(bench: Bench, tasks: number): Promise<Submitted> {
  return bench.server.withDatabase(async (url) => {
    await using program = await startProgram({ side: 'miyabi', url, folder: bench.folder() });
    const before = await program.tell({ type: 'submit', tasks: tasks / 10, inFlight: flying });
    const serverBefore = bench.server.cpuMs() ?? Number.NaN;
    const { ms, cpuMs } = await program.tell({ type: 'submit', tasks, inFlight: flying });
    const serverCpuMs = ((bench.server.cpuMs() ?? Number.NaN) - serverBefore) / tasks;
    return { perSecond: (1000 * tasks) / ms, cpuMs: (cpuMs - before.cpuMs) / tasks, serverCpuMs };
  });
}

function insertRaw(bench: Bench, rows: number): Promise<Submitted> {
  return bench.server.withDatabase(async (url) => {
    const serverBefore = bench.server.cpuMs() ?? Number.NaN;
    const { ms, cpuMs } = await bench.measure(insertBare, { url, rows });
    // With its connections, and a tenth of the rows before the clock starts.
    const serverCpuMs = ((bench.server.cpuMs() ?? Number.NaN) - serverBefore) / (rows * 1.1);
    return { perSecond: (1000 * rows) / ms, cpuMs: cpuMs / rows, serverCpuMs };
  });
}
