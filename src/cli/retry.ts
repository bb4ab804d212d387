import { displayId } from '../domain/ids.ts';
import { findRun } from '../operations/find-run.ts';
import { tryRunAgain } from '../operations/steer-run.ts';
import { goOn } from './go-on.ts';
import type { GlobalOptions, Shell } from './shell.ts';

/** `miyabi retry <run>`: tries again what has failed, or waits for its next attempt, and goes on with the run where no process carries it. */
export async function retry(shell: Shell, wanted: string, options: GlobalOptions & { readonly json?: boolean }): Promise<number> {
  await using app = await shell.open(options);
  const job = await findRun(app.tools.engine, wanted);
  const run = displayId('run', job.id);
  const tasks = await tryRunAgain(app.tools, job, shell.user);
  shell.err(`Tries ${tasks === 1 ? 'one task' : `${tasks} tasks`} of ${run} again.\n`);
  return await goOn(shell, app.tools, await findRun(app.tools.engine, run), options);
}
