import { Failure } from '../domain/failure.ts';
import type { ProcessId } from '../domain/ids.ts';
import type { Imported, MovableDatabase, SchemaChange, TransferOptions, Transferred } from '../ports/transfer.ts';

/** What is needed to move records; wired apart from all else, since the database is not opened for work. */
export interface MovingTools {
  readonly database: MovableDatabase;
  /** Whether a process that is recorded lives. */
  readonly isAlive: (process: ProcessId) => Promise<boolean>;
}

/** Brings the tables to the newest schema. @returns one line for each schema, also where nothing changed. */
export async function migrateDatabase({ database }: MovingTools): Promise<readonly SchemaChange[]> {
  return await database.migrate();
}

export interface ExportRequest extends TransferOptions {
  readonly file: string;
  /** Also while processes work on the database. */
  readonly force: boolean;
}

/** What was exported, and what of it may go on where it was. */
export interface Exported extends Transferred {
  readonly left: MovableDatabase['left'];
  /** Processes that worked on the database meanwhile: what they were doing is begun anew wherever the file is imported, and goes on where it was. */
  readonly living: number;
}

/**
 * Writes all records to a file.
 *
 * @throws Failure (notFoundOrLocked) while a process works on the database, unless `force` says so; (configuration) as
 * {@link MovableDatabase.exportTo} says.
 */
export async function exportDatabase(tools: MovingTools, { file, force, ...options }: ExportRequest): Promise<Exported> {
  const { database } = tools;
  const living = await livingProcesses(tools);
  if (living.length > 0 && !force) throw inUse(database.name, living);
  return { ...(await database.exportTo(file, options)), left: database.left, living: living.length };
}

export interface ImportRequest extends TransferOptions {
  readonly file: string;
}

/** Takes all records from a file into an empty database: all or none. @throws Failure (configuration) as {@link MovableDatabase.importFrom} says. */
export async function importDatabase({ database }: MovingTools, { file, ...options }: ImportRequest): Promise<Imported> {
  return await database.importFrom(file, options);
}

async function livingProcesses({ database, isAlive }: MovingTools): Promise<readonly number[]> {
  const living: number[] = [];
  for (const { id, pid } of await database.processes()) if (await isAlive(id)) living.push(pid);
  return living;
}

function inUse(name: string, pids: readonly number[]): Failure {
  const [first] = pids;
  return new Failure(
    'notFoundOrLocked',
    {
      what: `${name} is in use, so its records were not exported.`,
      why: `${pids.length === 1 ? `Process ${first} works` : `${pids.length} processes (${pids.slice(0, 5).join(', ')}) work`} on it: what is done there from now on would be missing in the file, and what is under way would be done a second time where it is imported.`,
      fix: 'Let them come to their end or stop them, then export again; `--force` exports what is committed now all the same.',
    },
    { facts: { database: name, pids } },
  );
}
