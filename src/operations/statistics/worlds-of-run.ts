import type { EarlyRule } from '../../domain/early-end.ts';
import { earlyRules } from '../../domain/early-end.ts';
import type { TaskId } from '../../domain/ids.ts';
import { formatModelName } from '../../domain/model.ts';
import type { ChoiceFacts, WorldFacts } from '../../domain/statistics/run-facts.ts';
import type { Task } from '../../domain/task.ts';
import type { RecordedWorld } from '../../ports/world-ledger.ts';
import { chooseType, worldCheckType, worldRunType } from '../../workflow/task-types.ts';
import { payloadOf, resultOfTask } from '../task-results.ts';
import type { AttemptOfRun } from '../tasks-of-run.ts';
import { partsOf } from '../tasks-of-run.ts';

type Attempts = readonly Pick<AttemptOfRun, 'taskId' | 'observations'>[];

/** Every world of a run that was begun, as statistics keep it. */
export function worldsOfRun(worlds: readonly RecordedWorld[], tasks: readonly Task[], attempts: Attempts): readonly WorldFacts[] {
  const runs = new Map(tasks.filter(({ type }) => type === worldRunType.name).map((task) => [task.id, task]));
  const early = earlyByChecks(tasks, attempts);
  return worlds.map((world) => worldFacts(world, runs.get(world.taskId), early));
}

function worldFacts(world: RecordedWorld, task: Task | undefined, early: ReadonlyMap<string, EarlyRule>): WorldFacts {
  const result = task === undefined ? undefined : resultOfTask(worldRunType, task);
  const { score, runMs, checkMs } = world;
  return {
    planTask: world.planTask,
    world: world.world,
    agent: world.agent,
    settings: world.settings,
    model: task === undefined ? null : modelOf(task),
    status: endOf(world),
    chosen: world.chosen,
    score: score?.total ?? null,
    builds: score === undefined || score.build === null ? null : score.build > 0,
    testsPassed: score?.testsPassed ?? 0,
    testsTotal: score?.testsTotal ?? 0,
    costMicroUsd: world.costMicroUsd,
    ms: runMs === undefined ? null : runMs + (checkMs ?? 0),
    calls: result?.calls ?? 0,
    cachedCalls: result?.cachedCalls ?? 0,
    unknownPrices: result?.unknownPrices ?? 0,
    early: result?.early?.rule ?? early.get(placeOf(world)) ?? null,
  };
}

function modelOf(task: Task): string | null {
  const { agent } = payloadOf(worldRunType, task).world;
  return 'model' in agent && agent.model !== undefined ? formatModelName(agent.model) : null;
}

/** A world that the end of its run overtook was cancelled with it. */
function endOf({ status }: RecordedWorld): WorldFacts['status'] {
  return status === 'running' || status === 'harvested' || status === 'checked' ? 'cancelled' : status;
}

const placeOf = ({ planTask, round, world }: Pick<RecordedWorld, 'planTask' | 'round' | 'world'>): string =>
  `${planTask}/${round}/${world}`;

/** Which checks were ended before their time, and by which rule: they say so in what they noticed. */
function earlyByChecks(tasks: readonly Task[], attempts: Attempts): ReadonlyMap<string, EarlyRule> {
  const parts = partsOf(tasks);
  const rounds = new Map<TaskId, number>();
  for (const task of tasks) {
    if (task.type === worldRunType.name && task.parentTaskId !== undefined)
      rounds.set(task.parentTaskId, payloadOf(worldRunType, task).round);
  }
  const checks = new Map(tasks.filter(({ type }) => type === worldCheckType.name).map((task) => [task.id, task]));
  const early = new Map<string, EarlyRule>();
  for (const { taskId, observations } of attempts) {
    const check = checks.get(taskId);
    const rule = observations.flatMap((line) => ruleIn(line) ?? [])[0];
    if (check?.parentTaskId === undefined || rule === undefined) continue;
    const { planTask, world } = parts.get(taskId) ?? {};
    if (planTask === undefined || world === undefined) continue;
    early.set(placeOf({ planTask, round: rounds.get(check.parentTaskId) ?? 1, world }), rule);
  }
  return early;
}

function ruleIn(observation: string): EarlyRule | undefined {
  const word = /^Ended early \((?<rule>[a-z-]+)\): /.exec(observation)?.groups?.['rule'];
  return earlyRules.find((rule) => rule === word);
}

/** Of each task of the plan the last choice that had a winner: what a further wave was chosen from before does not count. */
export function choicesOfRun(tasks: readonly Task[]): readonly ChoiceFacts[] {
  const parts = partsOf(tasks);
  const last = new Map<string, ChoiceFacts>();
  for (const task of tasks) {
    const choice = resultOfTask(chooseType, task);
    const planTask = parts.get(task.id)?.planTask;
    if (choice?.kind !== 'chosen' || planTask === undefined) continue;
    last.set(planTask, {
      planTask,
      winner: choice.winner,
      plainWinner: choice.plain?.winner ?? null,
      decidedBy: choice.decidedBy,
      confidence: choice.confidence,
      candidates: choice.verdicts.filter(({ against }) => against.length === 0).length,
    });
  }
  return [...last.values()];
}
