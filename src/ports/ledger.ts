import type { BaseEvidence } from '../domain/evidence.ts';
import type { CommitId, JobId, RepositoryId } from '../domain/ids.ts';
import type { Answers, StandingAnswers } from './answers.ts';
import type { ApiAccesses } from './api-access.ts';
import type { ApiRequests } from './api-requests.ts';
import type { Breakers } from './breakers.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Choices } from './choices.ts';
import type { Deliveries } from './deliveries.ts';
import type { Deployments } from './deployments.ts';
import type { FollowUps } from './follow-ups.ts';
import type { KnowledgeRecords } from './knowledge.ts';
import type { Money, Questions, Rates, Responses } from './model-ledger.ts';
import type { OldRuns } from './old-runs.ts';
import type { PullRequests } from './pull-requests.ts';
import type { Readers } from './readers.ts';
import type { RunList } from './run-list.ts';
import type { RunStatistics } from './run-statistics.ts';
import type { Slots } from './slots.ts';
import type { WorldLedger } from './world-ledger.ts';

export interface Repository {
  readonly id: RepositoryId;
  /** Real path of its top folder, or the URL of a remote. */
  readonly root: string;
  readonly createdAt: number;
}

/** A folder that exists, or may exist, because of a run. Written before it is made, removed after it is gone. */
export interface RecordedFolder {
  readonly directory: string;
  readonly repositoryId: RepositoryId;
  readonly jobId: JobId;
  readonly createdAt: number;
  /** The process that made it, by the name under which others can ask whether it lives (see `ports/owner.ts`). */
  readonly owner?: string;
  /** The commit whose immutable checkout it is made from; that one is kept as long as this folder is. */
  readonly base?: CommitId;
}

/** The evidence of a base as it was kept for whoever starts from there next. */
export interface KeptEvidence {
  readonly evidence: BaseEvidence;
  /** Epoch ms. */
  readonly at: number;
}

/** What Miyabi remembers of one machine alone, whatever database its records lie in: no other machine has these folders. */
export interface MachineLedger {
  readonly slots: Slots;
  recordFolder(folder: RecordedFolder): Promise<void>;
  /** Also gives back its slot. */
  forgetFolder(directory: string): Promise<void>;
  folders(filter?: { readonly jobId?: JobId }): Promise<readonly RecordedFolder[]>;
}

/** What Miyabi itself remembers beside the engine's records. But for {@link MachineLedger} it holds over all machines on the database. */
export interface Ledger extends MachineLedger {
  /** Finds the repository by its real path or URL (see `repositoryIdentity`), or makes its row. */
  repository(root: string): Promise<Repository>;
  repositoryById(id: RepositoryId): Promise<Repository | undefined>;
  /** Those with this text in their path or URL, whatever its case, the newest first; a hundred at most. */
  repositoriesWith(text: string): Promise<readonly Repository[]>;
  /** What any run found last. `plan` is a digest of how the checks were run: another way of checking is another answer. */
  baseEvidence(repositoryId: RepositoryId, commit: CommitId, plan: string): Promise<KeptEvidence | undefined>;
  saveBaseEvidence(repositoryId: RepositoryId, commit: CommitId, plan: string, evidence: BaseEvidence): Promise<void>;
  /** What a run judges by, whatever others find later. */
  runEvidence(jobId: JobId, commit: CommitId, plan: string): Promise<BaseEvidence | undefined>;
  saveRunEvidence(jobId: JobId, commit: CommitId, plan: string, evidence: BaseEvidence): Promise<void>;
  /** Keeps a value (JSON) that many tasks are given, once for all of them. @returns its digest, by which they name it. */
  keep(value: unknown): Promise<string>;
  /** @returns undefined for a digest under which nothing is kept. */
  kept(digest: string): Promise<unknown>;
  readonly worlds: WorldLedger;
  readonly runs: RunList;
  readonly statistics: RunStatistics;
  readonly breakers: Breakers;
  readonly money: Money;
  readonly rates: Rates;
  readonly responses: Responses;
  readonly questions: Questions;
  readonly answers: Answers;
  readonly standingAnswers: StandingAnswers;
  readonly followUps: FollowUps;
  /** What was learnt, as it is kept; it is found by `ports/knowledge.ts`. */
  readonly knowledge: KnowledgeRecords;
  readonly oldRuns: OldRuns;
  readonly checkpoints: Checkpoints;
  readonly choices: Choices;
  readonly deliveries: Deliveries;
  readonly pullRequests: PullRequests;
  readonly deployments: Deployments;
  readonly readers: Readers;
  readonly apiAccesses: ApiAccesses;
  readonly apiRequests: ApiRequests;
}
