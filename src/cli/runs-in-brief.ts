import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import { oneLine } from './one-line.ts';

/** A run in the list of `miyabi status`. */
export interface RunInBrief {
  readonly id: JobId;
  readonly title: string;
  readonly state: string;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly endedAt: number | undefined;
}

/** So many of the newest runs are listed. */
export const mostRuns = 20;

/** The list of `miyabi status`, the newest first: a line for each, or one JSON object. */
export function listOfRuns(runs: readonly RunInBrief[], json: boolean): string {
  if (json) return `${JSON.stringify({ type: 'runs', schemaVersion: 1, runs: runs.map(asData) })}\n`;
  return runs.map((run) => `${lineOf(run)}\n`).join('');
}

/** A run on one line. */
export function lineOf({ id, title, state, createdAt }: RunInBrief): string {
  const when = new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ');
  return `${displayId('run', id)}  ${when}  ${state.padEnd(9)}  ${oneLine(title)}`;
}

function asData({ id, title, state, createdAt, endedAt }: RunInBrief): object {
  return { run: displayId('run', id), title, state, createdAt, endedAt: endedAt ?? null };
}
