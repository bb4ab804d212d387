import type { Config } from './config.ts';
import { Failure } from './failure.ts';
import { modelForTask } from './model-choice.ts';
import type { PlanTask } from './plan.ts';
import { knownProviders } from './providers.ts';
import type { WorldPlan } from './world.ts';
import { worldNames } from './world.ts';
import { planWorlds } from './world-plans.ts';

/**
 * The worlds of one task of a plan, with the model that fits its size.
 *
 * @throws Failure (configuration, usage) for worlds that could not be lived as configured, see {@link planWorlds}.
 */
export function worldsForTask(config: Config, task: Pick<PlanTask, 'estimatedLines' | 'after'>): readonly WorldPlan[] {
  const providers = knownProviders(config.models);
  // What was planned by an older version, or sent back by a review, has no estimate: it is a small thing.
  const expected = { estimatedLines: task.estimatedLines ?? 0, dependencies: task.after.length };
  return planWorlds(config, { protocolOf: (name) => providers.get(name)?.protocol, model: modelForTask(expected, config) });
}

/**
 * All nine worlds that such a task could have, whatever number is configured: later waves take the names that are left. Where those beyond the
 * configured ones cannot be planned (each configured one names its own model, and they have none), there are no others.
 */
export function allWorldsForTask(config: Config, task: Pick<PlanTask, 'estimatedLines' | 'after'>): readonly WorldPlan[] {
  try {
    return worldsForTask({ ...config, worlds: { ...config.worlds, count: worldNames.length } }, task);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return worldsForTask(config, task);
  }
}
