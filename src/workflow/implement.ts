import type { CommitId } from '../domain/ids.ts';
import type { TaskSpec } from '../domain/job.ts';
import type { Outcome } from '../domain/outcome.ts';
import { worldsForTask } from '../domain/task-worlds.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import type { ApprovalAnswer } from './approve.ts';
import { approvalSignal } from './approve.ts';
import { gatherBackground } from './background.ts';
import type { Kept } from './kept.ts';
import { byKey, resultIfAny, whyNot } from './settled.ts';
import type { ImplementPayload, PlannedChecks } from './task-types.ts';
import { baseCheckType, basePrepareType, chooseType, implementType, integrateType, worldCheckType, worldRunType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runHeadRef, runOf } from './tools.ts';

/** Times a plan task is done again because its winner no longer fitted on the branch; then a person is asked. */
const mostRounds = 3;

type Context = TaskContext<ImplementPayload>;
type Implemented = {
  readonly commit: CommitId;
  readonly winner: string;
  readonly worldScore: number;
  readonly integrated: 'forward' | 'picked';
  readonly summary?: string;
};
type ImplementOutcome = Outcome<Implemented>;

/**
 * Phase 4: one plan task in several worlds. It works in steps, each a recorded one: check the base, run and
 * check the worlds and choose, integrate the winner. Between the steps it holds no lease; its children do the work.
 */
export function implement(tools: WorkflowTools) {
  return handle(implementType, async (context): Promise<ImplementOutcome> => {
    const { step } = context.payload;
    switch (step.kind) {
      case 'start':
        return startRound(tools, context, context.payload.round);
      case 'worlds':
        return openWorlds(tools, context, step.base);
      case 'integrate':
        return integrateWinner(context, step);
      case 'finish':
        return finish(tools, context, step);
    }
  });
}

async function startRound(tools: WorkflowTools, context: Context, round: number): Promise<ImplementOutcome> {
  const run = runOf(context);
  const mirror = await tools.git.mirror(tools.state.mirror(run.repositoryId), run.root, run.base.commit);
  const base = (await mirror.readRef(runHeadRef(context.jobId))) ?? run.base.commit;
  const oncePerBase = `base:${run.repositoryId}:${base}`;
  return proceed(context.payload, { round, step: { kind: 'worlds', base } }, [
    { type: basePrepareType.name, key: 'base.prepare', payload: { base }, concurrencyKey: oncePerBase },
    {
      type: baseCheckType.name,
      key: 'base.check',
      payload: { base },
      dependencies: [{ on: 'base.prepare', until: 'succeeded' }],
      concurrencyKey: oncePerBase,
    },
  ]);
}

async function openWorlds(tools: WorkflowTools, context: Context, base: CommitId): Promise<ImplementOutcome> {
  const checked = byKey(context.children, 'base.check');
  const result = resultIfAny(baseCheckType, checked);
  if (result === undefined) {
    const first = context.children.find((child) => child.end.state === 'dead') ?? checked;
    return noMore(`the base could not be checked: ${first === undefined ? 'no answer' : whyNot(first)}`);
  }
  const { round } = context.payload;
  const checks = await tools.ledger.keep(result.checks);
  const planTask = await tools.ledger.keep(context.payload.planTask);
  const worlds = worldsForTask(runOf(context).config, context.payload.planTask);
  const agents = worlds.map(({ agent }) => agent);
  const background = await tools.ledger.keep(await gatherBackground(tools, context, { base, planTask: context.payload.planTask, agents }));
  const perWorld = worlds.flatMap((world): TaskSpec[] => [
    {
      type: worldRunType.name,
      key: `${world.name}.run`,
      payload: { base, checks, planTask, background, implementTaskId: context.taskId, round, world },
    },
    {
      type: worldCheckType.name,
      key: `${world.name}.check`,
      payload: { base, checks, world: world.name },
      dependencies: [{ on: `${world.name}.run`, until: 'succeeded' }],
    },
  ]);
  const choose: TaskSpec = {
    type: chooseType.name,
    key: 'choose',
    payload: { base, checks, worlds: worlds.map(({ name, stance, agent }) => ({ name, stance, agent: { name: agent.name } })) },
    dependencies: perWorld.map(({ key }) => ({ on: key, until: 'settled' })),
  };
  return proceed(context.payload, { step: { kind: 'integrate', base, checks } }, [...perWorld, choose]);
}

function integrateWinner(context: Context, step: { readonly base: CommitId; readonly checks: Kept<PlannedChecks> }): ImplementOutcome {
  const chosen = byKey(context.children, 'choose');
  const choice = resultIfAny(chooseType, chosen);
  if (choice === undefined) return noMore(`no choice was made: ${chosen === undefined ? 'no answer' : whyNot(chosen)}`);
  if (choice.kind === 'none-passed') return noMore(`no world passed: ${choice.reason}`);
  const winner = choice.verdicts.find(({ world }) => world === choice.winner);
  const worldScore = winner?.score?.total ?? 0;
  const summary = winner?.summary ?? '';
  return proceed(context.payload, { step: { kind: 'finish', winner: choice.winner, worldScore, summary } }, [
    {
      type: integrateType.name,
      key: 'integrate',
      payload: { base: step.base, checks: step.checks, commit: choice.commit, mustPass: winner?.fixed ?? [] },
      concurrencyKey: `integrate:${context.jobId}`,
    },
  ]);
}

async function finish(
  tools: WorkflowTools,
  context: Context,
  step: { readonly winner: string; readonly worldScore: number; readonly summary?: string | undefined },
): Promise<ImplementOutcome> {
  const { round } = context.payload;
  const integration = byKey(context.children, 'integrate');
  const result = resultIfAny(integrateType, integration);
  if (result === undefined)
    return noMore(`the winner could not be integrated: ${integration === undefined ? 'no answer' : whyNot(integration)}`);
  if (result.kind === 'integrated') {
    const { winner, worldScore, summary } = step;
    const told = summary === undefined ? {} : { summary };
    return { kind: 'success', result: { commit: result.commit, winner, worldScore, integrated: result.how, ...told } };
  }
  const problem = result.kind === 'conflict' ? `it conflicts in ${result.paths.join(', ')}` : `together they do not pass: ${result.reason}`;
  if (round < mostRounds) return startRound(tools, context, round + 1);
  return askWhetherAgain(tools, context, problem);
}

/** After the last round a person says whether to try once more on the branch as it is now. */
async function askWhetherAgain(tools: WorkflowTools, context: Context, problem: string): Promise<ImplementOutcome> {
  const { answer, payload } = context;
  if (answer === undefined) {
    const question = `${payload.planTask.id} does not fit on the run's branch after ${payload.round} rounds: ${problem}. Try once more?`;
    return { kind: 'blocked', reason: problem, need: { signal: approvalSignal, from: 'person', question } };
  }
  const given = answer.payload as ApprovalAnswer;
  return given.approved ? startRound(tools, context, payload.round + 1) : noMore(`${answer.by} gave up on it: ${problem}`);
}

function noMore(reason: string): ImplementOutcome {
  return { kind: 'failure', reason, retryHint: 'never' };
}

/** Gives the lease back, lets the children work, and goes on with `next` when all of them have settled. */
function proceed(payload: ImplementPayload, next: Partial<ImplementPayload>, children: readonly TaskSpec[]): ImplementOutcome {
  return { kind: 'success', decomposition: { join: 'resume', children, nextPayload: { ...payload, ...next } } };
}
