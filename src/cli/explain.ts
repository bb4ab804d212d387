import { visibleText } from '../domain/visible-text.ts';
import { explainAsData, explainRun } from '../operations/explain.ts';
import { findRun } from '../operations/find-run.ts';
import { runCard } from '../operations/run-card.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface ExplainOptions extends GlobalOptions {
  readonly json?: boolean;
  readonly markdown?: boolean;
}

/** `miyabi explain <run>`: why the winner won. */
export async function explain(shell: Shell, wanted: string, options: ExplainOptions): Promise<number> {
  await using app = await shell.open(options);
  const job = await findRun(app.tools.engine, wanted);
  if (options.json === true) {
    shell.out(`${JSON.stringify(await explainAsData(app.tools, job))}\n`);
    return 0;
  }
  if (options.markdown === true) {
    shell.out(await runCard(app.tools, job));
    return 0;
  }
  shell.out(`${visibleText(await explainRun(app.tools, job)).text.trimEnd()}\n`);
  return 0;
}
