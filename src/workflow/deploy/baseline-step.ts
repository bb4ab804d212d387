import { handle } from '../../weaver/handler.ts';
import type { WorkflowTools } from '../tools.ts';
import { atTarget } from './at-target.ts';
import { measureBaseline } from './baseline.ts';
import { deployBaselineType } from './deploy-task-types.ts';
import type { StepResult } from './deploy-task-types.ts';
import type { Baseline } from '../../domain/deployment.ts';
import type { CommitId } from '../../domain/ids.ts';
import { lookRequest, lookTools } from './look-at-release.ts';

/** Measures what serves, before it goes; kept with the deployment. The first release has nothing to be compared with. */
export function baselineStep(tools: WorkflowTools) {
  return handle(deployBaselineType, async (context) => {
    const result = await atTarget(tools, context, async (at): Promise<StepResult<{ readonly baseline: Baseline | null }>> => {
      const { opened, target, deploying, place, change } = at;
      const { serving } = await target.status(change.signal);
      if (serving === undefined || serving.release === opened.release) return { kind: 'done', baseline: null };
      const { baseline, notes } = await measureBaseline(lookTools(tools, at), {
        ...lookRequest(at, { number: serving.release, commit: serving.commit as CommitId }),
        source: await deploying.traffic(place, target),
      });
      if (baseline === undefined) return { kind: 'done', baseline: null, notes };
      const isOurs = await tools.ledger.deployments.change(opened.id, opened.fence, { state: 'deploying', baseline });
      return isOurs ? { kind: 'done', baseline, notes } : { kind: 'lost', reason: 'the deployment was ended by somebody else' };
    });
    return { kind: 'success', result };
  });
}
