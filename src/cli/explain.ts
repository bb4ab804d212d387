import { visibleText } from '../domain/issue.ts';
import { explainRun } from '../operations/explain.ts';
import { findRun } from '../operations/find-run.ts';
import type { GlobalOptions, Shell } from './shell.ts';

/** `miyabi explain <run>`: why the winner won. */
export async function explain(shell: Shell, wanted: string, options: GlobalOptions): Promise<number> {
  await using app = await shell.open(options);
  const job = await findRun(app.tools.engine, wanted);
  shell.out(`${visibleText(await explainRun(app.tools, job)).text.trimEnd()}\n`);
  return 0;
}
