import type { CommitId, JobId } from '../domain/ids.ts';

/** A checkout on this machine in which a person mends the branch of a run. */
export interface Fix {
  /** Where the person works. */
  readonly directory: string;
  /** Whether that folder is ours, and goes once its work is taken over. */
  readonly isOurs: boolean;
  /** The run's branch as it was checked out. */
  readonly base: CommitId;
}

/** What people mend by hand on this machine, at most one checkout for each run. */
export interface Fixes {
  of(jobId: JobId): Promise<Fix | undefined>;
  /** Written before the checkout is made: one that nobody knows of could not be handed back. */
  save(jobId: JobId, fix: Fix): Promise<void>;
  /** @param folder whether what lies in the state folder for it goes too: only where nothing in it would be lost. */
  forget(jobId: JobId, keeping: { readonly folder: boolean }): Promise<void>;
}
