import { releaseName } from '../../domain/deployment.ts';
import type { Deployment } from '../../domain/deployment.ts';
import { Failure } from '../../domain/failure.ts';
import { commentMarker } from '../../domain/forge.ts';
import { displayId } from '../../domain/ids.ts';
import { forgeOrigin } from '../../domain/issue.ts';
import type { TaskContext } from '../../weaver/handler.ts';
import { handle } from '../../weaver/handler.ts';
import { forgeOfRun } from '../forge-of-run.ts';
import { leavingText } from '../leaving-text.ts';
import { label } from '../pull-request.ts';
import type { WorkflowTools } from '../tools.ts';
import { runOf } from '../tools.ts';
import { deploymentComment } from '../words/deployment-comment.ts';
import { beginRepair } from './begin-repair.ts';
import type { EnvironmentResult } from './deploy-task-types.ts';
import { deployTellType } from './deploy-task-types.ts';

type Context = TaskContext<{ readonly ended: EnvironmentResult }>;

/**
 * What is done about a release that was not kept: a run begins that mends it, where that is configured; its evidence stands at the issue, which is
 * opened again. What a forge refuses is kept with the task; one that is down is waited for.
 */
export function tellDeployment(tools: WorkflowTools) {
  return handle(deployTellType, async (context) => {
    const { ended } = context.payload;
    const deployment = ended.deployment === null ? undefined : await tools.ledger.deployments.one(ended.deployment);
    const trouble: string[] = [];
    const sayWhy = (error: unknown): null => {
      if (!(error instanceof Failure)) throw error;
      trouble.push(error.message);
      return null;
    };
    const repair = deployment === undefined ? null : await beginRepair(tools, context, deployment, ended).catch(sayWhy);
    const url = deployment === undefined ? null : await tellAtIssue(tools, context, deployment, repair).catch(sayWhy);
    const why = trouble.length === 0 ? null : trouble.join(' ');
    const begun = repair === null ? [] : [`${repair} mends what kept it from ${ended.environment}.`];
    return { kind: 'success', result: { url, repair, why }, observations: [...begun, ...trouble] };
  });
}

/** @returns the address of the comment; null for an issue that stands at no forge. */
async function tellAtIssue(tools: WorkflowTools, context: Context, deployment: Deployment, repair: string | null): Promise<string | null> {
  if (forgeOrigin(runOf(context).issue) === undefined) return null;
  const { reason, serving } = context.payload.ended;
  const { forge, origin } = await forgeOfRun(tools, context);
  const place = { repository: origin.repository, number: origin.number };
  const release = await tools.ledger.deployments.releaseOf(deployment.repositoryId, deployment.release);
  const run = displayId('run', context.jobId);
  const notes = await tools.ledger.deployments.notes(deployment.id);
  const commit = release?.commit ?? releaseName({ number: deployment.release });
  const body = deploymentComment({ run, deployment, commit, reason, serving, notes, repair });
  const { url } = await forge.tell(place, commentMarker(run, `deployment-${deployment.environment}`), leavingText(tools, body));
  await forge.reopenIssue(place);
  await label(forge, place, await forge.issue(place), ['state:failed']);
  return url;
}
