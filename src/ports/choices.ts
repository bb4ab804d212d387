import type { DecidedBy } from '../domain/choice.ts';
import type { CommitId, JobId, RepositoryId, TaskId } from '../domain/ids.ts';
import type { WorldName } from '../domain/world.ts';

/** What became of a change, as far as it is known; what is told last holds. */
export const choiceFates = ['handed-over', 'merged', 'ci-passed', 'ci-failed', 'rejected', 'reverted'] as const;
export type ChoiceFate = (typeof choiceFates)[number];

/** One choice with what the plain score would have chosen: compared later with what became of the change. */
export interface RecordedChoice {
  /** Of its `miyabi.task.choose` task. */
  readonly taskId: TaskId;
  readonly jobId: JobId;
  readonly repositoryId: RepositoryId;
  /** How many worlds could have won. */
  readonly candidates: number;
  /** Absent where none won. */
  readonly winner: WorldName | undefined;
  readonly commit: CommitId | undefined;
  readonly decidedBy: DecidedBy | undefined;
  /** Whom the plain score would have taken; absent where nobody. */
  readonly plainWinner: WorldName | undefined;
  /** 0 to 1. */
  readonly confidence: number;
}

/** How choices of one kind fared in a repository. */
export interface ChoiceComparison {
  readonly decidedBy: DecidedBy;
  /** Whether the plain score would have taken the same world. */
  readonly isPlain: boolean;
  /** Absent while nothing is known of it. */
  readonly fate: ChoiceFate | undefined;
  readonly choices: number;
}

/** One row for each choice; the whole table of a choice stays with its task. */
export interface Choices {
  /** The same choice again changes nothing of its fate. */
  record(choice: RecordedChoice): Promise<void>;
  /** Of all choices of a run whose winners are part of what was handed over. */
  became(jobId: JobId, fate: ChoiceFate): Promise<void>;
  /** Choices that had a winner, counted. */
  compare(repositoryId: RepositoryId): Promise<readonly ChoiceComparison[]>;
}
