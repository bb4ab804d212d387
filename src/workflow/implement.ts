import type { CommitId } from '../domain/ids.ts';
import { worldsForTask } from '../domain/task-worlds.ts';
import { firstWave } from '../domain/waves.ts';
import { handle } from '../weaver/handler.ts';
import { givenAnswer, refusalInWords } from './approve.ts';
import { escalationOf, needOfPerson, patienceOf } from './escalate.ts';
import { goOnFromChoice } from './go-on-from-choice.ts';
import type { ImplementContext, ImplementOutcome, ImplementStep } from './implement-step.ts';
import { headOf, noMore, proceed } from './implement-step.ts';
import { keepAnswer } from './keep-answer.ts';
import { needsOfPrograms } from './needs-of.ts';
import { openWave } from './open-wave.ts';
import { byKey, resultIfAny, whyNot } from './settled.ts';
import { baseCheckType, basePrepareType, implementType, integrateType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** Times a plan task is done again because its winner no longer fitted on the branch; then a person is asked. */
const mostRounds = 3;

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
        return openFirstWave(tools, context, step.base);
      case 'integrate':
        return goOnFromChoice(tools, context, step);
      case 'finish':
        return finish(tools, context, step);
    }
  });
}

async function startRound(tools: WorkflowTools, context: ImplementContext, round: number): Promise<ImplementOutcome> {
  const base = await headOf(tools, context);
  const needs = needsOfPrograms(runOf(context));
  const oncePerBase = `base:${runOf(context).repositoryId}:${base}`;
  return proceed(context.payload, { round, step: { kind: 'worlds', base } }, [
    { type: basePrepareType.name, key: 'base.prepare', payload: { base }, concurrencyKey: oncePerBase, needs },
    {
      type: baseCheckType.name,
      key: 'base.check',
      payload: { base },
      dependencies: [{ on: 'base.prepare', until: 'succeeded' }],
      concurrencyKey: oncePerBase,
      needs,
    },
  ]);
}

async function openFirstWave(tools: WorkflowTools, context: ImplementContext, base: CommitId): Promise<ImplementOutcome> {
  const checked = byKey(context.children, 'base.check');
  const result = resultIfAny(baseCheckType, checked);
  if (result === undefined) {
    const first = context.children.find((child) => child.end.state === 'dead') ?? checked;
    return noMore(`the base could not be checked: ${first === undefined ? 'no answer' : whyNot(first)}`);
  }
  const { round, planTask } = context.payload;
  const { config } = runOf(context);
  const checks = await tools.ledger.keep(result.checks);
  const waves = firstWave(worldsForTask(config, planTask), config.worlds);
  const children = await openWave(tools, context, { base, checks, round, worlds: waves.begun });
  return proceed(context.payload, { step: { kind: 'integrate', base, checks, waves } }, children);
}

async function finish(tools: WorkflowTools, context: ImplementContext, step: ImplementStep<'finish'>): Promise<ImplementOutcome> {
  const { round } = context.payload;
  const integration = byKey(context.children, 'integrate');
  const result = resultIfAny(integrateType, integration);
  if (result === undefined)
    return noMore(`the winner could not be integrated: ${integration === undefined ? 'no answer' : whyNot(integration)}`);
  if (result.kind === 'integrated') {
    const { winner, worldScore, summary, isTaken = false } = step;
    const told = { isTaken, ...(summary === undefined ? {} : { summary }) };
    return { kind: 'success', result: { commit: result.commit, winner, worldScore, integrated: result.how, ...told } };
  }
  const problem = result.kind === 'conflict' ? `it conflicts in ${result.paths.join(', ')}` : `together they do not pass: ${result.reason}`;
  if (round < mostRounds) return startRound(tools, context, round + 1);
  return askWhetherAgain(tools, context, problem);
}

/** After the last round a person says whether to try once more on the branch as it is now. */
async function askWhetherAgain(tools: WorkflowTools, context: ImplementContext, problem: string): Promise<ImplementOutcome> {
  const run = runOf(context);
  const { payload } = context;
  const patience = patienceOf(run.config);
  const given = givenAnswer(context.answer, patience);
  const reason = `${payload.planTask.id} does not fit on the run's branch after ${payload.round} rounds`;
  const question = `${reason}: ${problem}. Try once more?`;
  const escalation = escalationOf(run, {
    kind: 'again',
    severity: 'high',
    reason,
    recommendation: 'Another round does it anew on the branch as it is now.',
    failing: [problem],
    actions: { approve_anyway: 'Try once more', reject: 'Give it up' },
  });
  if (given === undefined) {
    return { kind: 'blocked', reason: problem, need: needOfPerson(question, escalation, { now: tools.clock.now(), patience }) };
  }
  await keepAnswer(tools, context, { question, escalation, given });
  return given.approved ? startRound(tools, context, payload.round + 1) : noMore(`${refusalInWords(given)}: ${problem}`);
}
