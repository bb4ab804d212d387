import type { IncidentKind } from '../../domain/incident.ts';
import type { IsolationLevel, IsolationRung } from '../../domain/machine.ts';
import type { ProcessRequest, ProcessResult } from '../../ports/process.ts';
import type { WorldLimits } from '../../ports/sandbox.ts';
import type { ControlGroup } from './control-groups/control-group.ts';
import type { Egress } from './network/open-egress.ts';

/** Something that was denied or went too far, before it is counted and given a time. */
export interface Told {
  readonly kind: IncidentKind;
  /** Any text; it is bounded and cleaned by whoever gathers incidents. */
  readonly detail: string;
  /** Whether the world has to be stopped for it. */
  readonly stopped: boolean;
}

/** What one world is given by the machine, for a rung to build its walls from. All paths are absolute, real and exist. */
export interface RungPlace {
  /** Unlike that of any other sandbox that is open; lower-case letters, digits and dashes. */
  readonly name: string;
  readonly writable: readonly string[];
  /** Inside of writable ones; one that does not exist must not come into being. */
  readonly protected: readonly string[];
  readonly readable: readonly string[];
  /** Never to be seen, also where a readable folder holds them: the state folder, the user's home. What is readable or writable below them is seen all the same. */
  readonly hidden: readonly string[];
  /** An empty folder for files of the rung's own; outside of the sandbox, and removed after it. */
  readonly scratch: string;
  readonly limits: WorldLimits;
  /** The one way out to the network; without it there is none. */
  readonly egress: Egress | undefined;
  /** What every program has to join before it begins; absent where the machine has no such thing or the rung bounds by itself. */
  readonly group: ControlGroup | undefined;
  tell(incident: Told): void;
}

/** The walls around one world. Disposing them ends whatever is still inside. */
export interface OpenRung extends AsyncDisposable {
  /** Turns a request into one that means the same inside of the walls. Called once for each program. */
  confine(request: ProcessRequest): ProcessRequest;
  /** Turns what the outside saw of the program back into what happened inside; absent where both are the same. */
  interpret?(result: ProcessResult): ProcessResult;
}

/** One way of isolation. */
export interface Rung {
  readonly level: IsolationLevel;
  /** Whether control groups of ours hold what runs in it; otherwise it bounds memory, processes and processors by itself. */
  readonly joinsGroup: boolean;
  /** Really runs a program in it. Never throws: what the system says is the answer. */
  probe(): Promise<IsolationRung>;
  /** Only when it is usable. */
  open(place: RungPlace): Promise<OpenRung>;
  /** Ends and removes what sandboxes of processes that are no longer alive left. @returns what, a sentence each. */
  sweep?(): Promise<readonly string[]>;
}
