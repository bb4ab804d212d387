import type { BaseEvidence } from '../domain/evidence.ts';
import type { CommitId, JobId, RepositoryId } from '../domain/ids.ts';

export interface Repository {
  readonly id: RepositoryId;
  /** Real path of its top folder. */
  readonly root: string;
  readonly createdAt: number;
}

/** A folder that exists, or may exist, because of a run. Written before it is made, removed after it is gone. */
export interface RecordedFolder {
  readonly directory: string;
  readonly repositoryId: RepositoryId;
  readonly jobId: JobId;
  readonly createdAt: number;
}

/** What Miyabi itself remembers beside the engine's records. */
export interface Ledger {
  /** Finds the repository by its real path, or makes its row. */
  repository(root: string): Promise<Repository>;
  repositoryById(id: RepositoryId): Promise<Repository | undefined>;
  /** `plan` is a digest of how the checks were run: another way of checking is another answer. */
  baseEvidence(repositoryId: RepositoryId, commit: CommitId, plan: string): Promise<BaseEvidence | undefined>;
  saveBaseEvidence(repositoryId: RepositoryId, commit: CommitId, plan: string, evidence: BaseEvidence): Promise<void>;
  recordFolder(folder: RecordedFolder): Promise<void>;
  forgetFolder(directory: string): Promise<void>;
  folders(filter?: { readonly jobId?: JobId }): Promise<readonly RecordedFolder[]>;
}
