import { setTimeout as wait } from 'node:timers/promises';
import type { ModelUsage } from '../domain/model.ts';
import { fromUsd } from '../domain/money.ts';
import type { MicroUsd } from '../domain/money.ts';
import { standInWords } from '../domain/money-scope.ts';
import type { PlanTask } from '../domain/plan.ts';
import type { AgentReport } from '../ports/agent.ts';
import type { Caller, ExchangeEvent } from '../ports/exchange.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { callerOf } from './caller.ts';
import type { AgentPayload } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';

type Context = TaskContext<AgentPayload>;

/** The caller of a world's agent, whose budgets are watched. */
export interface WatchedCaller {
  readonly caller: Caller;
  /** The budget that ended its calls, in words; undefined while none has. Programs tell it in their own way, or not at all. */
  outOfMoney(this: void): string | undefined;
}

/** That a budget is nearly used up, or is, and that calls had to wait for long, is told to `onWarning`, to be kept. */
export async function watchedCaller(
  tools: WorkflowTools,
  context: Context,
  { planTask, onWarning }: { readonly planTask: PlanTask; readonly onWarning: (sentence: string) => void },
): Promise<WatchedCaller> {
  const { world, round } = context.payload;
  const caller = await callerOf(tools, context, { purpose: 'agent', planTask: planTask.id, world, round });
  let outOfMoney: string | undefined;
  const waits = watchWaits();
  const watched: Caller = {
    ...caller,
    onEvent(event) {
      caller.onEvent(event);
      const warning = event.type === 'waiting' ? waits(event) : warningOf(event);
      if (warning !== undefined) onWarning(warning);
      if (event.type === 'budget' && event.at === 'stop') outOfMoney = standInWords(event.stand);
    },
    async askToGoOn(stand, signal) {
      const mayGoOn = await caller.askToGoOn(stand, signal);
      if (!mayGoOn) outOfMoney = `${standInWords(stand)}, and nobody has said that the rest may be spent`;
      return mayGoOn;
    },
  };
  return { caller: watched, outOfMoney: () => outOfMoney };
}

/** So much waiting for one and the same reason, all of it together and in ms, is to be known afterwards. */
const longWaitMs = 30_000;

/** @returns the warning, when waits for one reason have come to so much; once for each. */
function watchWaits(): (wait: { readonly forMs: number; readonly why: string }) => string | undefined {
  const waited = new Map<string, number>();
  return ({ forMs, why }) => {
    const before = waited.get(why) ?? 0;
    waited.set(why, before + forMs);
    if (before >= longWaitMs || before + forMs < longWaitMs) return undefined;
    return `calls of models have waited for half a minute and more: ${why}.`;
  };
}

function warningOf(event: ExchangeEvent): string | undefined {
  // That it is asked about is kept with the question.
  if (event.type !== 'budget' || event.at === 'pause') return undefined;
  return event.at === 'stop' ? `${standInWords(event.stand)}: nothing more is asked.` : `${standInWords(event.stand)}.`;
}

/**
 * What a program says that it has spent by itself counts like what came by us. One that says nothing has made no call that we know of. It counts for
 * twice what its run may cost at most (1 USD, where that is more): a line that a program prints is not to use up the month of all other runs.
 */
export async function recordClaim(
  tools: Pick<WorkflowTools, 'ledger' | 'owner'>,
  context: Pick<Context, 'attemptId' | 'payload'>,
  caller: Caller,
  { claimed }: Pick<AgentReport, 'claimed'>,
): Promise<void> {
  if (claimed === undefined || (claimed.costMicroUsd === undefined && isNothing(claimed.usage))) return;
  const { agent, name } = context.payload.world;
  await tools.ledger.money.record(
    {
      id: `${context.attemptId}:claimed`,
      jobId: caller.jobId,
      taskId: caller.taskId,
      planTask: caller.planTask,
      world: name,
      purpose: 'agent',
      provider: agent.name,
      model: claimed.model ?? 'unknown',
      owner: tools.owner.name,
      limits: caller.limits,
    },
    {
      kind: 'answered',
      usage: plausibleUsage(claimed.usage),
      costMicroUsd: Math.min(claimed.costMicroUsd ?? 0, mostClaimed(caller)),
      priceKnown: claimed.costMicroUsd !== undefined,
      durationMs: 0,
    },
  );
}

function mostClaimed({ limits }: Caller): MicroUsd {
  const run = limits.find(({ scope }) => scope === 'run');
  return Math.max(fromUsd(1), 2 * (run?.limitMicroUsd ?? 0));
}

/** More tokens than any world uses; sums of many such claims are numbers still. */
const mostTokens = 1_000_000_000;

function plausibleUsage({ inputTokens, outputTokens, cachedTokens, cacheWriteTokens }: ModelUsage): ModelUsage {
  const within = (tokens: number): number => Math.min(tokens, mostTokens);
  return {
    inputTokens: within(inputTokens),
    outputTokens: within(outputTokens),
    cachedTokens: within(cachedTokens),
    cacheWriteTokens: within(cacheWriteTokens),
  };
}

function isNothing({ inputTokens, outputTokens }: ModelUsage): boolean {
  return inputTokens + outputTokens === 0;
}

/** Between two programs that will ask the same provider, in ms. */
const launchesApartMs = 500;

/** Programs that begin with a large question do not all begin at the same moment, here or in another process. */
export async function launchInTurn(tools: WorkflowTools, { signal }: Context, providers: readonly string[]): Promise<void> {
  const turns = await Promise.all(providers.map(async (provider) => await tools.ledger.rates.launch(provider, launchesApartMs)));
  const inMs = Math.max(0, ...turns) - tools.clock.now();
  if (inMs > 0) await wait(inMs, undefined, { signal });
}
