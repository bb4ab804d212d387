import type { JobId } from '../domain/ids.ts';

/** A file into which a program of a run printed, as it stands now. */
export interface LogFile {
  /** Such as `task-1-alpha.log`. */
  readonly name: string;
  readonly bytes: number;
  /** Another one is another file under the same name: what is read of it begins anew. */
  readonly identity: string;
}

/** What programs of runs print, as it lies on this machine while they work and for some time after. */
export interface Logs {
  /** In no order; none where this machine has nothing of the run. */
  ofRun(run: JobId): Promise<readonly LogFile[]>;
  /** What there is from a byte on, up to the end as it is then, in pieces; nothing of a file that is not there. @param name as {@link ofRun} tells it. */
  read(run: JobId, name: string, from?: number): AsyncIterable<Uint8Array>;
}
