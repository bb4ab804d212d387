import type { BackupManifest } from '../domain/backup.ts';

export interface MadeBackup {
  /** Its folder. */
  readonly path: string;
  readonly manifest: BackupManifest;
  /** Of all its files. */
  readonly bytes: number;
  readonly durationMs: number;
}

export interface RestoreRequest {
  /** The folder of a backup. */
  readonly from: string;
  /** Also where there are records already: what was there is kept beside. */
  readonly force: boolean;
  /** Asked while nobody new may begin to work there: at first, and again before anything is replaced. What it throws leaves everything as it is. */
  readonly mustBeIdle?: () => Promise<void>;
}

export interface RestoredBackup {
  readonly manifest: BackupManifest;
  /** Where what was there before lies now; undefined where there was nothing. */
  readonly aside: string | undefined;
}

/** A backup that is there, as its name and its manifest say. */
export interface KnownBackup {
  readonly path: string;
  /** Epoch ms. */
  readonly madeAt: number;
}

/**
 * Copies of what a state folder holds and nobody could make again: the records, large values, daily logs, releases, and the commits that runs have
 * made. A backup is a folder that is there as a whole or not at all.
 */
export interface Backups {
  /**
   * Makes one at `to`, while whoever works goes on; it is verified before it has its name.
   *
   * @throws Failure (configuration) where something is there already, or the copy could not be written or is not sound.
   */
  make(to: string): Promise<MadeBackup>;
  /**
   * Puts a backup in the place of what the state folder holds: wholly or, also after a kill at any point, not at all.
   *
   * @throws Failure (configuration) for a backup that is not as it was made, or of a newer version, and for a state folder that has records, unless
   * `force` says so; (notFoundOrLocked) while somebody restores.
   */
  restore(request: RestoreRequest): Promise<RestoredBackup>;
  /** Those of this state folder in a folder where services keep theirs, the newest first. */
  known(folder: string): Promise<readonly KnownBackup[]>;
  /** Removes those of this state folder there that are beyond the newest `keep`. @returns their paths. */
  prune(folder: string, keep: number): Promise<readonly string[]>;
}
