import type { CommitId, JobId } from '../domain/ids.ts';

/** A run that somebody began with what a world of another run has made. */
export interface FollowUp {
  readonly jobId: JobId;
  /** Whose world it was. */
  readonly from: JobId;
  /** `pick`: the change is handed over as it is. `fix`: it is changed once more. */
  readonly kind: 'pick' | 'fix';
  readonly planTask: string;
  readonly world: string;
  readonly commit: CommitId;
  readonly by: string;
  /** In their words. */
  readonly reason: string | undefined;
  /** Epoch ms. */
  readonly at: number;
}

/** Which runs came of which. */
export interface FollowUps {
  /** Once for each run that was begun; again it changes nothing. */
  record(followUp: FollowUp): Promise<void>;
  /** Of what a run was begun; undefined for one that was begun of nothing. */
  of(jobId: JobId): Promise<FollowUp | undefined>;
  /** The runs that were begun from one, the oldest first. */
  from(jobId: JobId): Promise<readonly FollowUp[]>;
}
