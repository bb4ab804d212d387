import type { Artifact } from '../domain/outcome.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { stacksOf } from '../weaver/stacks.ts';
import { withCheckout } from './checkout.ts';
import { keepLogs } from './keep-logs.ts';
import { keptValue } from './kept.ts';
import type { AgentPayload, WorldRunResult } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { launchInTurn, watchedCaller } from './world-account.ts';
import { liveInWorld } from './world-live.ts';

type Context = TaskContext<AgentPayload>;

/** An agent's whole work, with what it cost, and what is to be said of it. */
export interface LivedAgent {
  readonly result: WorldRunResult;
  readonly observations: readonly string[];
  readonly artifacts: readonly Artifact[];
}

/**
 * Counts what an agent's work took, whatever came of it: however it ended is a result, and not a failure of the task, for one that came to
 * nothing must not fail a run that another one saves.
 *
 * @param live is told where to put what a person should know and comes to light late.
 * @param around decides whether it is lived at all, and sees how it ended; an exception of `live` has become a result by then.
 */
export async function accountFor(
  tools: WorkflowTools,
  context: Context,
  live: (onWarning: (sentence: string) => void) => Promise<WorldRunResult>,
  around: (lived: () => Promise<WorldRunResult>) => Promise<WorldRunResult> = (lived) => lived(),
): Promise<LivedAgent> {
  const started = tools.clock.monotonic();
  const late: string[] = [];
  let stacks: readonly string[] = [];
  const lived = await around(
    async () =>
      await live((sentence) => void late.push(sentence)).catch((error: unknown) => {
        stacks = stacksOf(error).map((stack) => tools.redact(stack).text);
        return lost(tools, context, error);
      }),
  );
  const kept = await keepLogs(tools, context);
  const spent = await tools.ledger.money.spent({ taskId: context.taskId });
  const result: WorldRunResult = {
    ...lived,
    warnings: [...lived.warnings, ...late],
    durationMs: Math.round(tools.clock.monotonic() - started),
    // All attempts together: those before this one told nobody what they had spent.
    costMicroUsd: spent.costMicroUsd,
    ...(spent.calls === 0 ? {} : { usage: spent.usage, calls: spent.calls, cachedCalls: spent.cached, unknownPrices: spent.unknownPrices }),
  };
  const early = result.early === undefined ? [] : [`Ended early (${result.early.rule}): ${result.early.reason}.`];
  return { result, observations: [...result.warnings, ...early, ...stacks, ...kept.observations], artifacts: kept.artifacts };
}

/** Makes the place that an agent needs and lets it work there. @param given.early ends it before its time; the reason is an `EarlyEnd`. */
export async function liveAgent(
  tools: WorkflowTools,
  context: Context,
  { early, onWarning }: { readonly early: AbortController; readonly onWarning: (sentence: string) => void },
): Promise<WorldRunResult> {
  const { base, world } = context.payload;
  const checks = await keptValue(tools, context.payload.checks);
  const planTask = await keptValue(tools, context.payload.planTask);
  const agent = await tools.agent(world.agent.name);
  const needs = await agent.needs(world.agent);
  const { caller, outOfMoney } = await watchedCaller(tools, context, { planTask, onWarning });
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
    liveInWorld(tools, context, { checks, planTask, agent, caller, outOfMoney, early }, checkout),
  );
}

/** Work that could not be done, by no fault of the agent: a full disk, a git that failed. */
function lost({ redact }: WorkflowTools, context: Context, error: unknown): WorldRunResult {
  context.signal.throwIfAborted();
  const reason = redact(error instanceof Error ? error.message : String(error)).text;
  const nothing = { summary: '', integrity: [], warnings: [], costMicroUsd: 0, durationMs: 0 };
  return { ...nothing, kind: 'ended', world: { name: context.payload.world.name }, status: 'failed', reason };
}
