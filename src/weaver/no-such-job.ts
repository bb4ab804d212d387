import { Failure } from '../domain/failure.ts';
import type { JobId } from '../domain/ids.ts';

export function noSuchJob(jobId: JobId): Failure {
  return new Failure(
    'notFoundOrLocked',
    { what: 'There is no such job.', why: `Nothing is stored under ${jobId}.`, fix: 'List the jobs to find its id.' },
    { facts: { jobId } },
  );
}
