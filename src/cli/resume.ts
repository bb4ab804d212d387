import { displayId } from '../domain/ids.ts';
import { runAttributesSchema } from '../domain/run.ts';
import { findRun } from '../operations/find-run.ts';
import { attach } from './attached.ts';
import type { GlobalOptions, Shell } from './shell.ts';

/** `miyabi resume [run]`: goes on where a run stopped; what had been done is not done again. */
export async function resume(shell: Shell, wanted: string, options: GlobalOptions & { readonly json?: boolean }): Promise<number> {
  await using app = await shell.open(options);
  const job = await findRun(app.tools.engine, wanted);
  if (job.endedAt !== undefined) shell.err(`${displayId('run', job.id)} has ended already (${job.state}).\n`);
  else if (await app.tools.engine.resume(job.id)) shell.err(`${displayId('run', job.id)} was paused, and goes on.\n`);
  return await attach(shell, app.tools, job.id, runAttributesSchema.parse(job.attributes), { ...options, onlyHere: true });
}
