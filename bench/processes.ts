/**
 * Processes: three on one file under load for a minute, one of them killed; how long anybody waits for another.
 *
 * Each submits jobs and executes whatever nobody carries; two have handlers that do not let the event loop turn for half a second.
 * Leases are fifteen times as short as by default.
 *
 *     npm run bench -- processes [--json] [--seconds 60] [--folder <on the disk to measure>]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { underLoad } from './processes/under-load.ts';
import type { UnderLoad } from './processes/under-load.ts';
import { atLeast, atMost, figure, report } from './support/figures.ts';
import type { Figure } from './support/figures.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '60' },
    folder: { type: 'string', default: tmpdir() },
  },
});

const folder = mkdtempSync(join(values.folder, 'miyabi-bench-processes-'));
try {
  report('processes', figures(await underLoad(folder, Number(values.seconds) * 1_000)), { json: values.json });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function figures(load: UnderLoad): readonly Figure[] {
  const each = load.survivors.flatMap(({ tasksPerSecond, longestPauseMs, waits }, index) => {
    const name = (what: string): string => `process ${index + 1}: ${what}`;
    return [
      figure(name('tasks'), tasksPerSecond, '/s', { goal: atLeast(1), detail: `longest pause ${Math.round(longestPauseMs)} ms` }),
      figure(name('longest wait for another'), waits.otherMs, 'ms', {
        goal: atMost(50),
        detail: `in one call to SQLite (${waits.otherIn}), ${waits.slowOthers} above 50 ms; somebody else was writing ${waits.busy} times`,
      }),
      figure(name('longest commit'), waits.commitMs, 'ms', {
        goal: atMost(50),
        detail: `its own flush; of ${waits.commits}, ${waits.slowCommits} above 50 ms; longest transaction ${waits.transactionMs.toFixed(1)} ms`,
      }),
      figure(name('longest turn of the event loop'), waits.eventLoopMs, 'ms', {
        detail: `handlers included; longest garbage collection ${waits.garbageCollectionMs.toFixed(1)} ms`,
      }),
    ];
  });
  return [
    ...each,
    figure('killed process: its leases are back', load.backAfterMs, 'ms', { goal: atMost(1_000), detail: `${load.tookWithIt} tasks` }),
    figure('leases lost by the living', load.leasesLost, '', { goal: atMost(0) }),
    figure('tasks not done exactly once', load.notOnce, '', { goal: atMost(0) }),
    figure('errors printed', load.errors.length, 'characters', { goal: atMost(0), detail: load.errors.slice(0, 200) }),
  ];
}
