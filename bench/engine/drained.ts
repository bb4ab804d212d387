import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** What it took to get tasks that do nothing through an engine, or through something that is compared with one. */
export interface Drained {
  readonly submitted: number;
  readonly submitMs: number;
  /** Those that were claimed, executed and settled; fewer than submitted where the time was over first. */
  readonly drained: number;
  readonly drainMs: number;
  readonly peakMiB: number;
}

/** Tasks per second from submit to settled. */
export function tasksPerSecond({ submitted, submitMs, drained, drainMs }: Drained): number {
  return 1000 / (submitMs / submitted + drainMs / drained);
}

/** Tasks per second without what the submit took. */
export function drainedPerSecond({ drained, drainMs }: Drained): number {
  return (1000 * drained) / drainMs;
}

/** Rows by table of the engine, in words; equal work leaves equal rows. */
export function rowsOf(file: string): string {
  if (!existsSync(file)) throw new Error(`There is no database ${file}.`);
  using database = new DatabaseSync(file, { readOnly: true });
  const tables = ['weaver_task', 'weaver_attempt', 'weaver_decision', 'weaver_event'];
  return tables.map((table) => `${Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows'])} ${table}`).join(', ');
}
