import { Failure } from '../../domain/failure.ts';
import type { CommitId } from '../../domain/ids.ts';
import { releaseName } from '../../domain/deployment.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import { mergeType } from '../forge-task-types.ts';
import { resultIfAny } from '../settled.ts';
import { publishType } from '../task-types.ts';
import type { WorkflowTools } from '../tools.ts';
import { runOf } from '../tools.ts';
import type { DeployPayload } from './deploy-task-types.ts';

export type ToDeploy =
  | { readonly kind: 'commit'; readonly commit: CommitId }
  /** It was built earlier, and lies on this machine. */
  | { readonly kind: 'built'; readonly release: number; readonly commit: CommitId }
  | { readonly kind: 'nothing'; readonly reason: string };

/** What is to go out. @throws Failure (notFoundOrLocked) for a release that there is not. */
export async function commitToDeploy(tools: WorkflowTools, context: TaskContext<DeployPayload>): Promise<ToDeploy> {
  const { what } = context.payload;
  switch (what.kind) {
    case 'commit':
      return what;
    case 'merged':
      return mergedCommit(context);
    case 'release':
      return await releaseToDeploy(tools, context, what.release);
  }
}

function mergedCommit(context: TaskContext<DeployPayload>): ToDeploy {
  const merged = resultIfAny(
    mergeType,
    context.dependencies.find(({ type }) => type === mergeType.name),
  );
  if (merged?.kind === 'left') return { kind: 'nothing', reason: merged.reason };
  if (merged !== undefined) {
    // What else stands at the head of the branch nobody has judged here: it does not go out by itself.
    return merged.commit === null
      ? {
          kind: 'nothing',
          reason: 'somebody else merged it, and the forge does not tell as which commit; `miyabi deploy` deploys it by hand',
        }
      : { kind: 'commit', commit: merged.commit as CommitId };
  }
  const published = resultIfAny(
    publishType,
    context.dependencies.find(({ type }) => type === publishType.name),
  );
  if (published === undefined) throw new Error('nothing was merged or handed over before');
  const { into, commit, notes } = published;
  return into === null ? { kind: 'nothing', reason: notes.join(' ') || 'no branch was moved to it' } : { kind: 'commit', commit };
}

/** What is not here any more is built anew from its commit. */
async function releaseToDeploy(tools: WorkflowTools, context: TaskContext<DeployPayload>, number: number): Promise<ToDeploy> {
  const release = await tools.ledger.deployments.releaseOf(runOf(context).repositoryId, number);
  if (release === undefined) {
    throw new Failure('notFoundOrLocked', {
      what: `There is no release ${releaseName({ number })}.`,
      why: 'Nothing of that number was ever built for this repository.',
      fix: '`miyabi releases` lists those that there are.',
    });
  }
  const { built, commit } = release;
  const { releases } = await tools.deploying();
  if (built === undefined || !(await releases.has(built.folder, built.digest))) return { kind: 'commit', commit };
  return { kind: 'built', release: number, commit };
}
