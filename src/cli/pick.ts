import { displayId } from '../domain/ids.ts';
import { visibleText } from '../domain/visible-text.ts';
import { findRun } from '../operations/find-run.ts';
import { pickInWords, pickWorld } from '../operations/pick.ts';
import { goOn } from './go-on.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface PickOptions extends GlobalOptions {
  readonly task?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

/**
 * `miyabi pick <run> <world>`: takes a world. The run goes on with it where it was asked which; else its change is handed over on a branch of its own.
 * Where no process carries that, this one does.
 */
export async function pick(shell: Shell, named: { readonly run: string; readonly world: string }, options: PickOptions): Promise<number> {
  await using app = await shell.open(options);
  const { tools } = app;
  const job = await findRun(tools.engine, named.run);
  const { task, reason } = options;
  const startedBy = { how: 'terminal', who: shell.user } as const;
  const picked = await pickWorld(tools, job, { world: named.world, task, reason, how: 'terminal', startedBy });
  shell.err(`${visibleText(pickInWords(job.id, picked)).text}\n`);
  if (picked.kind === 'answered') return await goOn(shell, tools, job, options);
  for (const note of picked.notes) shell.err(`${visibleText(note).text}\n`);
  return await goOn(shell, tools, await findRun(tools.engine, displayId('run', picked.jobId)), options);
}
