import type { JobId } from '../domain/ids.ts';
import type { MicroUsd } from '../domain/money.ts';
import type { RunAttributes } from '../domain/run.ts';
import { taskListItems } from '../domain/task-list.ts';
import type { OperationTools } from '../operations/tools.ts';
import type { RunWriter } from './run-writer.ts';
import type { Shell } from './shell.ts';
import type { RunKeys } from './terminal-writer.ts';

/** What is shown, and how. */
interface Wanted {
  readonly attributes: RunAttributes;
  readonly json: boolean;
  /** Also how far tasks are. */
  readonly verbose: boolean;
  readonly keys: RunKeys;
}

/**
 * A view that redraws in place on a terminal, JSON where it is asked for, one line for each change otherwise.
 *
 * @param ledger what models have cost so far is read from it, for the view.
 */
export async function openRunWriter(
  shell: Shell,
  { ledger }: Pick<OperationTools, 'ledger'>,
  jobId: JobId,
  { attributes, json, verbose, keys }: Wanted,
): Promise<RunWriter> {
  if (json) return (await import('./json-writer.ts')).openJsonWriter(shell, jobId);
  const titles = titlesOf(attributes);
  if (shell.interactive) {
    const spent = async (): Promise<MicroUsd> => (await ledger.money.spent({ jobId })).costMicroUsd;
    return (await import('./terminal-writer.ts')).openTerminalWriter(shell, jobId, { attributes, titles, spent }, keys);
  }
  return (await import('./line-writer.ts')).openLineWriter(shell, jobId, { attributes, titles, verbose });
}

/** Titles of the plan's tasks by their keys, known before the plan is made because both follow the issue's list. */
function titlesOf(attributes: RunAttributes): ReadonlyMap<string, string> {
  const items = taskListItems(attributes.issue.body);
  const titles = new Map(items.map((item, index) => [`task-${index + 1}`, item.title]));
  return items.length < 2 ? new Map([['task-1', attributes.issue.title]]) : titles;
}
