import type { Config } from '../domain/config.ts';
import { parseModelName } from '../domain/model.ts';
import { fromUsd } from '../domain/money.ts';
import type { PlanTask } from '../domain/plan.ts';
import type { AgentPlan } from '../domain/world.ts';
import { testWriterNames, toolNames } from '../domain/world.ts';

/** The first keeps to the likeliest reading of the issue, the others look further. Models that take no temperature are not given one. */
const temperatures = [0.3, 0.7, 1] as const;

/**
 * Agents that write tests from the issue alone, beside the worlds and without their code: tests of others are what tells right changes from
 * wrong ones. None where no model is named for them, and none where only one world is lived.
 */
export function testWriters({ examine, models, worlds, budget }: Config, takesTemperature: boolean): readonly AgentPlan[] {
  const model = models.testWriter === undefined ? undefined : parseModelName(models.testWriter);
  if (model === undefined || !examine.enabled || worlds.count < 2) return [];
  return testWriterNames.slice(0, examine.testWriters).map((name, index) => ({
    name,
    stance: 'tests only',
    agent: {
      name: 'model',
      model,
      prompt: 'tests-only',
      temperature: takesTemperature ? temperatures[index] : undefined,
      effort: undefined,
      tools: toolNames,
    },
    timeoutMs: Math.round(worlds.timeoutMinutes * 60_000),
    costMicroUsd: budget.worldUsd === undefined ? undefined : fromUsd(budget.worldUsd),
  }));
}

/** The task as it is put to somebody who writes its tests. */
export function asTestTask(task: PlanTask): PlanTask {
  return {
    ...task,
    title: `Tests for: ${task.title}`,
    instructions: `Write tests of what the following asks for, and change nothing but tests. Others write the code.\n\n${task.instructions}`,
  };
}
