import type { EarlyEnd } from '../domain/early-end.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { withBreaker } from './breaker-of-world.ts';
import { keptValue } from './kept.ts';
import { accountFor, liveAgent } from './live-agent.ts';
import type { WorldRunPayload, WorldRunResult } from './task-types.ts';
import { worldRunType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { watchRivals } from './watch-rivals.ts';
import { recordBegin, recordRan } from './world-records.ts';

type Context = TaskContext<WorldRunPayload>;

/**
 * One world: a clean checkout of the base, the agent at work in it, and its change harvested into a commit. An attempt
 * that was cut off starts again from a clean checkout. However the world ended is the task's result, not its failure: one
 * world that came to nothing must not fail a run that another one saves.
 */
export function worldRun(tools: WorkflowTools) {
  return handle(worldRunType, async (context) => {
    await recordBegin(tools, context);
    const { result, observations, artifacts } = await accountFor(
      tools,
      context,
      async (onWarning) => await begin(tools, context, onWarning),
      async (lived) => await withBreaker(tools, context, lived),
    );
    await recordRan(tools, context, result);
    return { kind: 'success', result, costMicroUsd: result.costMicroUsd, observations, artifacts };
  });
}

/** Lives the world, unless another one can no longer be beaten. */
async function begin(tools: WorkflowTools, context: Context, onWarning: (sentence: string) => void): Promise<WorldRunResult> {
  const { world, round } = context.payload;
  const planTask = await keptValue(tools, context.payload.planTask);
  await using rival = await watchRivals(tools, context, { planTask: planTask.id, round, world: world.name });
  if (rival.early.signal.aborted) return endedEarly(context, rival.early.signal.reason as EarlyEnd);
  return await liveAgent(tools, context, { early: rival.early, onWarning });
}

function endedEarly({ payload }: Context, early: EarlyEnd): WorldRunResult {
  const nothing = { summary: '', integrity: [], warnings: [], costMicroUsd: 0, durationMs: 0 };
  return { ...nothing, kind: 'ended', world: { name: payload.world.name }, status: 'cancelled', reason: early.reason, early };
}
