/**
 * Statistics over many runs: summing them up once, the report by itself, over HTTP, and as `miyabi stats`.
 *
 * One real run of an example in five worlds is recorded and stored so many times by the engine and the ledger as they are; then it is asked how they
 * have fared.
 *
 *     npm run bench -- statistics [--runs 1000] [--json] [--folder <on the disk to measure>]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { statisticsGroupings } from '../src/domain/statistics/groupings.ts';
import { keepFacts } from '../src/operations/statistics/keep-facts.ts';
import { reportStatistics } from '../src/operations/statistics/report-statistics.ts';
import { openStored, storeRuns } from './records/stored.ts';
import { recordRun } from './records/template.ts';
import type { RunTemplate } from './records/template.ts';
import type { Figure } from './support/figures.ts';
import { atMost, figure, report } from './support/figures.ts';
import { median, percentile } from './support/statistics.ts';
import { startApi } from './ui/start-api.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
    folder: { type: 'string', default: tmpdir() },
  },
});
const wave = 25;
const turns = 50;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(values.folder, 'miyabi-statistics-'));
  try {
    const template = await recordRun(folder);
    const figures = [...(await inProcess(folder, template)), ...(await overHttp(folder)), atTerminal(folder)];
    report('statistics', figures, { json: values.json });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inProcess(folder: string, template: RunTemplate): Promise<readonly Figure[]> {
  await using stored = await openStored({ folder, template, synchronous: 'NORMAL' });
  const roots = ['/home/ada/shop', '/home/ada/billing'];
  const repositories = await Promise.all(roots.map(async (root) => (await stored.ledger.repository(root)).id));
  const count = Number(values.runs);
  for (let done = 0; done < count; done += wave) {
    await storeRuns(stored, template, { count: Math.min(wave, count - done), repositories, concurrency: wave });
  }
  const begun = performance.now();
  await keepFacts(stored, count);
  const summed = performance.now() - begun;
  const times = await timed(
    async (turn) => await reportStatistics(stored, { by: statisticsGroupings[turn % statisticsGroupings.length]! }, 1),
  );
  return [
    figure('summing up', summed / count, 'ms', { detail: `each of ${count} runs of five worlds, once` }),
    figure('report', median(times), 'ms', { goal: atMost(300), detail: `${tail(times)}; over ${count} runs` }),
  ];
}

async function overHttp(folder: string): Promise<readonly Figure[]> {
  await using service = await startApi(folder);
  const times = await timed(async (turn) => await service.ask(`/statistics?by=${statisticsGroupings[turn % statisticsGroupings.length]}`));
  const proposed = await timed(async () => await service.ask('/statistics/thresholds'));
  return [
    figure('api', median(times), 'ms', { goal: atMost(300), detail: tail(times) }),
    figure('api thresholds', median(proposed), 'ms', { goal: atMost(300), detail: tail(proposed) }),
  ];
}

/** The whole command, from its start to its end. */
function atTerminal(folder: string): Figure {
  const launcher = fileURLToPath(new URL('../bin/miyabi.js', import.meta.url));
  const times = Array.from({ length: 5 }, () => {
    const begun = performance.now();
    execFileSync(process.execPath, [launcher, '--state', folder, 'stats'], { stdio: ['ignore', 'ignore', 'inherit'] });
    return performance.now() - begun;
  });
  return figure('command', median(times), 'ms', { goal: atMost(1_000), detail: tail(times) });
}

/** How long each call took, in ms; the first ones warm up. */
async function timed(call: (turn: number) => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let turn = -5; turn < turns; turn += 1) {
    const begun = performance.now();
    await call(Math.abs(turn));
    if (turn >= 0) times.push(performance.now() - begun);
  }
  return times;
}

function tail(times: readonly number[]): string {
  return `median of ${times.length}, 90 % below ${percentile(times, 0.9).toPrecision(3)} ms`;
}

await main();
