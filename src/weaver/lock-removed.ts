import { Failure } from '../domain/failure.ts';
import type { ProcessId } from '../domain/ids.ts';

export function lockRemoved(process: ProcessId): Failure {
  return new Failure(
    'configuration',
    {
      what: 'The worker had to stop.',
      why: 'The file was removed that tells others that its process lives, and they may take it for dead.',
      fix: 'Keep cleaners out of the folder of locks, then start it again.',
    },
    { facts: { process } },
  );
}
