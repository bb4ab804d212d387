import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import { findRun } from '../operations/find-run.ts';
import type { GlobalOptions, Shell } from './shell.ts';

/** `miyabi cancel <run>`: ends a run; a process that carries it stops its agents. */
export async function cancel(shell: Shell, wanted: string, options: GlobalOptions & { readonly reason?: string }): Promise<number> {
  await using app = await shell.open(options);
  const job = await findRun(app.tools.engine, wanted);
  const run = displayId('run', job.id);
  if (job.endedAt !== undefined) {
    throw new Failure('notFoundOrLocked', {
      what: `${run} has ended already (${job.state}).`,
      why: 'There is nothing left to cancel.',
      fix: `\`miyabi show ${run}\` tells what happened.`,
    });
  }
  await app.tools.engine.cancel(job.id, options.reason ?? `cancelled by ${shell.user}`);
  if (job.carriedBy === undefined) await app.tools.collect({ dryRun: false, only: job.id });
  shell.out(`${run} is cancelled.${job.carriedBy === undefined ? '' : ' The process that carries it stops its agents now.'}\n`);
  return 0;
}
