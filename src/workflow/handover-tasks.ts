import type { CommitId } from '../domain/ids.ts';
import type { TaskSpec } from '../domain/job.ts';
import type { RunAttributes } from '../domain/run.ts';
import { needsOfPrograms } from './needs-of.ts';
import type { PublishPayload } from './task-types.ts';
import { cleanupType, publishType } from './task-types.ts';

/** The tasks of a run whose only work is to hand a change over that another run has made. @param base what the change is one of. */
export function handoverTasks(
  run: Pick<RunAttributes, 'config' | 'issue' | 'repository'>,
  change: { readonly commit: CommitId; readonly base: CommitId },
): readonly TaskSpec[] {
  const payload: PublishPayload = { change };
  return [
    // What leaves this machine is looked at within walls.
    { type: publishType.name, key: 'publish', payload, ...(run.repository.kind === 'local' ? {} : { needs: needsOfPrograms(run) }) },
    { type: cleanupType.name, key: 'cleanup', payload: {}, dependencies: [{ on: 'publish', until: 'settled' }] },
  ];
}
