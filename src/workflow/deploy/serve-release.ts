import { releaseName } from '../../domain/deployment.ts';
import { handle } from '../../weaver/handler.ts';
import type { WorkflowTools } from '../tools.ts';
import type { AtTarget } from './at-target.ts';
import { atTarget } from './at-target.ts';
import { deployServeType } from './deploy-task-types.ts';
import type { StepResult } from './deploy-task-types.ts';
import { deployable } from './deployable.ts';

/** Gives a release all traffic: the new one, the last good one where the new one was bad, or the new one again where that was worse. */
export function serveRelease(tools: WorkflowTools) {
  return handle(deployServeType, async (context) => {
    const { way, verdict } = context.payload;
    const result = await atTarget(tools, context, async (at): Promise<StepResult> => {
      const { opened, notes } = at;
      const number = way === 'back' ? opened.good?.release : opened.release;
      if (number === undefined) throw new Error('there is no release to go back to');
      if (way === 'back') {
        const isOurs = await note(tools, at, { state: 'rolling-back', ...(verdict === null ? {} : { verdict }) });
        if (!isOurs) return lost;
      }
      const name = releaseName({ number });
      notes.line(`${opened.environment}: ${way === 'back' ? `going back to ${name}` : `giving ${name} all traffic`}`);
      const release = await deployable(tools, at, number);
      if (way === 'back') await at.target.place(release, at.change);
      await at.target.serve(release, way === 'better' ? { ...at.change, isSecond: true } : at.change);
      if (way !== 'forward') return { kind: 'done' };
      const recorded = await tools.ledger.deployments.one(opened.id);
      // A watch that began before a death ends when it would have ended.
      const servedAt = recorded?.servedAt ?? tools.clock.now();
      return (await note(tools, at, { state: 'watching', servedAt })) ? { kind: 'done' } : lost;
    });
    return { kind: 'success', result };
  });
}

const lost = { kind: 'lost', reason: 'the deployment was ended by somebody else' } as const;

async function note(
  { ledger }: Pick<WorkflowTools, 'ledger'>,
  { opened }: AtTarget,
  change: Parameters<WorkflowTools['ledger']['deployments']['change']>[2],
): Promise<boolean> {
  return await ledger.deployments.change(opened.id, opened.fence, change);
}
