import type { RunAttributes } from '../domain/run.ts';
import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import { resultBranch, runAttributesSchema } from '../domain/run.ts';
import type { Mirror } from '../ports/git.ts';
import type { JobView } from '../weaver/engine.ts';
import { openMirror } from '../workflow/open-mirror.ts';
import { worldRefs } from '../workflow/tools.ts';
import { noLongerThere, isNowhere, mirrorWith } from './open-diff.ts';
import type { OperationTools } from './tools.ts';
import type { WorldOfRun } from './world-of-run.ts';

/**
 * The change of a world as what another run begins with, in the mirror of this machine. It need not be in the user's repository; of a remote other
 * machines find it under the world's own ref while its run is open, and by the branch of the run afterwards.
 * @throws Failure (notFoundOrLocked) where this machine cannot have it any more.
 */
export async function baseOfWorld(
  tools: OperationTools,
  job: JobView,
  { planTask, world, commit, base }: WorldOfRun,
): Promise<{ readonly base: RunAttributes['base']; readonly mirror: Mirror }> {
  const run = displayId('run', job.id);
  const { repository, branchTemplate } = runAttributesSchema.parse(job.attributes);
  const mirror = await brought(tools, job, [commit, base]).catch((error: unknown) => {
    throw isNowhere(error) ? noLongerThere(run, undefined, world, error) : error;
  });
  const atRemote = job.endedAt === undefined ? `${worldRefs(job.id)}/${planTask}/${world}` : resultBranch(branchTemplate, run);
  return { base: { commit, name: repository.kind === 'local' ? `${world} of ${run}` : atRemote }, mirror };
}

async function brought(tools: OperationTools, job: JobView, commits: readonly WorldOfRun['commit'][]): Promise<Mirror> {
  const mirror = await mirrorWith(tools, job, commits);
  await mirror.bring(commits);
  return mirror;
}

/** Leaves the commit that a run begins with under the run's own refs, so that any machine which takes its first task has it. */
export async function leaveAtRemote(tools: OperationTools, jobId: JobId, attributes: RunAttributes): Promise<void> {
  if (attributes.repository.kind === 'local') return;
  await openMirror({ git: await tools.git(), state: tools.state }, { jobId, attributes }, attributes.base.commit);
}
