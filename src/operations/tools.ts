import type { Readable, Writable } from 'node:stream';
import type { Choice } from '../domain/choice.ts';
import type { LogLevel } from '../domain/signals.ts';
import type { NamedSecret } from '../domain/named-secrets.ts';
import type { Redact } from '../domain/redact.ts';
import type { ConfigLayer } from '../domain/resolve-config.ts';
import type { StateFolder } from '../domain/state-folder.ts';
import type { JobId } from '../domain/ids.ts';
import type { AgentChoice } from '../domain/world.ts';
import type { AgentNeeds, AgentState } from '../ports/agent.ts';
import type { Artifacts } from '../ports/artifacts.ts';
import type { KnownBackup, MadeBackup } from '../ports/backups.ts';
import type { Ballast } from '../ports/ballast.ts';
import type { Clock } from '../ports/clock.ts';
import type { DailyLog } from '../ports/daily-log.ts';
import type { DiskUses } from '../ports/disk-use.ts';
import type { Examples } from '../ports/examples.ts';
import type { Forges } from '../ports/forge.ts';
import type { Fixes } from '../ports/fixes.ts';
import type { Git } from '../ports/git.ts';
import type { HostChecks } from '../ports/host-checks.ts';
import type { RecordsUnderCheck } from '../ports/record-checks.ts';
import type { IsolationRung } from '../domain/machine.ts';
import type { Knowledge } from '../ports/knowledge.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Locks } from '../ports/lock.ts';
import type { Logs } from '../ports/logs.ts';
import type { Machine } from '../ports/machine.ts';
import type { Notifier } from '../ports/notifier.ts';
import type { OwnConfiguration } from '../ports/own-configuration.ts';
import type { OpenDoors } from '../ports/open-doors.ts';
import type { ProcessRunner } from '../ports/process.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Traces } from '../ports/traces.ts';
import type { WorkspaceRung } from '../ports/workspace.ts';
import type { Engine } from '../weaver/engine.ts';
import type { Deploying } from '../workflow/deploy/deploying.ts';
import type { Host } from '../workflow/tools.ts';

/** What was removed, or would be. */
export interface Collected {
  readonly folders: ReadonlyArray<{ readonly path: string; readonly bytes: number; readonly why: string }>;
  /** What was done about worlds whose process had died, a sentence each. */
  readonly recovered: readonly string[];
}

/** The database that many machines share, as it answers now. */
export interface DatabaseState {
  /** As people may see it. */
  readonly address: string;
  /** Of the server, such as `18.4`. */
  readonly version: string;
  /** How long it takes to ask it something and be answered, in ms: the shortest of a few times. */
  readonly answerMs: number;
  /** Whether a pooler between gives each transaction another connection: notifications do not arrive. */
  readonly isPooled: boolean;
}

/** An address with a port; 0 takes one that is free. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** Hears what a person should know of a service, in a sentence; of level `info` unless told otherwise. */
export type Tell = (text: string, level?: LogLevel) => void;

/** Where a service is to answer. */
export interface ListenRequest {
  /** People, programs and forges; absent: nowhere. */
  readonly at: Place | undefined;
  /** Monitoring, which is not asked who it is; absent: nowhere of its own. */
  readonly monitor: Place | undefined;
  /** Where `at` is taken by another, another port of the same host will do. */
  readonly orAnyPort?: boolean;
  /** Who starts it, for the records: a link by which a browser signs in lets in as them. */
  readonly user: string;
  /** Hears what went wrong with what was asked. */
  readonly tell: Tell;
  /** Aborts when the service takes nothing new any more: it is not ready from then on. */
  readonly draining: AbortSignal;
}

/** One address at which a service answers. */
export interface ServiceDoor {
  /** Such as `http://127.0.0.1:9464`. */
  readonly url: string;
  readonly paths: readonly string[];
  /** By which a browser signs in once, within a few minutes; where nobody but programs of this machine can come. */
  readonly signIn?: string;
  /** What is worth knowing of it, a sentence each. */
  readonly notes: readonly string[];
}

/** Where a service answers, until it is disposed. */
export interface ServiceAnswers extends AsyncDisposable {
  readonly doors: readonly ServiceDoor[];
}

