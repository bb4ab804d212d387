import { displayId } from '../domain/ids.ts';
import { findRun } from '../operations/find-run.ts';
import { holdRun } from '../operations/steer-run.ts';
import type { GlobalOptions, Shell } from './shell.ts';
import { commandPrefix } from './shell.ts';

/** `miyabi pause <run>`: starts nothing more of a run, while what runs comes to its end. `miyabi resume` goes on with it. */
export async function pause(
  shell: Shell,
  wanted: string,
  options: GlobalOptions & { readonly reason?: string; readonly json?: boolean },
): Promise<number> {
  await using app = await shell.open(options);
  const job = await findRun(app.tools.engine, wanted);
  const run = displayId('run', job.id);
  const { reason } = options;
  await holdRun(app.tools, job, `paused by ${shell.user}${reason === undefined ? '' : `: ${reason}`}`);
  if (options.json === true) shell.out(`${JSON.stringify({ type: 'run.paused', schemaVersion: 1, run, by: shell.user })}\n`);
  else shell.out(`${run} is paused. \`${commandPrefix(shell, options)} resume ${run}\` goes on with it.\n`);
  return 0;
}
