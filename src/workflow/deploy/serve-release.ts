import { releaseName } from '../../domain/deployment.ts';
import { handle } from '../../weaver/handler.ts';
import type { WorkflowTools } from '../tools.ts';
import type { AtTarget } from './at-target.ts';
import { atTarget } from './at-target.ts';
import { deployServeType } from './deploy-task-types.ts';
import type { OpenedDeployment, StepResult } from './deploy-task-types.ts';
import { deployable } from './deployable.ts';

/** Gives a release all traffic: the new one, the last good one where the new one was bad, or the new one again where that was worse. */
export function serveRelease(tools: WorkflowTools) {
  return handle(deployServeType, async (context) => {
    const { way, verdict } = context.payload;
    const result = await atTarget(tools, context, async (at): Promise<StepResult> => {
      const { opened, notes } = at;
      const which = way === 'back' ? opened.good : opened;
      if (which === null) throw new Error('there is no release to go back to');
      if (way === 'back') {
        const isOurs = await note(tools, at, { state: 'rolling-back', ...(verdict === null ? {} : { verdict }) });
        if (!isOurs) return lost;
      }
      const name = releaseName({ number: which.release });
      notes.line(`${opened.environment}: ${way === 'back' ? `going back to ${name}` : `giving ${name} all traffic`}`);
      await giveTraffic(tools, at, which, way);
      if (way !== 'forward') return { kind: 'done' };
      const recorded = await tools.ledger.deployments.one(opened.id);
      // A watch that began before a death ends when it would have ended.
      const servedAt = recorded?.servedAt ?? tools.clock.now();
      return (await note(tools, at, { state: 'watching', servedAt })) ? { kind: 'done' } : lost;
    });
    return { kind: 'success', result };
  });
}

/** Only where it has to be started anew does it take what it was built to, and its secrets: what runs still serves without. */
async function giveTraffic(
  tools: WorkflowTools,
  at: AtTarget,
  { release: number, commit }: NonNullable<OpenedDeployment['good']>,
  way: 'forward' | 'back' | 'better',
): Promise<void> {
  const change = way === 'better' ? { ...at.change, isSecond: true as const } : at.change;
  if (await at.target.serveAsItIs({ number, commit }, change)) return;
  const release = await deployable(tools, at, number, way === 'back' ? 'checked' : 'known');
  if (way === 'back') await at.target.place(release, change);
  await at.target.serve(release, change);
}

const lost = { kind: 'lost', reason: 'the deployment was ended by somebody else' } as const;

async function note(
  { ledger }: Pick<WorkflowTools, 'ledger'>,
  { opened }: AtTarget,
  change: Parameters<WorkflowTools['ledger']['deployments']['change']>[2],
): Promise<boolean> {
  return await ledger.deployments.change(opened.id, opened.fence, change);
}
