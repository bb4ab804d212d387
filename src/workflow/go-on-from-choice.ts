import type { Choice } from '../domain/choice.ts';
import type { CommitId } from '../domain/ids.ts';
import type { TaskSpec } from '../domain/job.ts';
import { answeredByTime } from '../domain/outcome.ts';
import { allWorldsForTask } from '../domain/task-worlds.ts';
import type { WaveStep, Waves } from '../domain/waves.ts';
import type { NextStep } from './after-choice.ts';
import { afterChoice } from './after-choice.ts';
import type { ApprovalAnswer } from './approve.ts';
import { givenAnswer } from './approve.ts';
import { askedWhich, choicePatience, choiceQuestion, takenWorld } from './ask-which.ts';
import type { ImplementContext, ImplementOutcome, ImplementStep } from './implement-step.ts';
import { headOf, noMore, proceed } from './implement-step.ts';
import { keepAnswer } from './keep-answer.ts';
import type { Kept } from './kept.ts';
import { needsOfPrograms } from './needs-of.ts';
import { openWave } from './open-wave.ts';
import { byKey, resultIfAny, whyNot } from './settled.ts';
import type { EarlierWorlds, PlannedChecks } from './task-types.ts';
import { chooseType, integrateType, testsCollectType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';
import { gatherWorlds } from './world-evidence.ts';

type Step = ImplementStep<'integrate'>;

/** What follows from a choice: the winner is integrated, more worlds are begun, a person is asked, or it is over. Each is a step of its own, with its reason. */
export async function goOnFromChoice(tools: WorkflowTools, context: ImplementContext, step: Step): Promise<ImplementOutcome> {
  const chosen = byKey(context.children, 'choose');
  const choice = resultIfAny(chooseType, chosen);
  if (choice === undefined) return noMore(`no choice was made: ${chosen === undefined ? 'no answer' : whyNot(chosen)}`);
  // Worlds of older versions were begun all at once, and nothing followed.
  const waves = step.waves ?? { begun: [], heldBack: [], steps: [] };
  const given = givenAnswer(context.answer, choicePatience(context));
  if (given !== undefined) await keepAnswer(tools, context, { ...askedWhich(context, choice), given });
  if (context.answer !== undefined && context.answer.by !== answeredByTime) return taken(tools, context, step, waves, choice);
  const { config } = runOf(context);
  const { planTask } = context.payload;
  const asked = context.answer === undefined ? waves : withStep(waves, { strategy: 'ask', because: 'nobody answered in time' });
  const next = afterChoice({
    choice,
    waves: asked,
    all: step.waves === undefined ? [] : allWorldsForTask(config, planTask),
    config,
    attended: tools.attended,
    isOneOfSeveral: (planTask.position?.of ?? 1) > 1,
  });
  return await carryOut(tools, context, { step, waves: asked, choice, next });
}

interface CarryingOut {
  readonly step: Step;
  readonly waves: Waves;
  readonly choice: Choice;
  readonly next: NextStep;
}

async function carryOut(
  tools: WorkflowTools,
  context: ImplementContext,
  { step, waves, choice, next }: CarryingOut,
): Promise<ImplementOutcome> {
  switch (next.kind) {
    case 'integrate':
      return integrateWinner(context, step, choice);
    case 'wave': {
      const earlier = await tools.ledger.keep(await everyWorld(tools, context, step, waves));
      const going = withStep(waves, next.step);
      const begun = [...waves.begun, ...next.worlds];
      const { round } = context.payload;
      const before = { worlds: earlier, steps: going.steps, choice };
      const children = await openWave(tools, context, { base: step.base, checks: step.checks, round, worlds: next.worlds, before });
      const later = { ...going, begun, heldBack: next.step.strategy === 'grow' ? [] : waves.heldBack };
      return decided(next.step, proceed(context.payload, { step: { ...step, waves: later, earlier } }, children));
    }
    case 'ask':
      return decided(next.step, { kind: 'blocked', reason: next.step.because, need: choiceQuestion(context, choice, tools.clock.now()) });
    case 'skip': {
      const commit = await headOf(tools, context);
      const result = { commit, winner: 'none', worldScore: 0, integrated: 'skipped', summary: next.step.because } as const;
      return decided(next.step, { kind: 'success', result });
    }
    case 'give-up':
      return noMore(next.because);
  }
}

/** The decision stands with the attempt that made it. */
function decided(step: WaveStep, outcome: ImplementOutcome): ImplementOutcome {
  return { ...outcome, observations: [`${step.strategy}: ${step.because}.`] };
}

function withStep(waves: Waves, step: WaveStep): Waves {
  return { ...waves, steps: [...waves.steps, step] };
}

/** All worlds so far, for those that come after them. */
async function everyWorld(tools: WorkflowTools, context: ImplementContext, { earlier }: Step, waves: Waves): Promise<EarlierWorlds> {
  const known = earlier === undefined ? undefined : await gatherWorlds(tools, [], { worlds: [], earlier });
  const before = new Set(known?.evidence.map(({ world }) => world));
  const worlds = waves.begun.filter(({ name }) => !before.has(name));
  return await gatherWorlds(tools, context.children, { worlds, earlier });
}

/** A person was asked which world to take, or whether to take the one that won with little confidence. */
async function taken(tools: WorkflowTools, context: ImplementContext, step: Step, waves: Waves, choice: Choice): Promise<ImplementOutcome> {
  const answer = context.answer!;
  const given = answer.payload as ApprovalAnswer;
  if (!given.approved) return noMore(`${answer.by} took none of the worlds${given.reason === undefined ? '' : `: ${given.reason}`}`);
  const world = takenWorld(choice, given.world);
  if (world === undefined) {
    // A slip of the tongue ends no run: it is asked again.
    const reason = `${given.world ?? 'none of them'} cannot be taken`;
    return { kind: 'blocked', reason, need: choiceQuestion(context, choice, tools.clock.now(), reason) };
  }
  const earlier = await tools.ledger.keep(await everyWorld(tools, context, step, waves));
  const steps = [
    ...waves.steps,
    { strategy: 'ask', because: `${answer.by} took ${world}${given.reason === undefined ? '' : `: ${given.reason}`}` } as const,
  ];
  const collected = resultIfAny(testsCollectType, byKey(context.children, 'tests.collect'));
  const seen = collected?.kind === 'examined' ? { exam: collected.evidence } : {};
  const pick: TaskSpec = {
    type: chooseType.name,
    key: 'choose',
    payload: { base: step.base, checks: step.checks, worlds: [], earlier, steps, ...seen, picked: { world, by: answer.by } },
  };
  return proceed(context.payload, { step: { ...step, waves: { ...waves, steps }, earlier } }, [pick]);
}

function integrateWinner(
  context: ImplementContext,
  step: { readonly base: CommitId; readonly checks: Kept<PlannedChecks> },
  choice: Choice,
): ImplementOutcome {
  if (choice.kind === 'none-passed') return noMore(`no world passed: ${choice.reason}`);
  const winner = choice.verdicts.find(({ world }) => world === choice.winner);
  const worldScore = winner?.score?.total ?? 0;
  const summary = winner?.summary ?? '';
  const isTaken = choice.decidedBy === 'person';
  return proceed(context.payload, { step: { kind: 'finish', winner: choice.winner, worldScore, summary, isTaken } }, [
    {
      type: integrateType.name,
      key: 'integrate',
      payload: { base: step.base, checks: step.checks, commit: choice.commit, mustPass: winner?.fixed ?? [] },
      concurrencyKey: `integrate:${context.jobId}`,
      needs: needsOfPrograms(runOf(context)),
    },
  ]);
}
