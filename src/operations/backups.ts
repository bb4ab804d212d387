import { leftOutOfBackups } from '../domain/backup.ts';
import { Failure } from '../domain/failure.ts';
import type { Backups, MadeBackup, RestoreRequest, RestoredBackup } from '../ports/backups.ts';

/** What backups are made and restored with; wired apart from all else, since nothing is opened for work. */
export interface BackupTools {
  /** Where the records lie: in the state folder, or on a server, of which only its own programs make backups. */
  readonly records: { readonly kind: 'file' } | { readonly kind: 'server'; readonly address: string };
  readonly backups: Backups;
  /** Where one goes that is not given a name of its own, and how many of those are kept. */
  readonly usual: { readonly path: string; readonly folder: string; readonly keep: number };
  /** Processes that work in the state folder now; also where the records cannot be read, which alone tell the `pid`. */
  readonly living: () => Promise<ReadonlyArray<{ readonly id: string; readonly pid: number | undefined }>>;
}

export interface BackupOutcome extends MadeBackup {
  /** Older ones that went, of those without a name of their own. */
  readonly removed: readonly string[];
  /** What is not in it, and why. */
  readonly left: typeof leftOutOfBackups;
}

/**
 * Makes a backup while whoever works goes on. One without a name of its own is called by its time, and the oldest of those go.
 *
 * @throws Failure (configuration) as {@link Backups.make} says, and for records on a server.
 */
export async function backUp({ records, backups, usual }: BackupTools, to: string | undefined): Promise<BackupOutcome> {
  if (records.kind === 'server') throw ofAServer(records.address);
  const made = await backups.make(to ?? usual.path);
  const removed = to === undefined ? await backups.prune(usual.folder, usual.keep) : [];
  return { ...made, removed, left: leftOutOfBackups };
}

/**
 * Puts a backup in the place of what is there.
 *
 * @throws Failure (notFoundOrLocked) while a process works there; (configuration) as {@link Backups.restore} says, and for records on a server.
 */
export async function restore(tools: BackupTools, request: Omit<RestoreRequest, 'mustBeIdle'>): Promise<RestoredBackup> {
  if (tools.records.kind === 'server') throw intoAServer(tools.records.address);
  const mustBeIdle = async (): Promise<void> => {
    const living = await tools.living();
    if (living.length > 0) throw inUse(living.map(({ id, pid }) => pid ?? id));
  };
  return await tools.backups.restore({ ...request, mustBeIdle });
}

function ofAServer(address: string): Failure {
  return new Failure(
    'configuration',
    {
      what: 'These records lie on a PostgreSQL, which makes its own backups.',
      why: `Its programs copy one state of ${address} while everybody works.`,
      fix: `pg_dump --format=custom --file=miyabi.dump --dbname='${address}' (with the password as PGPASSWORD); or \`miyabi db export\`.`,
    },
    { facts: { address } },
  );
}

function intoAServer(address: string): Failure {
  return new Failure(
    'configuration',
    {
      what: 'These records lie on a PostgreSQL, into which its own programs restore.',
      why: `A backup of a state folder holds no dump of ${address}.`,
      fix: `Stop every worker, then: pg_restore --clean --if-exists --dbname='${address}' miyabi.dump. With \`--local\` the state folder is restored.`,
    },
    { facts: { address } },
  );
}

function inUse(pids: ReadonlyArray<number | string>): Failure {
  return new Failure(
    'notFoundOrLocked',
    {
      what: 'Nothing was restored: somebody works there.',
      why: `${pids.length === 1 ? `Process ${pids[0]} executes` : `${pids.length} processes (${pids.slice(0, 5).join(', ')}) execute`} tasks of these records.`,
      fix: 'Stop them first: `systemctl stop miyabi`, or Ctrl-C.',
    },
    { facts: { pids } },
  );
}
