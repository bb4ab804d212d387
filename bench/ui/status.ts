import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { systemIds } from '../../src/adapters/ids.ts';
import { shortId } from '../../src/domain/ids.ts';
import { atMost, figure } from '../support/figures.ts';
import { median, percentile } from '../support/statistics.ts';
import type { Part } from './part.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const runs = 1_000;

/** What `miyabi status` costs of the package as it is published, against an empty Node process; both in turn, so that load falls on both alike. */
export const status: Part = {
  name: 'status',
  measure: async (bench) => {
    const launcher = builtPackage(bench.folder());
    const state = bench.folder();
    execFileSync(process.execPath, [launcher, '--state', state, 'status']);
    storeRuns(join(state, 'miyabi.db'));
    const times = { empty: [] as number[], list: [] as number[], whole: [] as number[] };
    // Once for the compile cache, whose making is paid by the first call after an installation.
    const list = [launcher, '--state', state, 'status'];
    const whole = [...list, '--no-input'];
    for (const args of [list, whole]) cpuMs(args, state);
    for (let round = 0; round < (bench.quick ? 5 : 30); round += 1) {
      times.empty.push(cpuMs(['-e', ''], state));
      times.list.push(cpuMs(list, state));
      if (round % 5 === 0) times.whole.push(cpuMs(whole, state));
    }
    return {
      figures: [
        figure('status against empty', median(times.list) / median(times.empty), 'ratio', {
          goal: atMost(2),
          detail: `CPU time of the list, of ${runs} runs, over that of an empty Node process`,
        }),
        figure('status', median(times.list), 'ms CPU', { detail: spread(times.list) }),
        figure('status, all loaded', median(times.whole), 'ms CPU', {
          detail: `${spread(times.whole)}: the same list by the whole program, as all other commands`,
        }),
        figure('empty Node', median(times.empty), 'ms CPU', { detail: spread(times.empty) }),
      ],
    };
  },
};

/** As many runs as some weeks leave; what else is known of them the list does not read. */
function storeRuns(path: string): void {
  using database = new DatabaseSync(path);
  const insert =
    database.prepare(`INSERT INTO weaver_job (id, namespace, short_id, title, state, budget, counts, has_ready, unmoved, cost_micro_usd,
    wall_ms, last_seq, sealed, paused, created_at, ended_at) VALUES (?, 'default', ?, ?, 'completed', '{}', '{}', 0, 0, 0, 0, 1, 1, 0, ?, ?)`);
  for (let index = 0; index < runs; index += 1) {
    const id = systemIds.next();
    insert.run(id, shortId(id), `Total is wrong for ${index} items`, Date.now(), Date.now());
  }
}

/** @returns its launcher. */
function builtPackage(folder: string): string {
  mkdirSync(folder, { recursive: true });
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  for (const name of ['bin', 'package.json']) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'bin/miyabi.js');
}

/** CPU time (user and system) in ms that the kernel counted for one Node process with these arguments. @throws when it fails. */
function cpuMs(args: readonly string[], home: string): number {
  const script = 'TIMEFORMAT="%3U %3S"; { time "$@" >/dev/null 2>&3; } 3>/dev/null 2>&1';
  const env = { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: join(root, 'node_modules/.cache') };
  const printed = execFileSync('bash', ['-ec', script, 'bash', process.execPath, ...args], { encoding: 'utf8', env });
  return printed
    .trim()
    .split(/\s+/)
    .reduce((sum, seconds) => sum + Number(seconds) * 1000, 0);
}

function spread(times: readonly number[]): string {
  return `median of ${times.length}, 10 % below ${percentile(times, 0.1).toFixed(0)} ms, 90 % below ${percentile(times, 0.9).toFixed(0)} ms`;
}
