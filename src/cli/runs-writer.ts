import { displayId } from '../domain/ids.ts';
import { toUsd } from '../domain/money.ts';
import type { JobView } from '../weaver/engine.ts';
import { oneLine } from './one-line.ts';
import { stateWord } from './render-runs.ts';
import type { Shell } from './shell.ts';

/** Shows all runs while they go on. */
export interface RunsWriter {
  /** @param runs as they stand now, the newest first. */
  show(runs: readonly JobView[]): void;
  /** Leaves the final state behind. */
  close(): void;
}

/** A line for each change of a state, and at first for each run that has not ended. */
export function runsAsLines(shell: Shell): RunsWriter {
  return telling(({ id, title, state, bottleneck, endedAt }) => {
    const why = endedAt === undefined && state !== 'running' && bottleneck !== '' ? ` (${oneLine(bottleneck)})` : '';
    shell.out(`${displayId('run', id)}  ${stateWord(state).padEnd(9)}  ${oneLine(title)}${why}\n`);
  });
}

/** The same as one JSON object a line. */
export function runsAsJson(shell: Shell): RunsWriter {
  return telling(({ id, title, state, bottleneck, createdAt, endedAt, costMicroUsd }) => {
    const waitsFor = endedAt === undefined ? bottleneck : '';
    const told = { run: displayId('run', id), title, state, waitsFor, costUsd: toUsd(costMicroUsd), createdAt, endedAt: endedAt ?? null };
    shell.out(`${JSON.stringify({ type: 'run.state', schemaVersion: 1, ...told })}\n`);
  });
}

function telling(tell: (run: JobView) => void): RunsWriter {
  let known: ReadonlyMap<string, string> | undefined;
  return {
    show: (runs) => {
      // In the order in which they were begun, as a log is read.
      for (const run of runs.toReversed()) {
        const before = known?.get(run.id);
        if (known === undefined ? run.endedAt === undefined : before !== run.state) tell(run);
      }
      known = new Map(runs.map(({ id, state }) => [id, state]));
    },
    close: () => undefined,
  };
}
