import type { JobId } from '../domain/ids.ts';

/** Removes what the records hold of runs that nobody asks for any more. */
export interface OldRuns {
  /** Runs that ended before a moment (epoch ms), the oldest first. */
  endedBefore(moment: number, most: number): Promise<readonly JobId[]>;
  /**
   * Removes one with its tasks, executions, decisions, events and what worlds came to. What statistics, money, knowledge and people's answers hold of it stays. One
   * that was opened again meanwhile stays as well.
   *
   * @returns whether it is gone.
   */
  forget(job: JobId, endedBefore: number): Promise<boolean>;
  /** Removes what tests have said that neither a run nor the base of a repository refers to any more. */
  forgetEvidence(): Promise<void>;
}
