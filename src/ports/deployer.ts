import type { Release, TrafficWindow } from '../domain/deployment.ts';

/** A release that a target knows already. */
export type KnownRelease = Pick<Release, 'number' | 'commit'>;

/** A release as a target is given it, with what its programs are started with. */
export interface DeployableRelease extends KnownRelease {
  /** Of the build: read, never written to. */
  readonly folder: string;
  /** SHA-256 over its files. */
  readonly digest: string;
  /** Its whole environment but for what the target adds; holds the secrets of the release, so it is never stored or shown. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Under which a change of a target is made. */
export interface ChangeOfTarget {
  /** A target that has seen a higher one refuses, with {@link FencedOff}. */
  readonly fence: number;
  /** Where under this fence a release is given the traffic that was taken from it before: no repetition of what was done then. */
  readonly isSecond?: true;
  readonly signal: AbortSignal;
  /** Told what happens, a line each; secrets are taken out by whoever keeps it. */
  readonly onLine: (line: string) => void;
}

/** How the release that serves, and the others that are kept, are at the moment. */
export interface TargetStatus {
  /** The highest fence that the target has seen; 0 before the first deployment. */
  readonly fence: number;
  /** Undefined while nothing serves. */
  readonly serving: { readonly release: number; readonly commit: string } | undefined;
  /** Releases that run, serving or not. */
  readonly running: ReadonlyArray<{
    readonly release: number;
    /** Where it alone is asked, whoever serves: `http://127.0.0.1:41234`; undefined for targets that have no such place. */
    readonly url: string | undefined;
    /** Epoch ms of its exits that nobody had asked for, newest last, at most a hundred; undefined where the target cannot tell. */
    readonly exits: readonly number[] | undefined;
  }>;
  /** Where the environment is reached; undefined where only the configuration knows. */
  readonly url: string | undefined;
}

/**
 * A place where releases run. Every change can be asked for again, by another process, after a death at any moment: what is done already is
 * found done. Nothing that a change leaves depends on this process: it may end, and what serves goes on serving.
 *
 * Changes throw {@link FencedOff}, {@link DeployRefused} (asking again changes nothing) or any other error (worth another try).
 */
export interface Deployer extends AsyncDisposable {
  /** Brings the release to the target without starting it: a folder, an image, a push. */
  place(release: DeployableRelease, change: ChangeOfTarget): Promise<void>;
  /**
   * Runs a command of the release once, with its environment, where the release runs (a migration, for instance). Asked for again under the same
   * key it is not run twice where the target can know. @returns its exit code and the end of what it printed.
   */
  hook(
    release: DeployableRelease,
    hook: { readonly key: string; readonly command: string; readonly timeoutMs: number },
    change: ChangeOfTarget,
  ): Promise<{ readonly code: number; readonly tail: string }>;
  /**
   * Runs it beside what serves. @returns whether it can be asked before it serves; false where the target cannot do that: then `serve` is the
   * first moment that it can be looked at.
   */
  start(release: DeployableRelease, change: ChangeOfTarget): Promise<boolean>;
  /** Gives it all traffic, starting it where it does not run; requests under way are answered by whoever has begun them. */
  serve(release: DeployableRelease, change: ChangeOfTarget): Promise<void>;
  /**
   * As `serve`, for a release that still runs, or that the target has kept whole: as it was started then, with nothing of what a start takes, such as
   * its folder and its secrets, which may be gone by now.
   * @returns false where it would have to be started anew: then nothing was changed but the fence.
   */
  serveAsItIs(release: KnownRelease, change: ChangeOfTarget): Promise<boolean>;
  /** Ends what runs but for these releases, and removes what was placed but for these; what serves is never ended. */
  retire(keep: { readonly running: readonly number[]; readonly placed: readonly number[] }, change: ChangeOfTarget): Promise<void>;
  /** @throws any error where it cannot be known at the moment. */
  status(signal: AbortSignal): Promise<TargetStatus>;
  /** What users' requests to a release came to, as the target itself saw them; undefined for targets that see no traffic. */
  traffic(release: number, from: number, to: number, signal: AbortSignal): Promise<TrafficWindow | undefined>;
}

/** Somebody with a higher fence has been at the target: whoever hears this has lost the environment and changes nothing any more. */
export class FencedOff extends Error {
  readonly fence: number;
  readonly seen: number;

  constructor(fence: number, seen: number) {
    super(`another deployment (fence ${seen}) has taken over from this one (fence ${fence})`);
    this.name = 'FencedOff';
    this.fence = fence;
    this.seen = seen;
  }
}

/** The target will not do it however often it is asked. */
export class DeployRefused extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'DeployRefused';
  }
}
