import type { Choice } from '../domain/choice.ts';
import type { CommitId } from '../domain/ids.ts';
import type { TaskSpec } from '../domain/job.ts';
import { highestTemperature } from '../domain/model.ts';
import type { PlanTask } from '../domain/plan.ts';
import { knownProviders } from '../domain/providers.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { WaveStep } from '../domain/waves.ts';
import { withLessons } from '../domain/waves.ts';
import type { AgentPlan, WorldPlan } from '../domain/world.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { gatherBackground } from './background.ts';
import type { Kept } from './kept.ts';
import { needsOfAgent, needsOfPrograms } from './needs-of.ts';
import type { EarlierWorlds, ImplementPayload, PlannedChecks } from './task-types.ts';
import { chooseType, testsCollectType, testsWriteType, worldCheckType, worldRunType } from './task-types.ts';
import { asTestTask, testWriters } from './test-writers.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** Worlds that are begun together, and what came before them. */
export interface OpeningWave {
  readonly base: CommitId;
  readonly checks: Kept<PlannedChecks>;
  readonly round: number;
  readonly worlds: readonly WorldPlan[];
  /** Of later waves only. */
  readonly before?: { readonly worlds: Kept<EarlierWorlds>; readonly steps: readonly WaveStep[]; readonly choice: Choice };
}

/**
 * The tasks of one wave of worlds: each is lived and checked, the tests that they and the test writers wrote are collected and tried on all that
 * could win, and one is chosen, among the worlds of earlier waves too.
 */
export async function openWave(
  tools: WorkflowTools,
  context: TaskContext<ImplementPayload>,
  wave: OpeningWave,
): Promise<readonly TaskSpec[]> {
  const { base, checks, worlds, before } = wave;
  const { planTask } = context.payload;
  const { config } = runOf(context);
  const writers = before === undefined ? testWriters(config, writerTakesTemperature(context)) : [];
  const agents = [...worlds, ...writers].map(({ agent }) => agent);
  const background = await tools.ledger.keep(await gatherBackground(tools, context, { base, planTask, agents }));
  const common = { base, checks, background, implementTaskId: context.taskId, round: wave.round };
  const told = { ...common, planTask: await tools.ledger.keep(taught(planTask, before)) };
  const lived = worlds.flatMap((world, index) => {
    const first = config.worlds.mode === 'sequential' ? worlds.slice(0, index) : [];
    return worldTasks(runOf(context), { ...told, world }, planTask, first);
  });
  const asked = { ...common, planTask: writers.length === 0 ? '' : await tools.ledger.keep(asTestTask(planTask)) };
  const written = writers.map((world): TaskSpec => ({
    type: testsWriteType.name,
    key: `${world.name}.write`,
    payload: { ...asked, world },
    needs: needsOfAgent(runOf(context), world.agent),
  }));
  const known = {
    base,
    checks,
    worlds: worlds.map(({ name, stance, agent }) => ({ name, stance, agent: { name: agent.name } })),
    ...(before === undefined ? {} : { earlier: before.worlds }),
  };
  const examined = config.examine.enabled ? [collectTask(runOf(context), known, writers, [...lived, ...written])] : [];
  const choose: TaskSpec = {
    type: chooseType.name,
    key: 'choose',
    payload: { ...known, steps: before?.steps ?? [] },
    dependencies: [...lived, ...written, ...examined].map(onceSettled),
  };
  return [...lived, ...written, ...examined, choose];
}

function worldTasks(
  run: RunAttributes,
  payload: Readonly<Record<string, unknown>> & { readonly base: CommitId; readonly checks: Kept<PlannedChecks>; readonly world: WorldPlan },
  { purpose = 'code' }: PlanTask,
  first: readonly WorldPlan[],
): readonly TaskSpec[] {
  const { base, checks, world } = payload;
  return [
    {
      type: worldRunType.name,
      key: `${world.name}.run`,
      payload,
      needs: needsOfAgent(run, world.agent),
      dependencies: first.map(({ name }) => onceSettled({ key: `${name}.check` })),
    },
    {
      type: worldCheckType.name,
      key: `${world.name}.check`,
      payload: { base, checks, world: world.name, purpose },
      needs: needsOfPrograms(run),
      dependencies: [{ on: `${world.name}.run`, until: 'succeeded' }],
    },
  ];
}

function collectTask(
  run: RunAttributes,
  known: Readonly<Record<string, unknown>>,
  writers: readonly AgentPlan[],
  before: readonly TaskSpec[],
): TaskSpec {
  const payload = { ...known, writers: writers.map(({ name }) => name), step: { kind: 'collect' } };
  const needs = needsOfPrograms(run);
  return { type: testsCollectType.name, key: 'tests.collect', payload, dependencies: before.map(onceSettled), needs };
}

function onceSettled({ key }: Pick<TaskSpec, 'key'>): { readonly on: string; readonly until: 'settled' } {
  return { on: key, until: 'settled' };
}

/** Worlds that go about it again are told what was tried; others are not led astray by it. */
function taught(planTask: PlanTask, before: OpeningWave['before']): PlanTask {
  if (before?.steps.at(-1)?.strategy !== 'second-wave') return planTask;
  const { choice } = before;
  const notWon = choice.kind === 'chosen' ? 'it passed, and it is not clear that it is right.' : '';
  const tried = choice.verdicts.map(({ world, summary, against }) => ({
    world,
    summary,
    against: against.length > 0 ? against : [notWon].filter((reason) => reason !== ''),
  }));
  return { ...planTask, instructions: withLessons(planTask.instructions, tried) };
}

function writerTakesTemperature(context: TaskContext<ImplementPayload>): boolean {
  const { models } = runOf(context).config;
  const [provider = '', model = ''] = models.testWriter?.split(/\/(.*)/s) ?? [];
  const protocol = knownProviders(models).get(provider)?.protocol;
  return protocol !== undefined && highestTemperature(protocol, model) !== undefined;
}
