import type { DeployEnvironment, DeployProject } from '../../domain/config-deploy.ts';
import type { Deployment } from '../../domain/deployment.ts';
import type { JobId, RepositoryId } from '../../domain/ids.ts';
import type { RunAttributes } from '../../domain/run.ts';
import type { Cause } from '../../domain/trace.ts';
import type { Deployer } from '../../ports/deployer.ts';
import type { HealthProbe, TrafficSource } from '../../ports/measurements.ts';
import type { ReleaseFolders } from '../../ports/release-folders.ts';

/** One environment of a project, as the machine that deploys to it is configured. */
export interface EnvironmentPlace {
  readonly repositoryId: RepositoryId;
  readonly environment: DeployEnvironment;
}

/** What deploying takes, on the machine that does it: its own configuration and its own secrets, never those of whoever asked for it. */
export interface Deploying {
  /**
   * The project of a run's repository.
   * @throws Failure (configuration) where this machine deploys none.
   */
  project(run: Pick<RunAttributes, 'repository' | 'issue'>): DeployProject;
  /** Where a deployment went to; undefined where this machine is not configured for it. */
  placeOf(deployment: Pick<Deployment, 'repositoryId' | 'environment'>): Promise<EnvironmentPlace | undefined>;
  /**
   * The target of an environment; whoever asks disposes of it.
   * @throws Failure (configuration) where a secret is not set here, or what the target needs is not there.
   */
  open(place: EnvironmentPlace): Promise<Deployer>;
  /**
   * The whole environment of a release there but for what the target adds; holds its secrets.
   * @throws Failure (configuration) where a secret is not set here.
   */
  releaseEnvironment(environment: DeployEnvironment): Readonly<Record<string, string>>;
  readonly releases: ReleaseFolders;
  readonly probe: HealthProbe;
  /** Where traffic is measured as configured, else what the target itself sees; undefined: our own probes. */
  traffic(place: EnvironmentPlace, target: Deployer): Promise<TrafficSource | undefined>;
  /** Resolves after so many ms, or rejects with the signal's reason. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Whether nothing of a run will be executed any more. */
  hasEnded(job: JobId): Promise<boolean>;
  /**
   * Begins a run that mends a release of `run` which was not kept. The same key twice is one run. @returns its name, as people see it.
   * @throws Failure where none can be begun.
   */
  repair(request: {
    readonly run: RunAttributes;
    readonly key: string;
    readonly title: string;
    readonly body: string;
    /** The run whose release is mended, for traces. */
    readonly cause: Cause;
  }): Promise<string>;
}
