import type { CountedRun } from './counted-run.ts';
import { wilson } from './figures.ts';
import type { Bounds, Share } from './figures.ts';
import type { JudgedValue, ThresholdAnswer } from './threshold.ts';
import { fewestOutcomes, proposeThreshold } from './threshold.ts';

/** Settings that outcomes can say something about, as they are set now. */
export interface CurrentSettings {
  readonly 'gates.reviewPass': number;
  readonly 'gates.askAbove': number;
  readonly 'choice.sureFrom': number;
  readonly 'worlds.timeoutMinutes': number;
}
export type SuggestedSetting = keyof CurrentSettings | 'gates.reviewAsk' | 'early.sameError';

/** What is to be thought of a setting, by what became of runs. Nothing changes it but people. */
export type Suggestion = { readonly setting: SuggestedSetting; readonly decides: string } & (
  | {
      readonly kind: 'change';
      readonly from: number;
      readonly to: number;
      /** Known outcomes that it stands on. */
      readonly known: number;
      /** Of what would go by itself: how many were good, and between which bounds their share lies at a confidence of 95 %. */
      readonly share: Share;
      readonly bounds: Bounds;
      /** What would have been different, in a sentence. */
      readonly difference: string;
      /** The command that does it. */
      readonly command: string;
    }
  | { readonly kind: 'keep'; readonly at: number; readonly known: number; readonly share: Share; readonly bounds: Bounds }
  | { readonly kind: 'too-few'; readonly at: number; readonly known: number; readonly needed: number }
  /** `why`: in a sentence. */
  | { readonly kind: 'not-known'; readonly why: string }
);

/** What outcomes propose for every setting that they can be asked about. */
export function suggestSettings(runs: readonly CountedRun[], settings: CurrentSettings): readonly Suggestion[] {
  return [
    reviewPass(runs, settings['gates.reviewPass']),
    {
      setting: 'gates.reviewAsk',
      decides: 'the review score from which a person is asked, and the work not sent back',
      kind: 'not-known',
      why: 'Nobody sees a branch that was sent back, so nothing is known of what they would have said to it.',
    },
    askAbove(runs, settings['gates.askAbove']),
    sureFrom(runs, settings['choice.sureFrom']),
    timeout(runs, settings['worlds.timeoutMinutes']),
    {
      setting: 'early.sameError',
      decides: 'after how many equal errors a world is ended',
      kind: 'not-known',
      why: 'A world that was ended does not tell what it would have come to.',
    },
  ];
}

const steps = (from: number, to: number, by: number): readonly number[] =>
  Array.from({ length: Math.round((to - from) / by) + 1 }, (_, index) => Math.round((from + index * by) * 100) / 100);

/** What is known to be right or wrong. */
function knownRuns(runs: readonly CountedRun[]): readonly (CountedRun & { readonly isRight: boolean })[] {
  return runs.flatMap((run) => (run.outcome.kind === 'unknown' ? [] : [{ ...run, isRight: run.outcome.kind === 'right' }]));
}

function reviewPass(runs: readonly CountedRun[], current: number): Suggestion {
  const outcomes = knownRuns(runs).flatMap(({ facts, isRight }): readonly JudgedValue[] =>
    facts.review === null ? [] : [{ value: facts.review.score, isGood: isRight }],
  );
  return suggested(
    {
      setting: 'gates.reviewPass',
      decides: 'the review score from which a branch goes on by itself',
      what: 'branches',
      shown: (value) => value,
    },
    proposeThreshold({ outcomes, current, candidates: steps(50, 100, 1) }),
  );
}

/** A plan was good where a person said yes to it as it was, or nobody was asked and its change was right. The lower the complexity, the better. */
function askAbove(runs: readonly CountedRun[], current: number): Suggestion {
  const outcomes = runs.flatMap(({ facts, outcome }): readonly JudgedValue[] => {
    if (facts.analysis === null) return [];
    const value = -facts.analysis.complexity;
    if (facts.plan !== null) return [{ value, isGood: facts.plan === 'approve' }];
    return outcome.kind === 'unknown' ? [] : [{ value, isGood: outcome.kind === 'right' }];
  });
  return suggested(
    {
      setting: 'gates.askAbove',
      decides: 'the complexity above which a person approves the plan',
      what: 'plans',
      shown: (value) => -value,
    },
    proposeThreshold({ outcomes, current: -current, candidates: steps(-10, 0, 1) }),
  );
}

