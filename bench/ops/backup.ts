import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { atMost, figure } from '../support/figures.ts';
import type { Part } from '../support/parts.ts';
import { percentile } from '../support/statistics.ts';
import { storeManyRuns } from '../ui/many-runs.ts';

const launcher = fileURLToPath(new URL('../../bin/miyabi.js', import.meta.url));
const megabytes = 50;

/** How long a backup of a database of 50 MB takes that is written to meanwhile, and how long its writer waits for that. */
export const backup: Part = {
  name: 'backup',
  measure: async (bench) => {
    const state = await storeManyRuns(bench.folder(), 200);
    const database = join(state, 'miyabi.db');
    fillUp(database);
    const [times, waits]: [number[], number[]] = [[], []];
    for (let round = 0; round < (bench.quick ? 3 : 20); round += 1) {
      const made = await whileWriting(database, waits, async () => await backUp(state, join(bench.folder(), `backup-${round}`)));
      times.push(made);
    }
    const detail = `${(statSync(database).size / 1e6).toFixed(0)} MB, copied, looked through and hashed; ${times.length} backups by the command line, its start left out`;
    return {
      figures: [
        figure('backup median', percentile(times, 0.5), 'ms', { goal: atMost(1_000), detail }),
        figure('backup slowest', Math.max(...times), 'ms', { detail }),
        figure('write during a backup, p99', percentile(waits, 0.99), 'ms', {
          detail: `of ${waits.length} transactions of another process`,
        }),
      ],
    };
  },
};

/** Makes the database as large as it is to be, by answers of models as they are kept. */
function fillUp(path: string): void {
  using database = new DatabaseSync(path);
  const insert = database.prepare('INSERT INTO miyabi_kept (id, value) VALUES (?, ?)');
  for (let number = 0; statSync(path).size < megabytes * 1e6; number += 100) {
    database.exec('BEGIN');
    for (let one = 0; one < 100; one += 1) insert.run(`filled-${number + one}`, crypto.randomUUID().repeat(200));
    database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  }
}

/** @returns how long it took by its own clock, in ms. */
async function backUp(state: string, to: string): Promise<number> {
  const child = spawn(process.execPath, [launcher, '--state', state, 'backup', to, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const printed = (await Array.fromAsync(child.stdout as AsyncIterable<Buffer>)).join('');
  await ended;
  execFileSync('rm', ['-r', to]);
  return (JSON.parse(printed) as { readonly durationMs: number }).durationMs;
}

/** @param waits how long each transaction took that was written meanwhile, in ms. */
async function whileWriting(path: string, waits: number[], work: () => Promise<number>): Promise<number> {
  using database = new DatabaseSync(path, { timeout: 10_000 });
  const write = database.prepare("UPDATE miyabi_kept SET value = value WHERE id = 'filled-0'");
  const timer = setInterval(() => {
    const since = performance.now();
    write.run();
    waits.push(performance.now() - since);
  }, 5);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
