import type { Choice } from '../domain/choice.ts';
import type { WorldPlan } from '../domain/world.ts';
import type { WorldSurroundings } from '../ports/world-ledger.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { keptValue } from './kept.ts';
import type { EarlierWorlds, WorldRunPayload, WorldRunResult } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** Makes the world's row, or begins it anew for an attempt that starts again. */
export async function recordBegin(tools: WorkflowTools, context: TaskContext<WorldRunPayload>): Promise<void> {
  const { round, world } = context.payload;
  const planTask = await keptValue(tools, context.payload.planTask);
  await tools.ledger.worlds.begin({
    taskId: context.taskId,
    epoch: context.epoch,
    jobId: context.jobId,
    repositoryId: runOf(context).repositoryId,
    planTask: planTask.id,
    round,
    world: world.name,
    agent: world.agent.name,
    settings: settingsOf(world),
  });
}

/** How the world of this attempt came to be, and what keeps it in. */
export async function recordSurroundings(
  tools: WorkflowTools,
  { taskId, epoch }: Pick<TaskContext<unknown>, 'taskId' | 'epoch'>,
  surroundings: WorldSurroundings,
): Promise<void> {
  await tools.ledger.worlds.environment({ taskId, epoch }, surroundings);
}

export async function recordRan(tools: WorkflowTools, context: TaskContext<WorldRunPayload>, result: WorldRunResult): Promise<void> {
  const { taskId, epoch } = context;
  const { costMicroUsd, durationMs } = result;
  const end = result.kind === 'harvested' ? ({ status: 'harvested', commit: result.commit } as const) : { status: result.status };
  await tools.ledger.worlds.ran({ taskId, epoch, costMicroUsd, durationMs, ...end });
}

/** Of each world how it stands, and of the choice how it was made. @param tasks in which the worlds were lived. */
export async function recordChoice(
  tools: Pick<WorkflowTools, 'ledger'>,
  context: TaskContext<unknown>,
  tasks: EarlierWorlds['tasks'],
  choice: Choice,
): Promise<void> {
  const judged = choice.verdicts.flatMap(({ world, status, score }) => {
    const lived = tasks.find((task) => task.world === world);
    const chosen = choice.kind === 'chosen' && choice.winner === world;
    // What a person took is a success of that world, whatever spoke against it.
    return lived === undefined ? [] : [{ taskId: lived.taskId, status: chosen ? ('success' as const) : status, score, chosen }];
  });
  await tools.ledger.worlds.judged(judged);
  const won = choice.kind === 'chosen' ? choice : undefined;
  await tools.ledger.choices.record({
    taskId: context.taskId,
    jobId: context.jobId,
    repositoryId: runOf(context).repositoryId,
    candidates: choice.verdicts.filter(({ against }) => against.length === 0).length,
    winner: won?.winner,
    commit: won?.commit,
    decidedBy: won?.decidedBy,
    plainWinner: choice.plain?.winner,
    confidence: won?.confidence ?? 0,
  });
}

function settingsOf({ agent, stance }: WorldPlan): string {
  return agent.name === 'command' ? agent.variant : stance;
}
