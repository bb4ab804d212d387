import type { z } from 'zod';
import { releaseName } from '../../domain/deployment.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { DeployRefused, FencedOff } from '../../ports/deployer.ts';
import { handle } from '../../weaver/handler.ts';
import type { WorkflowTools } from '../tools.ts';
import type { AtTarget } from './at-target.ts';
import { atTarget } from './at-target.ts';
import type { EnvironmentResult, StepResult } from './deploy-task-types.ts';
import { deployFinishType } from './deploy-task-types.ts';

type Finish = z.infer<typeof deployFinishType.payload>;
type Finished = StepResult<{ readonly ended: EnvironmentResult }>;

/** Past deployments that are looked through for releases that are kept ready. */
const mostLooked = 500;

/**
 * The last step of an environment: what is not needed any more is ended, the commit of a bad release is blocked, and the environment is given back.
 * Whoever has lost it at the target changes nothing there.
 */
export function finishDeployment(tools: WorkflowTools) {
  return handle(deployFinishType, async (context): Promise<Outcome<Finished>> => {
    const { opened, end, reason } = context.payload;
    const result = await atTarget(tools, context, async (at): Promise<Finished> => {
      const { serving } = await at.target.status(at.change.signal);
      await tidyUp(tools, at, context.payload, serving?.release);
      const { deployments } = tools.ledger;
      if (context.payload.block) {
        const why = `${releaseName({ number: opened.release })} was not kept in ${opened.environment}: ${reason ?? end}`;
        await deployments.block(at.run.repositoryId, opened.commit, why, tools.clock.now());
      }
      if (reason !== null) at.notes.line(`${opened.environment}: ${end}: ${reason}`);
      await deployments.change(opened.id, opened.fence, {
        state: end,
        endedAt: tools.clock.now(),
        ...(context.payload.verdict === null ? {} : { verdict: context.payload.verdict }),
        ...(serving === undefined ? {} : { leaves: serving.release }),
      });
      return { kind: 'done', ended: endedAs(context.payload, serving?.release ?? null) };
    });
    // It ended already, or somebody else has the environment: there is nothing left to give back.
    if (result.kind !== 'lost') return { kind: 'success', result };
    const recorded = await tools.ledger.deployments.one(opened.id);
    return { kind: 'success', result: { kind: 'done', ended: endedAs(context.payload, recorded?.leaves ?? null) } };
  });
}

function endedAs({ opened, end, reason }: Finish, serving: number | null): EnvironmentResult {
  const { environment, id, release } = opened;
  return { environment, deployment: id, release, end, serving, reason };
}

/** Of a deployment after which a person has to look, everything stays as it is. */
async function tidyUp(
  { ledger }: Pick<WorkflowTools, 'ledger'>,
  { opened, target, change, run, environment }: AtTarget,
  { end }: Finish,
  serving: number | undefined,
): Promise<void> {
  if (end === 'broken') return;
  const past = await ledger.deployments.latest({ repositoryId: run.repositoryId, environment: opened.environment }, mostLooked);
  const good = past.filter(({ state }) => state === 'live').map(({ release }) => release);
  // `keep` counts the ones before the one that serves.
  const running = serving === undefined ? [] : [serving];
  const placed = [...new Set([...running, ...good])].slice(0, environment.keep + 1);
  try {
    await target.retire({ running, placed }, change);
  } catch (error) {
    // What was not ended does no harm, and the environment is given back all the same.
    if (!(error instanceof DeployRefused || error instanceof FencedOff)) throw error;
    change.onLine(`what is not needed any more was not ended: ${error.message}`);
  }
}
