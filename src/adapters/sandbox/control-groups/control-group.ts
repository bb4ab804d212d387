import type { ProcessRequest } from '../../../ports/process.ts';
import type { WorldLimits } from '../../../ports/sandbox.ts';

type Command = ProcessRequest['command'];

/** What a control group can hold a world to. */
export const heldResources = ['memory', 'processes', 'cpu'] as const;
export type HeldResource = (typeof heldResources)[number];

export type GroupLimits = Pick<WorldLimits, 'memoryBytes' | 'processes' | 'cpus'>;

/** What the processes of a group use together; absent where the machine does not account for it. */
export interface GroupUsage {
  /** Now, without what the kernel would give back at once (cached files that nobody used lately). */
  readonly memoryBytes?: number;
  /** The most that the kernel ever counted, cached files included: never above the limit, often near it. */
  readonly peakMemoryBytes?: number;
  readonly cpuMs?: number;
  /** Processes and threads. */
  readonly processes?: number;
}

/** How often the kernel said no, since the group was made. */
export interface GroupEvents {
  /** Processes killed because the group's memory was full. */
  readonly memoryKills: number;
  /** Processes and threads that were not started because there were too many. */
  readonly processRefusals: number;
}

/** All processes of one world, as the kernel counts and holds them. Disposing ends them and removes the group. */
export interface ControlGroup extends AsyncDisposable {
  /** What the kernel enforces here. What is missing has to be watched. */
  readonly holds: ReadonlySet<HeldResource>;
  /**
   * A command that joins the group and then becomes `command`, which never runs outside of it: where joining fails it
   * says so on standard error and ends with {@link notJoinedCode}. The program is looked for on the PATH by then: one that
   * is absent ends with 127.
   */
  joining(command: Command): Command;
  usage(): GroupUsage;
  events(): GroupEvents;
  /** Ids of those that are in it now, as seen from here. */
  processIds(): readonly number[];
  /** Ends everything in it, and lets nothing be started in it any more. Resolves when nothing is left. @throws Error when something outlives two seconds. */
  kill(): Promise<void>;
}

/** The exit code of a command that could not join its group. */
export const notJoinedCode = 125;

export interface ControlGroups {
  /** Whose interface is used: of version 1 (a hierarchy for each resource), of version 2 (one for all), or none at all. */
  readonly kind: 'v1' | 'v2' | 'none';
  /** What the groups hold here, and why not more; in a sentence for people. */
  readonly detail: string;
  readonly holds: ReadonlySet<HeldResource>;
  /**
   * @param name unlike that of any other open group of this process; lower-case letters, digits and dashes.
   * @returns undefined where there are no control groups.
   */
  open(name: string, limits: GroupLimits): Promise<ControlGroup | undefined>;
  /** Ends and removes the groups of owners that are no longer alive. @returns what, a sentence each. */
  sweep(): Promise<readonly string[]>;
}
