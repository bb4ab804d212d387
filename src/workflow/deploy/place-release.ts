import { handle } from '../../weaver/handler.ts';
import type { WorkflowTools } from '../tools.ts';
import { atTarget } from './at-target.ts';
import { deployPlaceType } from './deploy-task-types.ts';
import { deployable } from './deployable.ts';
import { runningBeside } from './running-beside.ts';

/** Brings the release to the target, without starting it. */
export function placeRelease(tools: WorkflowTools) {
  return handle(deployPlaceType, async (context) => {
    const result = await atTarget(tools, context, async (at) => {
      at.notes.line(`${at.opened.environment}: placing r${at.opened.release}`);
      if (context.payload.rollback && (await runningBeside(at)) !== undefined) return { kind: 'done' } as const;
      await at.target.place(await deployable(tools, at, at.opened.release, 'checked'), at.change);
      return { kind: 'done' } as const;
    });
    return { kind: 'success', result };
  });
}
