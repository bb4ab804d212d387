import type { DeployableRelease, Deployer } from '../../src/ports/deployer.ts';
import type { ServiceBehaviour } from '../support/service-releases.ts';

/** What a program that is killed in the middle of a change needs to make it. */
export interface VictimOf {
  /** A module with `openVictim(settings: string): Deployer`. */
  readonly module: URL;
  readonly settings: string;
}

/** One environment at a target, new and empty. */
export interface DeployerStand extends AsyncDisposable {
  /** Another client of the same environment, as another process would have it. */
  open(): Deployer;
  /** A built release of the service in `test/support/service-releases.ts`. */
  release(number: number, behaviour?: ServiceBehaviour, environment?: Readonly<Record<string, string>>): Promise<DeployableRelease>;
  /** What users are answered at a path; each target knows by itself where. */
  ask(path: string): Promise<{ readonly status: number; readonly release: string | null; readonly body: string }>;
  /** Undefined where it cannot be shown that a death in the middle does no harm; `lacks.kills` says why. */
  readonly victim?: VictimOf;
}

/** What a target cannot do, or its stand cannot show, with the reason. */
export interface DeployerLacks {
  /** It cannot be asked before it serves. */
  readonly beside?: string;
  /** Nothing is kept by which a release could serve again without what it was started with. */
  readonly asItIs?: string;
  /** The environment of a release cannot be seen. */
  readonly environment?: string;
  readonly hooks?: string;
  readonly traffic?: string;
  readonly exits?: string;
  readonly kills?: string;
}
