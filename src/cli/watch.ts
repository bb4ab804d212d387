import { findRun } from '../operations/find-run.ts';
import type { GlobalOptions, Shell } from './shell.ts';

/** `miyabi watch [run]`: all runs while they go on, or one of them with its worlds, whoever carries them. */
export async function watch(
  shell: Shell,
  wanted: string | undefined,
  options: GlobalOptions & { readonly json?: boolean },
): Promise<number> {
  await using app = await shell.open(options);
  if (wanted === undefined) return await (await import('./watch-runs.ts')).watchRuns(shell, app.tools, options);
  const job = await findRun(app.tools.engine, wanted);
  return await (await import('./watch-one.ts')).watchOne(shell, app.tools, job, options);
}
