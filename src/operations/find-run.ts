import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import { groupsBesideRuns, isRun } from '../domain/job-groups.ts';
import type { Engine, JobView } from '../weaver/engine.ts';

/**
 * The run that a person means: `last`, a full id, or any beginning of `run_7f3k2m9qxa` that no other run has.
 * @throws Failure (notFoundOrLocked) for none; Failure (usage) for several, naming them.
 */
export async function findRun(engine: Engine, wanted: string): Promise<JobView> {
  const runs =
    wanted === 'last'
      ? await engine.jobs({ exceptGroups: groupsBesideRuns, limit: 1 })
      : (await engine.findJobs(wanted.replace(/^run_/, ''))).filter(isRun);
  const [first, second] = runs;
  if (first === undefined) {
    throw new Failure('notFoundOrLocked', {
      what: `There is no run ${wanted}.`,
      why: wanted === 'last' ? 'Nothing has been run yet.' : 'No run has an id that begins like this.',
      fix: '`miyabi status` lists the runs.',
    });
  }
  if (second !== undefined) {
    throw new Failure('usage', {
      what: `${wanted} could be ${runs.map((run) => displayId('run', run.id)).join(' or ')}.`,
      why: 'More than one run has an id that begins like this.',
      fix: 'Type a few more characters.',
    });
  }
  return first;
}
