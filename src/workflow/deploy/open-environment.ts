import { releaseName } from '../../domain/deployment.ts';
import type { Deployment } from '../../domain/deployment.ts';
import { displayId } from '../../domain/ids.ts';
import type { RepositoryId } from '../../domain/ids.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { handle } from '../../weaver/handler.ts';
import type { WorkflowTools } from '../tools.ts';
import { runOf } from '../tools.ts';
import { environmentNamed } from './at-target.ts';
import type { OpenedDeployment, StepResult } from './deploy-task-types.ts';
import { deployOpenType } from './deploy-task-types.ts';
import { giveBack } from './give-back.ts';

/** The name of the signal that wakes whoever waits for an environment. */
const environmentSignal = 'environment';
/** Ms after which it is looked again whether it is free. */
const lookAgainMs = 3_000;
/** Deployments that are looked through for a good one. */
const mostLooked = 500;

/** Takes the environment, one deployment at a time: it waits while another one holds it, and ends one whose run goes on no more. */
export function openEnvironment(tools: WorkflowTools) {
  return handle(deployOpenType, async (context): Promise<Outcome<StepResult<{ readonly opened: OpenedDeployment }>>> => {
    const { environment, release, commit, openedBy } = context.payload;
    const { repositoryId } = runOf(context);
    const deploying = await tools.deploying();
    const place = { repositoryId, environment: environmentNamed(deploying.project(runOf(context)), environment) };
    const { deployments } = tools.ledger;
    const blocked = await deployments.blockOf(repositoryId, commit);
    if (blocked !== undefined) return { kind: 'success', result: { kind: 'refused', reason: blockedWords(release, blocked.reason) } };
    const request = { repositoryId, environment, release, jobId: context.jobId, key: openedBy, at: tools.clock.now() };
    let taken = await deployments.open(request);
    if (taken.kind === 'held' && (await deploying.hasEnded(taken.by.jobId))) {
      await giveBack(tools, deploying, taken.by.id, place);
      taken = await deployments.open(request);
    }
    if (taken.kind === 'held') return waitFor(taken.by, tools.clock.now());
    const { id, fence, endedAt } = taken.deployment;
    if (endedAt !== undefined) return { kind: 'success', result: { kind: 'lost', reason: 'the deployment was ended by somebody else' } };
    const good = await lastGood(tools, repositoryId, { environment, release });
    return { kind: 'success', result: { kind: 'done', opened: { id, environment, release, commit, fence, good } } };
  });
}

export function blockedWords(release: number, reason: string): string {
  return `${releaseName({ number: release })} may not go out: ${reason}; \`miyabi releases lift ${releaseName({ number: release })}\` lifts that`;
}

function waitFor({ environment, release, jobId }: Deployment, now: number) {
  const reason = `${displayId('run', jobId)} is deploying ${releaseName({ number: release })} to ${environment}`;
  const need = { signal: environmentSignal, from: 'deadline', question: reason, until: now + lookAgainMs } as const;
  return { kind: 'blocked', reason, need } as const;
}

/** The newest release that has proven itself there and may go out, but for the one that is to come. */
async function lastGood(
  { ledger: { deployments } }: Pick<WorkflowTools, 'ledger'>,
  repositoryId: RepositoryId,
  { environment, release }: { readonly environment: string; readonly release: number },
): Promise<OpenedDeployment['good']> {
  for (const past of await deployments.latest({ repositoryId, environment }, mostLooked)) {
    if (past.state !== 'live' || past.release === release) continue;
    const found = await deployments.releaseOf(repositoryId, past.release);
    if (found?.built !== undefined && found.blocked === undefined) return { release: found.number, commit: found.commit };
  }
  return null;
}
