import type { CommitId, JobId, RepositoryId, TaskId } from '../domain/ids.ts';
import type { Incident, WorldUsage } from '../domain/incident.ts';
import type { IsolationLevel, WorkspaceMethod } from '../domain/machine.ts';
import type { WorldScore } from '../domain/score.ts';
import type { WorldName, WorldStatus } from '../domain/world.ts';

/** A world when its agent is about to start. */
export interface BegunWorld {
  /** Of its `miyabi.world.run` task: what makes it this world and no other. */
  readonly taskId: TaskId;
  /** Of that task's attempt. What an earlier attempt reports late changes nothing. */
  readonly epoch: number;
  readonly jobId: JobId;
  readonly repositoryId: RepositoryId;
  /** Id of the plan task it works on. */
  readonly planTask: string;
  /** From 1; see the payload of `miyabi.task.implement`. */
  readonly round: number;
  readonly world: WorldName;
  readonly agent: string;
  /** What sets it apart from other worlds of the same agent, in a word or two: its stance or its variant. */
  readonly settings: string;
}

/** How the agent's part of a world ended; `harvested`: with a change, which is not judged yet. */
export type WorldRan = Pick<BegunWorld, 'taskId' | 'epoch'> & {
  readonly costMicroUsd: number;
  readonly durationMs: number;
} & (
    | { readonly status: 'harvested'; readonly commit: CommitId }
    | { readonly status: Exclude<WorldStatus, 'success'>; readonly commit?: undefined }
  );

/** What became of a world's check. */
export interface WorldChecked {
  /** Undefined where its change could not be checked. */
  readonly score: WorldScore | undefined;
  readonly durationMs: number;
  readonly isUnbeatable: boolean;
}

/** How a world stands when the choice has been made. */
export interface JudgedWorld {
  readonly taskId: TaskId;
  readonly status: WorldStatus;
  /** Absent where nothing could be checked. */
  readonly score: WorldScore | undefined;
  readonly chosen: boolean;
}

/** How a world was made and what keeps it apart. */
export interface WorldSurroundings {
  readonly method: WorkspaceMethod;
  readonly isolation: IsolationLevel;
}

/** One world as it is recorded. */
export interface RecordedWorld extends BegunWorld, Partial<WorldSurroundings> {
  /** `checked`: its change was judged, the choice is not made yet. */
  readonly status: 'running' | 'harvested' | 'checked' | WorldStatus;
  readonly chosen: boolean;
  /** Points; provisional until the choice is made. */
  readonly score: Omit<WorldScore, 'warnings'> | undefined;
  readonly costMicroUsd: number;
  /** Of the agent's part. Absent while it runs, and where it never came to an end. */
  readonly runMs: number | undefined;
  readonly checkMs: number | undefined;
  readonly commit: CommitId | undefined;
  /** At its highest, all its processes together; absent where it was not measured. */
  readonly memoryBytes: number | undefined;
  /** Processor time of all its processes; absent where it was not measured. */
  readonly cpuMs: number | undefined;
  /** How often it was denied something or broke a rule, over all its attempts. */
  readonly incidents: number;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Epoch ms; absent until it is known how it ended. */
  readonly endedAt: number | undefined;
}

export interface RecordedIncident extends Incident {
  /** Of the task in whose place it happened: a world's run, or a check. */
  readonly taskId: TaskId;
}

/** All worlds of one agent with the same settings that have ended. Those that were skipped showed nothing, and do not count. */
export interface WorldStatistics {
  readonly agent: string;
  readonly settings: string;
  readonly worlds: number;
  /** Those that ended as success. */
  readonly passed: number;
  readonly chosen: number;
  /** Points of 100; absent where none could be checked. */
  readonly meanScore: number | undefined;
  readonly costMicroUsd: number;
  /** Agent and checks together, in ms; absent where none came to an end. */
  readonly meanDurationMs: number | undefined;
}

/**
 * One row for each world that was begun, for lists and statistics; the whole story stays with the tasks. Each report says what is
 * true now and may come again: an attempt that starts anew begins the same row anew.
 */
export interface WorldLedger {
  begin(world: BegunWorld): Promise<void>;
  /** @param of the attempt that has them. */
  environment(of: Pick<BegunWorld, 'taskId' | 'epoch'>, surroundings: WorldSurroundings): Promise<void>;
  /** Once its programs have ended; what could not be measured stays unknown. */
  used(of: Pick<BegunWorld, 'taskId' | 'epoch'>, usage: Pick<WorldUsage, 'memoryBytes' | 'cpuMs'>): Promise<void>;
  /**
   * The same kind with the same detail is one incident, whichever attempt reports it: its highest count is kept, and that it stopped
   * somebody. Beyond a hundred of one task, further ones are counted together.
   */
  incident(of: Pick<BegunWorld, 'taskId' | 'jobId'>, incident: Incident): Promise<void>;
  ran(end: WorldRan): Promise<void>;
  checked(taskId: TaskId, check: WorldChecked): Promise<void>;
  /** @returns the world of this task that no other can beat any more, the first that came to that; undefined while there is none. */
  unbeatable(of: Pick<BegunWorld, 'jobId' | 'planTask' | 'round'>): Promise<WorldName | undefined>;
  /** Records a choice: all its worlds, or none. Those that were never begun have no row and get none. */
  judged(worlds: readonly JudgedWorld[]): Promise<void>;
  /** In the order in which they began. */
  ofRun(jobId: JobId): Promise<readonly RecordedWorld[]>;
  /** All of a run's tasks, in the order in which they happened first. */
  incidents(jobId: JobId): Promise<readonly RecordedIncident[]>;
  /** By agent and settings, those with the most worlds first. @param filter.since epoch ms; those that ended then or later. */
  statistics(filter?: { readonly repositoryId?: RepositoryId; readonly since?: number }): Promise<readonly WorldStatistics[]>;
}
