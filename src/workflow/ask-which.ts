import type { Choice, WorldVerdict } from '../domain/choice.ts';
import type { Escalation } from '../domain/escalation.ts';
import { displayId } from '../domain/ids.ts';
import type { Need } from '../domain/outcome.ts';
import type { WorldName } from '../domain/world.ts';
import type { Patience } from './escalate.ts';
import { escalationOf, needOfPerson, patienceOf } from './escalate.ts';
import type { ImplementContext } from './implement-step.ts';
import { runOf } from './tools.ts';

/**
 * Asks a person which of the worlds is to be taken: none passed, or none is clearly the best. Silence takes none, and the next strategy follows.
 * @param again why it is asked once more.
 */
export function choiceQuestion(context: ImplementContext, choice: Choice, now: number, again?: string): Need {
  const { question, escalation } = askedWhich(context, choice, again);
  return needOfPerson(question, escalation, { now, patience: choicePatience(context) });
}

/** Silence takes none of the worlds. */
export function choicePatience(context: ImplementContext): Patience | undefined {
  const patience = patienceOf(runOf(context).config);
  return patience === undefined ? undefined : { ...patience, otherwise: 'reject' };
}

/** The question in words and as data, without its deadline. */
export function askedWhich(
  context: ImplementContext,
  choice: Choice,
  again?: string,
): { readonly question: string; readonly escalation: Escalation } {
  const { jobId, payload } = context;
  const run = displayId('run', jobId);
  const attributes = runOf(context);
  const [best, ...others] = takeable(choice);
  const standing =
    choice.kind === 'chosen'
      ? `${choice.winner} won, with a confidence of only ${Math.round(choice.confidence * 100)} %.`
      : `No world passed: ${choice.reason}`;
  const difference = choice.examination?.differences[0];
  const seen =
    difference === undefined
      ? ''
      : ` ${difference.call} gives ${difference.answers.map(({ worlds, answer }) => `${answer} in ${worlds.join(', ')}`).join('; ')}.`;
  const how =
    best === undefined
      ? 'None of them can be taken.'
      : `Take ${best.world}${inSpiteOf(best)}? ${others.length === 0 ? '' : `Another one with \`miyabi approve ${run} --world <name>\`; `}\`miyabi diff ${run} ${best.world}\` shows what it changed.`;
  return {
    question: `${payload.planTask.id}: ${again === undefined ? '' : `${again}. `}${standing}${seen} ${how}`,
    escalation: escalationOf(attributes, {
      kind: 'choice',
      severity: severityOf(choice),
      reason: `${payload.planTask.id}: ${standing}`,
      recommendation: how,
      failing: choice.verdicts.flatMap(({ world, against }) => against.slice(0, 3).map((why) => `${world}: ${why}`)),
      about: choice.verdicts.map(({ world, summary, against, score, size }) => ({
        world,
        summary,
        against,
        score: score?.total,
        lines: size,
      })),
      actions: { approve_anyway: best === undefined ? 'Go on' : `Take ${best.world}`, reject: 'Take none of them' },
    }),
  };
}

/** A finding that keeps a world from winning is for people to see soon. */
function severityOf({ verdicts }: Choice): Escalation['severity'] {
  const against = verdicts.flatMap((verdict) => verdict.against);
  if (verdicts.some(({ isStopped }) => isStopped === true)) return 'critical';
  return against.some((why) => /\b(?:security|secret|vulnerab)/i.test(why)) ? 'high' : 'medium';
}

/** What speaks against a world, of which the first is enough for a question: `miyabi explain` has all. */
function inSpiteOf({ against: [first] }: WorldVerdict): string {
  return first === undefined ? '' : ` all the same (${first.replace(/\.$/, '')})`;
}

/** The world that an answer takes; the one that was asked about where it names none. @returns undefined where that cannot be taken by anybody. */
export function takenWorld(choice: Choice, wanted: string | undefined): WorldName | undefined {
  const worlds = takeable(choice);
  return (wanted === undefined ? worlds[0] : worlds.find(({ world }) => world === wanted))?.world;
}

/** The winner first, then by points; what has no commit, or holds a secret, is for nobody. */
function takeable(choice: Choice): readonly WorldVerdict[] {
  const winner = choice.kind === 'chosen' ? choice.winner : undefined;
  const points = ({ world, score }: WorldVerdict): number => (world === winner ? Infinity : (score?.total ?? -1));
  return choice.verdicts
    .filter(({ commit, isStopped }) => commit !== undefined && isStopped !== true)
    .toSorted((one, other) => points(other) - points(one));
}
