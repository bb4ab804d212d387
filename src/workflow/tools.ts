import type { Config } from '../domain/config.ts';
import type { JobId, RepositoryId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { Redact } from '../domain/redact.ts';
import type { RunAttributes } from '../domain/run.ts';
import { runAttributesSchema } from '../domain/run.ts';
import type { MatchSecrets } from '../domain/secret-matcher.ts';
import type { StateFolder } from '../domain/state-folder.ts';
import type { AgentName } from '../domain/world.ts';
import type { Advisories } from '../ports/advisories.ts';
import type { Agent } from '../ports/agent.ts';
import type { Artifacts } from '../ports/artifacts.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forges } from '../ports/forge.ts';
import type { Git } from '../ports/git.ts';
import type { Knowledge } from '../ports/knowledge.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Locks } from '../ports/lock.ts';
import type { Logs } from '../ports/logs.ts';
import type { Models } from '../ports/model.ts';
import type { Owner } from '../ports/owner.ts';
import type { ProcessRunner } from '../ports/process.ts';
import type { Sandboxes } from '../ports/sandbox.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Workspaces } from '../ports/workspace.ts';
import type { TaskContext } from '../weaver/handler.ts';
import type { IncludeLists } from '../worlds/include-files.ts';
import type { DependencyPlans } from '../worlds/remembered-plans.ts';
import type { Deploying } from './deploy/deploying.ts';

/** What is known of the machine and of the user's shell, read once at the start of the program. */
export interface Host {
  /** The environment Miyabi was started with; worlds get an allow-list of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The Node program that runs Miyabi. */
  readonly nodePath: string;
  readonly nodeVersion: string;
  /** Folders with what our own programs in a world are made of: Node, our code and the libraries it uses. */
  readonly programFolders: readonly string[];
  readonly platform: string;
}

/** A run that has not ended, and what it is about as far as that is known. */
export interface OpenRun {
  readonly jobId: JobId;
  readonly title: string;
  /** Paths that its plan or its issue name. */
  readonly files: readonly string[];
}

/** One task of a run that was begun. */
export interface PastTask {
  readonly key: string;
  readonly type: string;
  readonly state: string;
  /** Whether the task that began it goes on once it has ended. */
  readonly isPart: boolean;
  /** Of its first attempt; epoch ms, as `endedAt`. */
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  /** As its type has it; undefined unless it succeeded. */
  readonly result: unknown;
}

/** What the handlers of a run's tasks work with. */
export interface WorkflowTools {
  readonly git: Git;
  readonly ledger: Ledger;
  readonly locks: Locks;
  readonly workspaces: Workspaces;
  readonly processes: ProcessRunner;
  /** Five worlds of one commit need one plan of their dependencies. */
  readonly plans: DependencyPlans;
  /** The same for the files of the user's that they are given. */
  readonly includes: IncludeLists;
  /** Where the programs of worlds run; `processes` is for what is ours. */
  readonly sandboxes: Sandboxes;
  /** This process, as what it makes is marked. */
  readonly owner: Owner;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly artifacts: Artifacts;
  /** What agents printed, where they work. */
  readonly logs: Logs;
  readonly state: StateFolder;
  readonly host: Host;
  /** Each is loaded when it is first asked for: most of them bring large libraries. */
  readonly agent: (name: AgentName) => Promise<Agent>;
  /** The models that are configured; loaded when they are first asked for. */
  readonly models: () => Promise<Models>;
  /** What was learnt from runs that have ended; opened when it is first asked for. */
  readonly knowledge: () => Promise<Knowledge>;
  /** Whether somebody is there who could answer a question at once. */
  readonly attended: boolean;
  /** Takes the secrets that we hold, and whatever looks like one, out of what agents and providers say before it is kept or shown. */
  readonly redact: Redact;
  /** Where the secrets that we hold stand in a text, in whatever encoding; asked in our own process alone. */
  readonly findSecrets: MatchSecrets;
  /** Who is asked about known vulnerabilities, as configured. */
  readonly advisories: (settings: Config['security']) => Promise<Advisories>;
  /** The forges that are configured; each is opened when it is first asked for. */
  readonly forges: Forges;
  /** What a run has done so far, in the order in which its tasks were made. */
  readonly pastTasks: (jobId: JobId) => Promise<readonly PastTask[]>;
  /** Runs of a repository that are under way or wait for somebody, at most a hundred. */
  readonly openRuns: (repositoryId: RepositoryId) => Promise<readonly OpenRun[]>;
  /** What deploying takes on this machine; loaded when it is first asked for. */
  readonly deploying: () => Promise<Deploying>;
}

/** The attributes of the run that a task belongs to. */
export function runOf(context: Pick<TaskContext<unknown>, 'attributes'>): RunAttributes {
  return runAttributesSchema.parse(context.attributes);
}

/** Under which a run keeps what its tasks hand over; no slash at its end. */
export function runRefs(jobId: string): string {
  return `refs/miyabi/runs/${jobId}`;
}

/** The run's branch while it grows, in the mirror; becomes a branch of the user's only at the end. */
export function runHeadRef(jobId: string): string {
  return `${runRefs(jobId)}/head`;
}

/** Under which the commits of a run's worlds are found by people; no slash at its end. */
export function worldRefs(jobId: string): string {
  return `refs/miyabi/worlds/${displayId('run', jobId)}`;
}
