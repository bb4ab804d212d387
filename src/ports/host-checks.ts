/** What the SQLite of this Node can do. */
export interface SqliteAbilities {
  readonly version: string;
  readonly hasFullText: boolean;
  /** The version of sqlite-vec, or why it cannot be loaded. */
  readonly vectors: { readonly version: string } | { readonly missing: string };
}

/** The file with the records, as it lies on the disk. */
export interface RecordsFile {
  readonly bytes: number;
  /** Of the log beside it. */
  readonly logBytes: number;
  /** Bytes within the file that nothing uses. */
  readonly freeBytes: number;
  /** `wal` where it is as it should be. */
  readonly journal: string;
  /** The number of the last migration, by schema. */
  readonly schemas: Readonly<Record<string, number>>;
  /** Permissions, such as 0o600. */
  readonly mode: number;
}

/** What can be asked of the machine itself, for the doctor. Nothing is changed but by what says so. */
export interface HostChecks {
  /** Of this machine, epoch ms; the clock of the records may be another. */
  now(): number;
  sqlite(): Promise<SqliteAbilities>;
  /** Undefined where there is none. */
  recordsFile(): Promise<RecordsFile | undefined>;
  /** Files that this process may have open; undefined where the system does not tell. */
  openFiles(): Promise<number | undefined>;
  /** What this user may watch; undefined where the system has no such limits. */
  watches(): Promise<{ readonly watches: number; readonly instances: number } | undefined>;
  /** Whether somebody could listen there. */
  isFree(place: { readonly host: string; readonly port: number }): Promise<boolean>;
  /** The time of a server as it says with its answer, epoch ms; undefined for one that does not answer, or not with a time. */
  timeOf(url: string): Promise<number | undefined>;
  /** Permissions of the state folder, such as 0o700. */
  folderMode(): Promise<number>;
  /** Why a file could not be made or written there, or one in this folder, with the folders that are missing; undefined where it could. */
  hindrance(path: string, what: 'file' | 'folder'): Promise<string | undefined>;
  /** Locks of processes that live no more. */
  staleLocks(): Promise<readonly string[]>;
  /** Whether the pages of the dashboard are in this package. */
  hasDashboard(): Promise<boolean>;
  /** Bytes of a repository: what is tracked and what git keeps of it. */
  bytesOf(folder: string): Promise<number>;
  /** Makes the state folder one of its owner alone, and the records in it. */
  closeFolder(): Promise<void>;
  /** @returns how many there were. */
  removeStaleLocks(): Promise<number>;
  /** Puts the log into the file, and gives its space back. @returns whether nobody stood in the way. */
  emptyLog(): Promise<boolean>;
  /** Writes the records anew without what nothing uses in their file. Whoever writes meanwhile waits. @returns the bytes that were given back; 0 where the disk has no room for a second copy. */
  compact(): Promise<number>;
}
