import { visibleText } from '../domain/visible-text.ts';
import { diffOfRun } from '../operations/diff.ts';
import { findRun } from '../operations/find-run.ts';
import type { GlobalOptions, Shell } from './shell.ts';

/** What is named on the command line. */
export interface DiffNames {
  readonly run: string;
  readonly world: string | undefined;
  readonly other: string | undefined;
}

/** `miyabi diff <run> [world] [other]`: the change of a world, or where two of them differ, as a unified diff. */
export async function diff(shell: Shell, names: DiffNames, options: GlobalOptions & { readonly task?: string }): Promise<number> {
  await using app = await shell.open(options);
  const job = await findRun(app.tools.engine, names.run);
  const { world, other } = names;
  shell.out(visibleText(await diffOfRun(app.tools, job, { world, other, task: options.task })).text);
  return 0;
}
