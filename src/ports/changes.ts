import type { JobId } from '../domain/ids.ts';

/** What a commit may mean for those who wait. */
export interface News {
  /** Something became ready, or a place became free. */
  readonly ready: boolean;
  /** Something happened that a worker has to look after: a cancellation, a lease that was taken, a job that nobody carries. */
  readonly attend: boolean;
  /** When something was put off to, epoch ms; the earliest. */
  readonly scheduled: number | undefined;
  /** The jobs that were touched; undefined when that is not known. */
  readonly jobs: ReadonlySet<JobId> | undefined;
}

/** What may have happened when nothing is known. */
export const anyNews: News = { ready: true, attend: true, scheduled: undefined, jobs: undefined };

/** Hints that something was committed, by this process or by another. A hint may be late or too many, never missing for ever. */
export interface Changes {
  /** Tells this process after a commit of its own. */
  announce(news: News): void;
  /** @returns the function that ends it. */
  subscribe(listener: (news: News) => void): () => void;
}
