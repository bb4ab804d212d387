import { Failure } from '../../../domain/failure.ts';

const primary = { busy: 5, locked: 6, readOnly: 8, io: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 };

/** The primary result code of an error of SQLite, if it is one. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

/** Somebody else is writing: try again later. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === primary.busy || code === primary.locked;
}

/** Not the fault of one statement: whatever else was under way cannot be stored either. */
export function isStorageFault(error: unknown): boolean {
  return describe(resultCode(error)) !== undefined;
}

/** The error as a person can act on it; anything that is no fault of the storage comes back unchanged. */
export function asStoreFailure(error: unknown, path: string): unknown {
  const text = describe(resultCode(error));
  if (text === undefined) return error;
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
      what: `The database ${path} stayed locked for ${Math.round(afterMs / 1_000)} s.`,
      why: 'Another program holds its write lock and does not let go.',
      fix: 'End the program that has the file open (a database browser, a stopped process), then try again.',
    },
    { facts: { path, afterMs }, cause },
  );
}

function describe(code: number | undefined): { readonly what: string; readonly why: string; readonly fix: string } | undefined {
  switch (code) {
    case primary.readOnly:
      return {
        what: 'cannot be written',
        why: 'The file, its folder or the file system is read-only',
        fix: 'Make it writable for this user, or choose another state folder.',
      };
    case primary.io:
      return { what: 'could not be read or written', why: 'The disk reported an error', fix: 'Check the disk, then try again.' };
    case primary.full:
      return {
        what: 'could not be written',
        why: 'The disk is full',
        fix: 'Free some space, then try again: everything stored before is safe.',
      };
    case primary.cannotOpen:
      return {
        what: 'cannot be opened',
        why: 'Its folder does not exist or may not be entered',
        fix: 'Create the folder or correct its permissions.',
      };
    case primary.corrupt:
    case primary.notADatabase:
      return {
        what: 'is damaged',
        why: 'Its content is not that of an intact SQLite database',
        fix: 'Move it aside (keep it: it may be recoverable with `sqlite3 .recover`) or restore a copy; a new one is made on the next start.',
      };
    default:
      return undefined;
  }
}
