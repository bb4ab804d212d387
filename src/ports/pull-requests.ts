import type { JobId } from '../domain/ids.ts';

/** The pull request of a run, as the run last saw it: by it what happens at a forge finds its run. */
export interface RecordedPullRequest {
  readonly jobId: JobId;
  readonly forge: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly number: number;
  readonly url: string;
  readonly branch: string;
  /** The commit that was last pushed to it. */
  readonly commit: string;
  readonly state: 'open' | 'merged' | 'closed';
}

/** Pull requests of runs; one for each run, and the same again changes it. */
export interface PullRequests {
  save(pullRequest: RecordedPullRequest): Promise<void>;
  ofRun(jobId: JobId): Promise<RecordedPullRequest | undefined>;
  ofNumber(forge: string, repository: string, number: number): Promise<RecordedPullRequest | undefined>;
  ofCommit(forge: string, repository: string, commit: string): Promise<RecordedPullRequest | undefined>;
  open(forge: string, repository: string): Promise<readonly RecordedPullRequest[]>;
}
