import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { newestJobs } from './adapters/store/sqlite/newest-jobs.ts';
import { configFiles, configFolder, homeOf, stateRoot } from './app-state-root.ts';
import { listOfRuns, mostRuns } from './cli/runs-in-brief.ts';
import { Failure } from './domain/failure.ts';
import { displayId } from './domain/ids.ts';
import { groupsBesideRuns } from './domain/job-groups.ts';
import { stateFolder } from './domain/state-folder.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `miyabi status` without options of its own but `--json`, for prompts and status bars that call it again and again: one statement, and nothing
 * of the rest of the program. A part of `app.ts`.
 *
 * @returns false, and has written nothing, where more has to be known: another command, records of many machines, a schema that is not this
 * version's, a process that died while it carried a run, nothing that could be listed.
 */
export async function statusQuickly(environment: Environment, args: readonly string[]): Promise<boolean> {
  const wanted = plainStatus(args);
  if (wanted === undefined || !isHomeKnown(environment) || mayShareRecords(environment)) return false;
  const state = stateFolder(stateRoot(environment, wanted.state));
  const runs = newestJobs(state.database, { exceptGroups: groupsBesideRuns, limit: mostRuns });
  if (runs === undefined || runs.length === 0) return false;
  const carriers = runs.flatMap(({ carriedBy, endedAt }) => (carriedBy === undefined || endedAt !== undefined ? [] : [carriedBy]));
  if (carriers.length > 0 && !(await (await import('./app-living.ts')).allLive(state.locks, carriers))) return false;
  return isWritten(listOfRuns(runs, wanted.json));
}

/** The newest runs by the ids that people type; none where the records are shared by many machines, or cannot be read with one statement. */
export function newestRuns(
  environment: Environment,
  { state, database }: { readonly state?: string; readonly database?: string },
): readonly { readonly id: string; readonly title: string }[] {
  if (database !== undefined || !isHomeKnown(environment) || mayShareRecords(environment)) return [];
  const { database: path } = stateFolder(stateRoot(environment, state));
  const jobs = newestJobs(path, { exceptGroups: groupsBesideRuns, limit: mostRuns }) ?? [];
  return jobs.map(({ id, title }) => ({ id: displayId('run', id), title }));
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

/** What is to be done where it is not is said by whoever goes the whole way. */
function isHomeKnown(environment: Environment): boolean {
  try {
    return homeOf(environment) !== '';
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** Whether anything names a database of many machines; what a file of the user's says is left to whoever reads it as a whole. */
function mayShareRecords(environment: Environment): boolean {
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

/**
 * Without the streams of this process, whose making costs as much as the list. Whoever reads no more has seen enough; what else keeps it from
 * being written is said by whoever tries as usual.
 */
function isWritten(text: string): boolean {
  try {
    return writeSync(1, text) > 0;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPIPE';
  }
}
