import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { displayId } from '../domain/ids.ts';
import type { JobState } from '../domain/job.ts';
import { toUsd } from '../domain/money.ts';
import type { JobView } from '../weaver/engine.ts';
import { oneLine } from './one-line.ts';
import type { Colours } from './shell.ts';
import { spinner } from './spinner.ts';

/** Everything the picture of all runs depends on; the same input gives the same picture. */
export interface RunsFrame {
  /** In the order in which they are shown. */
  readonly runs: readonly JobView[];
  /** Epoch ms. */
  readonly now: number;
  readonly frame: number;
  readonly columns: number;
  /** Lines that there are; a terminal that is lower shows the first runs. */
  readonly rows: number;
  readonly colours: Colours;
}

/** Lines of the picture besides those of runs. */
const otherLines = 4;

/** All runs as lines for a terminal, the newest first: every state is an icon and a word, and no run changes its place because of it. */
export function renderRuns(frame: RunsFrame): string {
  const { runs, rows, columns, colours } = frame;
  const shown = runs.slice(0, Math.max(1, rows - otherLines));
  const lines = ['', ...shown.map((run) => renderOne(run, frame)), '', colours.dim(summaryOf(runs, shown.length))];
  return `${lines.map((line) => (stringWidth(line) <= columns ? line : cliTruncate(line, columns))).join('\n')}\n`;
}

function renderOne(run: JobView, { now, frame, colours }: RunsFrame): string {
  const { icon, word } = standing(run, frame, colours);
  const time = lasting((run.endedAt ?? now) - run.createdAt).padStart(7);
  const cost = run.costMicroUsd === 0 ? '    ' : toUsd(run.costMicroUsd).toFixed(2);
  const why = run.endedAt === undefined ? oneLine(run.bottleneck) : (run.cancelReason ?? '');
  const detail = why === '' ? '' : colours.dim(`  ${oneLine(why)}`);
  return `${icon} ${displayId('run', run.id)}  ${word.padEnd(9)} ${colours.dim(time)} ${cost.padStart(6)}  ${oneLine(run.title)}${detail}`;
}

function standing({ state }: JobView, frame: number, colours: Colours): { readonly icon: string; readonly word: string } {
  return { icon: iconOf(state, frame, colours), word: stateWord(state) };
}

/** A state of a run as people read it. */
export function stateWord(state: JobState): string {
  switch (state) {
    case 'waiting':
      return 'waits';
    case 'completed':
      return 'done';
    case 'running':
    case 'paused':
    case 'failed':
    case 'cancelled':
    case 'stuck':
      return state;
  }
}

function iconOf(state: JobState, frame: number, { cyan, yellow, green, red }: Colours): string {
  switch (state) {
    case 'running':
      return cyan(spinner[frame % spinner.length]!);
    case 'waiting':
      return yellow('?');
    case 'paused':
      return yellow('‖');
    case 'completed':
      return green('✔');
    case 'failed':
    case 'stuck':
      return red('✖');
    case 'cancelled':
      return yellow('■');
  }
}

/** `12s`, `3m04s`, `2h05m`, `3d04h`: as long as it takes to read. @param ms milliseconds. */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h${two(Math.floor((seconds % 3_600) / 60))}m`;
  return `${Math.floor(seconds / 86_400)}d${two(Math.floor((seconds % 86_400) / 3_600))}h`;
}

function summaryOf(runs: readonly JobView[], shown: number): string {
  const counts = Object.entries(Object.groupBy(runs, ({ state }) => stateWord(state))).map(
    ([word, some]) => `${some?.length ?? 0} ${word}`,
  );
  const more = runs.length > shown ? ` · ${runs.length - shown} older ones are not shown` : '';
  return runs.length === 0 ? 'No runs yet: `miyabi run "<issue>"` starts one.' : `${counts.join(', ')}${more}`;
}
