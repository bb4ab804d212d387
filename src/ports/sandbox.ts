import type { AllowedAddress } from '../domain/allowed-address.ts';
import type { Incident, WorldUsage } from '../domain/incident.ts';
import type { IsolationLevel, IsolationRung } from '../domain/machine.ts';
import type { GatewayRequest } from './gateway.ts';
import type { ProcessRunner } from './process.ts';

/** What a whole world may use, all its processes together. What the machine cannot enforce is watched, and the world stopped when it is exceeded. */
export interface WorldLimits {
  readonly memoryBytes: number;
  readonly processes: number;
  /** Processors it may keep busy, such as 1.5. */
  readonly cpus: number;
  /** What its folders may hold beyond what they began with. */
  readonly diskBytes: number;
  /** What one of its programs may print before it is stopped. */
  readonly outputBytes: number;
}

export interface SandboxRequest {
  readonly level: IsolationLevel;
  /** Unlike that of any other sandbox that is open, here or in another process; lower-case letters, digits and dashes. */
  readonly name: string;
  /** Existing folders; everything else is read-only or absent. */
  readonly writable: readonly string[];
  /** Where what is written there really lies, as far as it is not there: the upper folders of overlays. Only watched, never shown. */
  readonly written?: readonly string[];
  /** Files and folders inside of the writable ones that are read-only all the same, such as the checkout's `.git`. */
  readonly protected: readonly string[];
  /** What must be readable beside the system's own programs and libraries: our code, the mirror's objects, the project's Node. */
  readonly readable: readonly string[];
  /** Empty: no network at all. */
  readonly network: readonly AllowedAddress[];
  /**
   * Opens the way out also where it leads nowhere, so that the addresses that programs ask for are incidents, and the programs are told
   * how to allow them. Without it they find no network, and nobody hears of it. Each program starts some 25 ms later.
   */
  readonly tellsNetwork?: boolean;
  /** Models that programs inside may use without their keys; none without it. */
  readonly models?: GatewayRequest;
  readonly limits: WorldLimits;
  /** Called at each new kind of incident and, at most once a second, when its count has risen. */
  readonly onIncident: (incident: Incident) => void;
}

/** A place in which the programs of one world run, and which they cannot leave. */
export interface Sandbox extends AsyncDisposable {
  readonly level: IsolationLevel;
  /** Runs programs inside. Paths mean the same inside and outside. Disposing the sandbox ends all of them. */
  readonly process: ProcessRunner;
  /** What programs must be told beside their own environment: the addresses of the proxy and of the model gateway. */
  readonly environment: Readonly<Record<string, string>>;
  /** Aborts when the world broke a rule and was stopped. The reason is an {@link Incident}. */
  readonly stopped: AbortSignal;
  incidents(): readonly Incident[];
  usage(): WorldUsage;
}

/** The ladder of isolation on this machine. */
export interface Sandboxes {
  /** From the strongest down; probed once. `limits` is always usable. */
  ladder(): Promise<readonly IsolationRung[]>;
  /** @throws Failure (configuration) when the level cannot be used here. */
  open(request: SandboxRequest): Promise<Sandbox>;
  /** Removes what sandboxes of processes that are no longer alive left: control groups, containers, sockets. @returns what, a sentence each. */
  sweep(): Promise<readonly string[]>;
}