/** How another agent uses Miyabi. */
export interface TalkRequest {
  /** Who started it: in their name it acts. */
  readonly user: string;
  /** Where the agent works. */
  readonly cwd: string;
  /** Whether it may answer what a run asks a person: only through the person who sits at the agent, or in their name. */
  readonly answers: 'person' | 'agent';
  readonly input: Readable;
  readonly output: Writable;
  /** Hears what it should know, in a sentence. */
  readonly tell: (text: string) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** What keeps an installation alive. */
export interface Upkeep {
  /** What can be asked of the machine. */
  readonly hostChecks: HostChecks;
  /** Backups without a name of their own: those that are there, the newest first, and one more. */
  readonly backups: {
    readonly known: () => Promise<readonly KnownBackup[]>;
    readonly make: () => Promise<MadeBackup & { readonly removed: readonly string[] }>;
  };
  readonly recordsUnderCheck: RecordsUnderCheck;
  /** Asks a model for one token. @returns how long that took, in ms. @throws Failure where it does not answer. */
  readonly tryModel: (name: string) => Promise<number>;
}

/** What the operations work with; wired in `app.ts`. */
export interface OperationTools extends Upkeep {
  readonly engine: Engine;
  readonly telemetry: Telemetry;
  /** Whether this process writes down what it does: else nothing has to be read for that. */
  readonly isLogged: boolean;
  /** Who collects traces, and since when this process could have worked (epoch ms); undefined where nobody does. */
  readonly traces: { readonly traces: Traces; readonly since: number } | undefined;
  /** Whether the records lie in a database that many machines share, whose workers take the tasks of all runs. */
  readonly sharing: boolean;
  /** Asks the database that is shared how it is; undefined where the records lie in a file of this machine. */
  readonly databaseState: (() => Promise<DatabaseState>) | undefined;
  /** Loaded when it is first asked for, with all that starts programs. */
  readonly git: () => Promise<Git>;
  readonly ledger: Ledger;
  /** What was learnt from runs that have ended; opened when it is first asked for. */
  readonly knowledge: () => Promise<Knowledge>;
  /** The forges that are configured; each is opened when it is first asked for. */
  readonly forges: Forges;
  /** The way to tell people that is configured under a name. @throws Failure (configuration) where it cannot be used. */
  readonly channel: (name: string) => Promise<Notifier>;
  /** The log of each day that this machine keeps, under its name; undefined where none is kept. */
  readonly dailyLog: { readonly log: DailyLog; readonly machine: string } | undefined;
  /** Over all processes that share the records. */
  readonly locks: Locks;
  readonly state: StateFolder;
  readonly clock: Clock;
  /** Loaded as git is. */
  readonly processes: () => Promise<ProcessRunner>;
  readonly examples: Examples;
  /** What people mend by hand on this machine. */
  readonly fixes: Fixes;
  readonly artifacts: Pick<Artifacts, 'read'>;
  /** What programs of runs print on this machine. */
  readonly logs: Logs;
  /** Bytes that are free on the disk that holds the state folder. */
  readonly freeBytes: () => Promise<number>;
  /** Space that is held for the day on which there is none. */
  readonly ballast: Ballast;
  /** How much the state folder holds. */
  readonly diskUses: DiskUses;
  readonly version: string;
  readonly host: Host;
  /** How large the machine is and how busy, with the limits under which Miyabi itself runs. */
  readonly machine: Machine;
  /** Whether Miyabi may mount worlds as it was started; `fix` where something could be done about it. */
  readonly namespace: () => { readonly detail: string; readonly fix?: string };
  /** What was found out about this machine, from the best way down. */
  readonly ladders: {
    readonly isolation: () => Promise<readonly IsolationRung[]>;
    readonly workspaces: () => Promise<readonly WorkspaceRung[]>;
  };
  /** By which it is heard that the user's file has changed. */
  readonly configuration: OwnConfiguration;
  /** The user's file, the environment and the flags, as they hold now: every source of configuration but the repository's. */
  readonly ownConfiguration: readonly ConfigLayer[];
  /** Whether there is anything where a secret should lie, for this process. */
  readonly isSecretSet: (secret: NamedSecret) => boolean;
  /** Every agent as it is on this machine. */
  readonly agents: () => Promise<readonly AgentState[]>;
  /** What an agent needs of a world. @throws Failure (configuration) when it cannot work here, and how to make it. */
  readonly agentNeeds: (choice: AgentChoice) => Promise<AgentNeeds>;
  /** Takes the secrets that we hold, and whatever looks like one, out of what worlds wrote before it is shown. */
  readonly redact: Redact;
  /** Tells a stored choice in words, with its table. */
  readonly explainChoice: (choice: Choice) => Promise<string>;
  /** Why it came out as it did: how the winner won, and what speaks against each of the others. */
  readonly tellChoice: (
    choice: Choice,
  ) => Promise<{ readonly why: string; readonly whyNot: ReadonlyArray<{ readonly world: string; readonly reasons: readonly string[] }> }>;
  /**
   * Removes the folders of runs that have ended, and whatever nothing knows or has used for a while (`unusedMs`, as configured when
   * absent); `only` limits it to one run.
   */
  readonly collect: (options: { readonly dryRun: boolean; readonly only?: JobId; readonly unusedMs?: number }) => Promise<Collected>;
  /**
   * Answers people and programs over HTTP, lets monitoring ask whether this program lives and how much there is to do, and forges that have a secret for it
   * tell what happens there. @throws Failure (configuration) where it cannot listen, or there is no token and others could come.
   */
  readonly listen: (wanted: ListenRequest) => Promise<ServiceAnswers>;
  /** Where services answer that work on this state folder. */
  readonly openDoors: OpenDoors;
  /** Lets another agent use Miyabi by the Model Context Protocol until it hangs up; runs that it begins are carried as long. */
  readonly talk: (request: TalkRequest) => Promise<void>;
  /** What deploying takes on this machine; loaded when it is first asked for. */
  readonly deploying: () => Promise<Pick<Deploying, 'placeOf' | 'open'>>;
  /** Cleans what killed processes left of their worlds, and gives environments back that runs which have ended still hold. @returns what was done, a sentence each. */
  readonly recover: () => Promise<readonly string[]>;
}
