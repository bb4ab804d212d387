import { displayId } from '../domain/ids.ts';
import { endRun } from '../operations/steer-run.ts';
import { findRun } from '../operations/find-run.ts';
import type { GlobalOptions, Shell } from './shell.ts';

/** `miyabi cancel <run>`: ends a run; a process that carries it stops its agents. */
export async function cancel(
  shell: Shell,
  wanted: string,
  options: GlobalOptions & { readonly reason?: string; readonly json?: boolean },
): Promise<number> {
  await using app = await shell.open(options);
  const job = await findRun(app.tools.engine, wanted);
  const run = displayId('run', job.id);
  const reason = `cancelled by ${shell.user}${options.reason === undefined ? '' : `: ${options.reason}`}`;
  await endRun(app.tools, job, reason);
  if (options.json === true) shell.out(`${JSON.stringify({ type: 'run.cancelled', schemaVersion: 1, run, reason, by: shell.user })}\n`);
  else shell.out(`${run} is cancelled.${job.carriedBy === undefined ? '' : ' The process that carries it stops its agents now.'}\n`);
  return 0;
}
