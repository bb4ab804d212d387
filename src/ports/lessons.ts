import type { JobId, RepositoryId } from '../domain/ids.ts';

/** What a run that has ended leaves for later ones to learn from. */
export interface Lesson {
  readonly jobId: JobId;
  readonly repositoryId: RepositoryId;
  /** Of its issue. */
  readonly title: string;
  /** Its beginning, as far as texts are compared. */
  readonly body: string;
  readonly outcome: 'succeeded' | 'failed';
  /** Paths that it changed. */
  readonly files: readonly string[];
  /** What the winners said that they did, or why it came to nothing. */
  readonly summary: string;
}

/** What was learnt from runs; one for each run, and the same again changes it. */
export interface Lessons {
  save(lesson: Lesson): Promise<void>;
  /** The newest first. @param most how many. */
  of(repositoryId: RepositoryId, most: number): Promise<readonly Lesson[]>;
}