/** Of runs with one choice alone: of several nobody knows which was wrong. */
function sureFrom(runs: readonly CountedRun[], current: number): Suggestion {
  const outcomes = knownRuns(runs).flatMap(({ facts: { choices }, isRight }): readonly JudgedValue[] => {
    const [only, ...others] = choices;
    return only === undefined || others.length > 0 ? [] : [{ value: only.confidence, isGood: isRight }];
  });
  return suggested(
    {
      setting: 'choice.sureFrom',
      decides: 'the confidence from which a winner is taken as it is',
      what: 'choices',
      shown: (value) => value,
    },
    proposeThreshold({ outcomes, current, candidates: steps(0, 1, 0.05) }),
  );
}

interface Asked {
  readonly setting: SuggestedSetting;
  readonly decides: string;
  /** What goes by itself from the threshold on, in the plural. */
  readonly what: string;
  /** A value as the setting has it. */
  readonly shown: (value: number) => number;
}

function suggested({ setting, decides, what, shown }: Asked, answer: ThresholdAnswer): Suggestion {
  const { known } = answer;
  const about = { setting, decides };
  switch (answer.kind) {
    case 'too-few':
      return { ...about, kind: 'too-few', at: shown(answer.current), known, needed: answer.needed };
    case 'none-holds':
      return {
        ...about,
        kind: 'not-known',
        why: `Of ${known} ${what} of which it is known, from no value on nine in ten were surely right: let a person look at more of them, or at all.`,
      };
    case 'keep':
      return {
        ...about,
        kind: 'keep',
        at: shown(answer.current.threshold),
        known,
        share: answer.current.share,
        bounds: answer.current.bounds,
      };
    case 'change': {
      const { current, proposed, difference } = answer;
      const isLooser = proposed.threshold < current.threshold;
      const right = `${difference.good} of them right and ${difference.moved - difference.good} wrong`;
      return {
        ...about,
        kind: 'change',
        from: shown(current.threshold),
        to: shown(proposed.threshold),
        known,
        share: proposed.share,
        bounds: proposed.bounds,
        difference: isLooser
          ? `${difference.moved} more ${what} would have gone by themselves, ${right}.`
          : `${difference.moved} more ${what} would have waited for a person, ${right}.`,
        command: `miyabi config set ${setting} ${shown(proposed.threshold)}`,
      };
    }
  }
}

/** Room above the slowest winner, and the part of a limit that has to be won for a change to be worth it. */
const roomAbove = 1.5;
const worthFrom = 0.5;

/**
 * A world is given up after so many minutes. It is proposed to wait no longer than {@link roomAbove} times what the slowest winner took, where that is
 * at most {@link worthFrom} of the limit. Of winners, the time of the checks is in it: it errs towards waiting longer.
 */
function timeout(runs: readonly CountedRun[], current: number): Suggestion {
  const about = { setting: 'worlds.timeoutMinutes', decides: 'how long a world may take' } as const;
  const worlds = runs.flatMap(({ facts }) => facts.worlds);
  const winners = worlds.flatMap(({ chosen, ms }) => (chosen && ms !== null ? [ms / 60_000] : []));
  if (winners.length < fewestOutcomes) return { ...about, kind: 'too-few', at: current, known: winners.length, needed: fewestOutcomes };
  const share = { part: winners.length, of: winners.length };
  const stands = { known: winners.length, share, bounds: wilson(share) };
  const to = Math.max(1, Math.ceil(Math.max(...winners) * roomAbove));
  if (to > current * worthFrom) return { ...about, kind: 'keep', at: current, ...stands };
  const given = worlds.filter(({ status }) => status === 'timeout').length;
  return {
    ...about,
    kind: 'change',
    from: current,
    to,
    ...stands,
    difference: `No winner would have been ended; ${given} ${given === 1 ? 'world that was' : 'worlds that were'} given up would have been ${current - to} min earlier.`,
    command: `miyabi config set worlds.timeoutMinutes ${to}`,
  };
}
