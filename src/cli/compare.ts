import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import { comparedChoices } from '../operations/compared-choices.ts';
import { findRun } from '../operations/find-run.ts';
import { compareLines } from './compare-lines.ts';
import type { GlobalOptions, Shell } from './shell.ts';
import { commandPrefix } from './shell.ts';

export interface CompareOptions extends GlobalOptions {
  /** Id of the plan task. */
  readonly task?: string;
  readonly json?: boolean;
}

/** `miyabi compare [run]`: the worlds of each task side by side, by what they were judged, and test by test. @throws Failure (notFoundOrLocked) */
export async function compare(shell: Shell, wanted: string, options: CompareOptions): Promise<number> {
  await using app = await shell.open(options);
  const job = await findRun(app.tools.engine, wanted);
  const run = displayId('run', job.id);
  const compared = await comparedChoices(app.tools, job);
  const tasks = compared.tasks.filter(({ id }) => options.task === undefined || id === options.task);
  if (tasks.length === 0)
    throw noSuchTask(
      run,
      options.task,
      compared.tasks.map(({ id }) => id),
    );
  if (options.json === true)
    shell.out(`${JSON.stringify({ type: 'run.compared', schemaVersion: 1, run, tasks, thresholds: compared.thresholds })}\n`);
  else {
    for (const task of tasks) for (const line of compareLines(task, { colours: shell.colours })) shell.out(`${line}\n`);
    const program = commandPrefix(shell, options);
    shell.out(`\`${program} diff ${run} <world> [other]\` shows a change, \`${program} explain ${run}\` why it came so.\n`);
  }
  return 0;
}

function noSuchTask(run: string, task: string | undefined, known: readonly string[]): Failure {
  return new Failure('notFoundOrLocked', {
    what: `${run} has no worlds to compare${task === undefined ? '' : ` in ${JSON.stringify(task)}`}.`,
    why: known.length === 0 ? 'It only deployed.' : `Its tasks with worlds are ${known.join(', ')}.`,
    fix: `\`miyabi show ${run}\` tells what happened.`,
  });
}
