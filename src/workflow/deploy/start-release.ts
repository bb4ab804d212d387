import { handle } from '../../weaver/handler.ts';
import type { WorkflowTools } from '../tools.ts';
import { atTarget } from './at-target.ts';
import { deployStartType } from './deploy-task-types.ts';
import { deployable } from './deployable.ts';
import { runningBeside } from './running-beside.ts';

/** Runs the release beside what serves, where the target can do that. */
export function startRelease(tools: WorkflowTools) {
  return handle(deployStartType, async (context) => {
    const result = await atTarget(tools, context, async (at) => {
      at.notes.line(`${at.opened.environment}: starting r${at.opened.release} beside what serves`);
      // What a person goes back to is to be as it was.
      if (context.payload.rollback && (await runningBeside(at)) !== undefined) return { kind: 'done', beside: true } as const;
      const beside = await at.target.start(
        await deployable(tools, at, at.opened.release, context.payload.rollback ? 'checked' : 'known'),
        at.change,
      );
      return { kind: 'done', beside } as const;
    });
    return { kind: 'success', result };
  });
}
