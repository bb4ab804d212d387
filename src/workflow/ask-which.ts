import type { Choice, WorldVerdict } from '../domain/choice.ts';
import { displayId } from '../domain/ids.ts';
import type { Need } from '../domain/outcome.ts';
import type { WorldName } from '../domain/world.ts';
import { approvalSignal } from './approve.ts';
import type { ImplementContext } from './implement-step.ts';

/** How long a person may take to say which world is to be taken, in ms; then the next strategy follows. */
const patienceMs = 24 * 60 * 60_000;

/** Asks a person which of the worlds is to be taken: none passed, or none is clearly the best. @param again why it is asked once more. */
export function choiceQuestion({ jobId, payload }: ImplementContext, choice: Choice, now: number, again?: string): Need {
  const run = displayId('run', jobId);
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
    signal: approvalSignal,
    from: 'person',
    until: now + patienceMs,
    question: `${payload.planTask.id}: ${again === undefined ? '' : `${again}. `}${standing}${seen} ${how}`,
    details: choice.verdicts.map(({ world, summary, against, score, size }) => ({
      world,
      summary,
      against,
      score: score?.total,
      lines: size,
    })),
  };
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
