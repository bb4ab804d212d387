import type { EarlyEnd } from '../domain/early-end.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { stacksOf } from '../weaver/stacks.ts';
import { withBreaker } from './breaker-of-world.ts';
import { withCheckout } from './checkout.ts';
import { keptValue } from './kept.ts';
import type { WorldRunPayload, WorldRunResult } from './task-types.ts';
import { worldRunType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { watchRivals } from './watch-rivals.ts';
import { launchInTurn, watchedCaller } from './world-account.ts';
import { liveInWorld } from './world-live.ts';
import { recordBegin, recordRan } from './world-records.ts';

type Context = TaskContext<WorldRunPayload>;

/**
 * One world: a clean checkout of the base, the agent at work in it, and its change harvested into a commit. An attempt
 * that was cut off starts again from a clean checkout. However the world ended is the task's result, not its failure: one
 * world that came to nothing must not fail a run that another one saves.
 */
export function worldRun(tools: WorkflowTools) {
  return handle(worldRunType, async (context) => {
    const started = tools.clock.monotonic();
    const late: string[] = [];
    let stacks: readonly string[] = [];
    await recordBegin(tools, context);
    const lived = await withBreaker(tools, context, async () =>
      begin(tools, context, (sentence) => void late.push(sentence)).catch((error: unknown) => {
        stacks = stacksOf(error).map((stack) => tools.redact(stack).text);
        return lost(tools, context, error);
      }),
    );
    const spent = await tools.ledger.money.spent({ taskId: context.taskId });
    const result: WorldRunResult = {
      ...lived,
      warnings: [...lived.warnings, ...late],
      durationMs: Math.round(tools.clock.monotonic() - started),
      // All attempts of this world together: those before this one told nobody what they had spent.
      costMicroUsd: spent.costMicroUsd,
      ...(spent.calls === 0
        ? {}
        : { usage: spent.usage, calls: spent.calls, cachedCalls: spent.cached, unknownPrices: spent.unknownPrices }),
    };
    await recordRan(tools, context, result);
    return {
      kind: 'success',
      result,
      costMicroUsd: result.costMicroUsd,
      observations: [
        ...result.warnings,
        ...(result.early === undefined ? [] : [`Ended early (${result.early.rule}): ${result.early.reason}.`]),
        ...stacks,
      ],
    };
  });
}

/** Makes the place that the agent needs and lets the world be lived there, unless another one can no longer be beaten. */
async function begin(tools: WorkflowTools, context: Context, onWarning: (sentence: string) => void): Promise<WorldRunResult> {
  const { base, world, round } = context.payload;
  const checks = await keptValue(tools, context.payload.checks);
  const planTask = await keptValue(tools, context.payload.planTask);
  const agent = await tools.agent(world.agent.name);
  const needs = await agent.needs(world.agent);
  const { caller, outOfMoney } = await watchedCaller(tools, context, { planTask, onWarning });
  await using rival = await watchRivals(tools, context, { planTask: planTask.id, round, world: world.name });
  if (rival.early.signal.aborted) return endedEarly(context, rival.early.signal.reason as EarlyEnd);
  await launchInTurn(tools, context, needs.providers);
  const place = {
    name: world.name,
    commit: base,
    checks,
    agent: {
      network: needs.network,
      readable: needs.readable,
      ...(needs.providers.length === 0 ? {} : { models: (await tools.models()).gateway(needs.providers, caller) }),
    },
    // Our own search asks nobody; of any other agent, and of what a model lets run, people see what it looks for.
    tellsNetwork: world.agent.name !== 'repair',
    independent: true,
    onWarning,
  };
  return await withCheckout(tools, context, place, async (checkout) =>
    liveInWorld(tools, context, { checks, planTask, agent, caller, outOfMoney, early: rival.early }, checkout),
  );
}

/** A world that could not be lived through, by no fault of its agent: a full disk, a git that failed. */
function lost({ redact }: WorkflowTools, context: Context, error: unknown): WorldRunResult {
  context.signal.throwIfAborted();
  const reason = redact(error instanceof Error ? error.message : String(error)).text;
  const nothing = { summary: '', integrity: [], warnings: [], costMicroUsd: 0, durationMs: 0 };
  return { ...nothing, kind: 'ended', world: { name: context.payload.world.name }, status: 'failed', reason };
}

function endedEarly({ payload }: Context, early: EarlyEnd): WorldRunResult {
  const nothing = { summary: '', integrity: [], warnings: [], costMicroUsd: 0, durationMs: 0 };
  return { ...nothing, kind: 'ended', world: { name: payload.world.name }, status: 'cancelled', reason: early.reason, early };
}
