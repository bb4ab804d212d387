import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { monthKey } from '../../src/domain/money-scope.ts';
import { atMost, figure } from '../support/figures.ts';
import type { Part } from '../support/parts.ts';
import { percentile } from '../support/statistics.ts';
import { storeManyRuns } from '../ui/many-runs.ts';

const launcher = fileURLToPath(new URL('../../bin/miyabi.js', import.meta.url));
const runs = 1_000;
/** Of models, of each run: as a world or two of an agent make them. */
const callsOfRun = 30;
/** Scrapes before those that are measured: the first adds up what was spent since the beginning, and a service of minutes is none of months. */
const warmUps = 20;
/** Between two scrapes of a service at work, in ms. */
const pauseMs = 200;
/** Of what can be executed, and is. */
const atWork = /^miyabi_task_queue_depth\{state="(?:ready|running)"\} [1-9]/m;

/** How long a scrape takes, over HTTP at a real service, once there are a thousand runs and their calls of models: while it works off what is open, and then. */
export const scrape: Part = {
  name: 'scrape',
  measure: async (bench) => {
    const state = await storeManyRuns(bench.folder(), runs);
    storeCalls(join(state, 'miyabi.db'));
    await using service = await startService(state);
    for (let turn = 0; turn < warmUps; turn += 1) await timed(service.url);
    const working: number[] = [];
    for (;;) {
      const { ms, text } = await timed(service.url);
      if (!atWork.test(text)) break;
      working.push(ms);
      await setTimeout(pauseMs);
    }
    const times: number[] = [];
    let bytes = 0;
    const before = service.processorMs();
    while (times.length < (bench.quick ? 20 : 100)) {
      const { ms, text } = await timed(service.url);
      times.push(ms);
      bytes = text.length;
    }
    const each = (service.processorMs() - before) / times.length;
    const detail = `${runs} runs, ${runs * callsOfRun} calls of models, ${(bytes / 1_000).toFixed(0)} KB; ${times.length} scrapes`;
    return {
      figures: [
        figure('scrape median', percentile(times, 0.5), 'ms', { goal: atMost(20), detail }),
        figure('scrape p95', percentile(times, 0.95), 'ms', { detail }),
        figure('scrape processor', each, 'ms CPU', { detail: 'of the service, for each' }),
        figure('scrape at work, median', percentile(working, 0.5), 'ms', {
          detail: `while it takes up what is open; ${working.length} scrapes`,
        }),
      ],
    };
  },
};

async function timed(url: string): Promise<{ readonly ms: number; readonly text: string }> {
  const begun = performance.now();
  const text = await (await fetch(url)).text();
  return { ms: performance.now() - begun, text };
}

/** Calls of three models by the runs that are there, over the last days. */
function storeCalls(path: string): void {
  using database = new DatabaseSync(path);
  const month = monthKey(Date.now());
  database.exec(`
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${callsOfRun - 1})
    INSERT INTO miyabi_call (id, at, job_id, task_id, purpose, provider, model, owner, budget_month, status, most_micro_usd, cost_micro_usd,
      price_known, input_tokens, output_tokens, cached_tokens, cache_write_tokens, duration_ms)
    SELECT weaver_job.id || i, max(weaver_job.created_at, ${Date.now() - 30 * 86_400_000}) + i, weaver_job.id, weaver_job.id, 'agent', 'bench', 'model-' || (i % 3), 'bench',
      '${month}', 'answered', 1000, 700, 1, 900, 100, 300, 0, 2000
    FROM weaver_job, n`);
}

async function startService(state: string) {
  const service = spawn(
    process.execPath,
    [launcher, '--state', state, 'serve', '--listen', 'none', '--monitor', '127.0.0.1:0', '--drain', '0', '--worlds', '1'],
    {
      env: { PATH: process.env['PATH'], HOME: state, XDG_CONFIG_HOME: state, MIYABI_LOG_FORMAT: 'pretty' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const said: string[] = [];
  let url: string | undefined;
  for await (const line of createInterface({ input: service.stderr })) {
    said.push(line);
    url ??= /Answers at (http:\S+):/.exec(line)?.[1];
    if (url !== undefined && line.includes('Takes ')) break;
  }
  service.stderr.resume();
  if (url === undefined) throw new Error(said.join('\n'));
  return {
    url: `${url}/metrics`,
    processorMs: () => usedMs(service.pid!),
    [Symbol.asyncDispose]: async () => {
      const ended = once(service, 'exit');
      service.kill('SIGTERM');
      service.kill('SIGTERM');
      await ended;
    },
  };
}

/** Of a process of this machine, in steps of 10 ms; 0 where there is no /proc. */
function usedMs(pid: number): number {
  const fields = readStat(pid).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 10;
}

function readStat(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
