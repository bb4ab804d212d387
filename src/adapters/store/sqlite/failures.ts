import { Failure } from '../../../domain/failure.ts';
import { obstacle } from './obstacle.ts';

// https://sqlite.org/rescode.html
const primary = { busy: 5, locked: 6, readOnly: 8, io: 10, corrupt: 11, full: 13, cannotOpen: 14, protocol: 15, notADatabase: 26 };
const extended = { readOnlyRollback: 776, noRoomForSharedMemory: 4_874 };

export const damagedFix =
  'Move it aside together with the files beside it that end in -wal and -shm (keep them: they may be recoverable with `sqlite3 .recover`), or restore a copy; a new one is made on the next start.';

const blockedFix = 'Correct that, or choose another state folder.';

/** The extended result code of an error of SQLite, if it is one. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode;
}

/** Somebody else is writing, or too many begin at the same moment: try again later. */
export function isBusy(error: unknown): boolean {
  const code = (resultCode(error) ?? 0) & 0xff;
  return code === primary.busy || code === primary.locked || code === primary.protocol;
}

/** A transaction that a dead process left half-way must be undone first, by a connection that may write. */
export function needsRollback(error: unknown): boolean {
  return resultCode(error) === extended.readOnlyRollback;
}

/** There is no room on the disk. */
export function isFull(error: unknown): boolean {
  return kindOf(resultCode(error)) === 'full';
}

/** Not the fault of one statement: whatever else was under way cannot be stored either. */
export function isStorageFault(error: unknown): boolean {
  return kindOf(resultCode(error)) !== undefined;
}

/** The error as a person can act on it; anything that is no fault of the storage comes back unchanged. */
export function asStoreFailure(error: unknown, path: string): unknown {
  const kind = kindOf(resultCode(error));
  if (kind === undefined) return error;
  const text = describe(kind, path);
  const detail = error instanceof Error ? error.message : String(error);
  return new Failure(
    'configuration',
    { what: `The database ${path} ${text.what}.`, why: `${text.why} (${detail}).`, fix: text.fix },
    { facts: { path }, cause: error },
  );
}

export function busyFailure(path: string, afterMs: number, cause: unknown): Failure {
  return new Failure(
    'configuration',
    {
      what: `The database ${path} stayed locked for ${afterMs < 10_000 ? (afterMs / 1_000).toFixed(1) : Math.round(afterMs / 1_000)} s.`,
      why: 'Another program holds its write lock and does not let go.',
      fix: 'End the program that has the file open (a database browser, a stopped process), then try again.',
    },
    { facts: { path, afterMs }, cause },
  );
}

/** A file that there is no sense in opening. @param why a sentence without its end. */
export function blockedFailure(path: string, why: string): Failure {
  return new Failure(
    'configuration',
    { what: `The database ${path} cannot be opened.`, why: `${why}.`, fix: blockedFix },
    { facts: { path } },
  );
}

/** A migration that SQLite refused, all of which was undone. */
export function migrationFailure(path: string, cause: Error): Failure {
  return new Failure(
    'configuration',
    {
      what: `The database ${path} could not be brought to the schema of this version.`,
      why: `A step was refused (${cause.message}); all of it was undone, the file is as it was.`,
      fix: 'Use the version that wrote it, or move it aside to begin anew, and report this message.',
    },
    { facts: { path }, cause },
  );
}

type StorageFault = 'readOnly' | 'io' | 'full' | 'cannotOpen' | 'damaged';

function kindOf(code: number | undefined): StorageFault | undefined {
  if (code === undefined) return undefined;
  if (code === extended.noRoomForSharedMemory) return 'full';
  switch (code & 0xff) {
    case primary.readOnly:
      return 'readOnly';
    case primary.io:
      return 'io';
    case primary.full:
      return 'full';
    case primary.cannotOpen:
      return 'cannotOpen';
    case primary.corrupt:
    case primary.notADatabase:
      return 'damaged';
    default:
      return undefined;
  }
}

function describe(kind: StorageFault, path: string): { readonly what: string; readonly why: string; readonly fix: string } {
  switch (kind) {
    case 'readOnly':
      return {
        what: 'cannot be written',
        why: obstacle(path) ?? 'The file, its folder or the file system is read-only',
        fix: 'Make it writable for this user, or choose another state folder.',
      };
    case 'io':
      return { what: 'could not be read or written', why: 'The disk reported an error', fix: 'Check the disk, then try again.' };
    case 'full':
      return {
        what: 'could not be written',
        why: 'The disk is full',
        fix: 'Free some space, then try again: everything stored before is safe.',
      };
    case 'cannotOpen':
      return {
        what: 'cannot be opened',
        why: obstacle(path) ?? 'The system refuses to open it or the files beside it',
        fix: blockedFix,
      };
    case 'damaged':
      return { what: 'is damaged', why: 'Its content is not that of an intact SQLite database', fix: damagedFix };
  }
}
