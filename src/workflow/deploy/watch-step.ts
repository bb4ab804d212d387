import { handle } from '../../weaver/handler.ts';
import type { WorkflowTools } from '../tools.ts';
import { atTarget } from './at-target.ts';
import { deployWatchType } from './deploy-task-types.ts';
import { lookRequest, lookTools, stepResultOf } from './look-at-release.ts';
import { watchRelease } from './watch.ts';

/** Watches a release that serves until it has proven itself or a rule says that it is bad; begun again after a death, it goes on from there. */
export function watchStep(tools: WorkflowTools) {
  return handle(deployWatchType, async (context) => {
    const result = await atTarget(tools, context, async (at) => {
      const { opened, deploying, place, target } = at;
      const { deployments } = tools.ledger;
      const deployment = await deployments.one(opened.id);
      const notes = await deployments.notes(opened.id);
      const found = await watchRelease(lookTools(tools, at), {
        ...lookRequest(at, { number: opened.release, commit: opened.commit }),
        servedAt: deployment?.servedAt ?? tools.clock.now(),
        lookedAt: notes.map((note) => note.at),
        baseline: deployment?.baseline,
        source: await deploying.traffic(place, target),
      });
      return stepResultOf(tools, found);
    });
    return { kind: 'success', result };
  });
}
