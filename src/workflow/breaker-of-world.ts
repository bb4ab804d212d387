import { createHash } from 'node:crypto';
import type { Admission, BreakerOutcome, BreakerSettings } from '../domain/breaker.ts';
import type { Choice } from '../domain/choice.ts';
import type { Config } from '../domain/config.ts';
import type { WorldPlan } from '../domain/world.ts';
import type { Configuration } from '../ports/breakers.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { byKey, resultIfAny } from './settled.ts';
import type { WorldRunPayload, WorldRunResult } from './task-types.ts';
import { worldRunType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

type Tools = Pick<WorkflowTools, 'ledger'>;

/**
 * Lives a world unless its configuration has failed too often of late: then it is skipped, and says until when. How it ended is
 * reported at once where that is known; what it harvested is judged by the choice, see {@link reportChoice}.
 */
export async function withBreaker(
  tools: Tools,
  context: TaskContext<WorldRunPayload>,
  live: () => Promise<WorldRunResult>,
): Promise<WorldRunResult> {
  const { world } = context.payload;
  const settings = settingsOf(runOf(context).config);
  const configuration = configurationOf(world);
  const report = (outcome: BreakerOutcome): Promise<void> =>
    tools.ledger.breakers.report(configuration, { holder: context.taskId, outcome }, settings);
  const admission = await tools.ledger.breakers.admit(configuration, { holder: context.taskId, forMs: world.timeoutMs }, settings);
  if (admission.kind === 'refused') return skipped(world, configuration, admission);
  let result: WorldRunResult | undefined;
  try {
    result = { ...(await live()), configuration };
    return result;
  } finally {
    // What was cut off has shown nothing, and stands in nobody's way.
    if (result?.kind !== 'harvested')
      await report(result === undefined || hadNothingToOffer(result) ? 'nothing' : outcomeOf(result.status));
  }
}

/** Reports the worlds that were chosen from, as far as {@link withBreaker} did not. */
export async function reportChoice(tools: Tools, context: TaskContext<unknown>, choice: Choice): Promise<void> {
  const settings = settingsOf(runOf(context).config);
  for (const { world, status } of choice.verdicts) {
    const ran = byKey(context.dependencies, `${world}.run`);
    const result = resultIfAny(worldRunType, ran);
    if (ran === undefined || result?.kind !== 'harvested' || result.configuration === undefined) continue;
    await tools.ledger.breakers.report(result.configuration, { holder: ran.taskId, outcome: outcomeOf(status) }, settings);
  }
}

/** A search that has looked through its share and found nothing worked as it should. */
function hadNothingToOffer({ stop }: WorldRunResult): boolean {
  return stop === 'nothing-to-offer';
}

function skipped(world: WorldPlan, { name }: Configuration, { because, until }: Extract<Admission, { kind: 'refused' }>): WorldRunResult {
  const at = new Date(until).toISOString().replace(/\.\d+Z$/, 'Z');
  const reason =
    because === 'open'
      ? `"${name}" failed too often in a row, and is tried again from ${at} on`
      : `"${name}" failed too often in a row, and another world is trying it again, until ${at} at the latest`;
  const nothing = { summary: '', integrity: [], warnings: [], costMicroUsd: 0, durationMs: 0 };
  return { ...nothing, kind: 'ended', world: { name: world.name }, status: 'skipped', reason };
}

function outcomeOf(status: Choice['verdicts'][number]['status']): BreakerOutcome {
  switch (status) {
    case 'success':
      return 'success';
    case 'failed':
    case 'timeout':
      return 'failure';
    case 'skipped':
    case 'cancelled':
      return 'nothing';
  }
}

function settingsOf({ breaker }: Config): BreakerSettings {
  return { failures: breaker.failures, coolMs: breaker.coolSeconds * 1_000, successes: breaker.successes };
}

/** The same for worlds that are told the same and may do the same; time limits are no part of it. */
function configurationOf({ agent, stance }: WorldPlan): Configuration {
  // What `repair` is told is in its settings, in an order that the type fixes; a stance is part of every world's name.
  const told = JSON.stringify(agent, (_, value: unknown) =>
    isPlain(value) ? Object.fromEntries(Object.entries(value).toSorted(byName)) : value,
  );
  return {
    key: createHash('sha256')
      .update(JSON.stringify([stance, told]))
      .digest('base64url'),
    name: `${agent.name}, ${agent.name === 'command' ? agent.variant : stance}`,
  };
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
