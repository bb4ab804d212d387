import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sqliteLocks } from './adapters/lock/sqlite-locks.ts';
import { newestJobs } from './adapters/store/sqlite/newest-jobs.ts';
import { configFiles, configFolder, stateRoot } from './app-state-root.ts';
import { mostRuns, printRuns } from './cli/runs-in-brief.ts';
import type { Shell } from './cli/shell.ts';
import { groupsBesideRuns } from './domain/job-groups.ts';
import { stateFolder } from './domain/state-folder.ts';
import { processLock } from './weaver/process-lock.ts';

/**
 * `miyabi status` without options of its own but `--json`, for prompts and status bars that call it again and again: one statement, and nothing
 * of the rest of the program. A part of `app.ts`.
 *
 * @returns false, and has written nothing, where more has to be known: another command, records of many machines, a schema that is not this
 * version's, a process that died while it carried a run.
 */
export async function statusQuickly(shell: Pick<Shell, 'out' | 'program' | 'environment'>, args: readonly string[]): Promise<boolean> {
  const wanted = plainStatus(args);
  if (wanted === undefined || mayShareRecords(shell.environment)) return false;
  const state = stateFolder(stateRoot(shell.environment, wanted.state));
  const runs = newestJobs(state.database, { exceptGroups: groupsBesideRuns, limit: mostRuns });
  if (runs === undefined) return false;
  const locks = sqliteLocks(state.locks);
  for (const carrier of new Set(
    runs.flatMap(({ carriedBy, endedAt }) => (carriedBy === undefined || endedAt !== undefined ? [] : [carriedBy])),
  )) {
    const held = await locks.tryAcquire(processLock(carrier));
    await held?.release();
    if (held !== undefined) return false;
  }
  printRuns(shell, runs, wanted.json);
  return true;
}

/** @returns undefined for any other command line. */
function plainStatus(args: readonly string[]): { readonly state: string | undefined; readonly json: boolean } | undefined {
  let state: string | undefined;
  const rest: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    if (args[index] === '--state') state = args[(index += 1)] ?? '';
    else rest.push(args[index] ?? '');
  }
  if (state === '') return undefined;
  const json = rest.includes('--json');
  return rest.filter((word) => word !== '--json').join(' ') === 'status' ? { state, json } : undefined;
}

/** Whether anything names a database of many machines; what a file of the user's says is left to whoever reads it as a whole. */
function mayShareRecords(environment: Shell['environment']): boolean {
  if (environment['MIYABI_DATABASE_URL']) return true;
  return configFiles.some((name) => textOf(join(configFolder(environment), name))?.includes('database') === true);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
