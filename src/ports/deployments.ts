import type { BuiltRelease, Deployment, DeploymentState, Release } from '../domain/deployment.ts';
import type { CommitId, JobId, RepositoryId } from '../domain/ids.ts';

export type OpenedDeployment =
  | { readonly kind: 'opened'; readonly deployment: Deployment }
  /** The same job has opened it before. */
  | { readonly kind: 'again'; readonly deployment: Deployment }
  /** Another deployment holds the environment. */
  | { readonly kind: 'held'; readonly by: Deployment };

/** What of a deployment changes while it is under way. */
export type DeploymentChange = Partial<Pick<Deployment, 'verdict' | 'baseline' | 'leaves' | 'servedAt' | 'endedAt'>> & {
  readonly state: DeploymentState;
};

/** Releases and deployments, kept for good; the lock of an environment is its open deployment. */
export interface Deployments {
  /** Finds the release of a commit and a recipe, or makes its row with the next number. */
  release(repositoryId: RepositoryId, commit: CommitId, recipe: string, at: number): Promise<Release>;
  built(repositoryId: RepositoryId, release: number, built: BuiltRelease): Promise<void>;
  releaseOf(repositoryId: RepositoryId, release: number): Promise<Release | undefined>;
  /** Newest first. */
  releases(repositoryId: RepositoryId, limit: number): Promise<readonly Release[]>;
  /** Every release of the commit is blocked, those to come as well. */
  block(repositoryId: RepositoryId, commit: CommitId, reason: string, at: number): Promise<void>;
  /** @returns whether it was blocked. */
  lift(repositoryId: RepositoryId, commit: CommitId, by: string, at: number): Promise<boolean>;
  blockOf(repositoryId: RepositoryId, commit: CommitId): Promise<Release['blocked']>;
  /**
   * Takes the environment for a release: one deployment at a time, its fence one higher than any before. The same `key` finds its own again,
   * whatever has become of it.
   */
  open(request: {
    readonly repositoryId: RepositoryId;
    readonly environment: string;
    readonly release: number;
    readonly jobId: JobId;
    readonly key: string;
    readonly at: number;
  }): Promise<OpenedDeployment>;
  /**
   * What is absent stays. `endedAt` comes with a state that is not open, and gives the environment back.
   * @returns false when it had ended already, or another fence has taken the environment: then nothing is changed.
   */
  change(id: string, fence: number, change: DeploymentChange): Promise<boolean>;
  one(id: string): Promise<Deployment | undefined>;
  /** Newest first. */
  latest(
    filter: { readonly repositoryId?: RepositoryId; readonly environment?: string; readonly jobId?: JobId },
    limit: number,
  ): Promise<readonly Deployment[]>;
  /** Every environment that was ever deployed to, by name. */
  environments(repositoryId: RepositoryId): Promise<readonly string[]>;
  /** What serves there as far as is recorded: what the last deployment has left that left anything. */
  serving(repositoryId: RepositoryId, environment: string): Promise<Release | undefined>;
  /** What was seen of a deployment, a line each, oldest first: kept with it, the newest thousand. */
  note(id: string, lines: readonly { readonly at: number; readonly text: string }[]): Promise<void>;
  notes(id: string): Promise<readonly { readonly at: number; readonly text: string }[]>;
}
