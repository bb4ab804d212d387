import type { z } from 'zod';
import type { choiceSchema, choiceScoreSchema, verdictSchema } from '../domain/api/choices.ts';
import { scoreComponents } from '../domain/api/choices.ts';
import type { Choice, WorldVerdict } from '../domain/choice.ts';
import { evidenceMatrix } from '../domain/evidence-matrix.ts';
import { toUsd } from '../domain/money.ts';
import type { ScoreWeights } from '../domain/score.ts';

/** Its words come from whoever explains choices. */
export type ChoiceView = Omit<z.output<typeof choiceSchema>, 'why' | 'whyNot'>;

/** A stored choice for programs, with its whole table. @param weights under which the run was judged. */
export function choiceView(choice: Choice, weights: ScoreWeights): ChoiceView {
  const { funnel = [], plain, examination, caveats } = choice;
  return {
    ...ends(choice),
    path: funnel.map(({ step, left, because }) => ({ step, left: [...left], because })),
    plain: plain === undefined ? null : { winner: plain.winner ?? null, scores: plain.scores.map((score) => ({ ...score })) },
    verdicts: choice.verdicts.map((verdict) => verdictView(verdict, weights)),
    matrix: evidenceMatrix(choice).map(({ author, atBase, dropped, cells, ...row }) => ({
      ...row,
      author: author ?? null,
      atBase: atBase ?? null,
      dropped: dropped ?? null,
      cells: [...cells],
    })),
    examination: examination === undefined ? null : examinationView(examination),
    caveats: [...caveats],
  };
}

type Ends = Pick<ChoiceView, 'kind' | 'winner' | 'commit' | 'decidedBy' | 'reason' | 'margin' | 'confidence' | 'judge'>;

function ends(choice: Choice): Ends {
  if (choice.kind === 'none-passed') {
    const none = { winner: null, commit: null, decidedBy: null, margin: null, confidence: null, judge: null };
    return { kind: 'none-passed', reason: choice.reason, ...none };
  }
  const { winner, commit, decidedBy, margin, confidence, judge } = choice;
  return {
    kind: 'chosen',
    winner,
    commit,
    decidedBy,
    reason: null,
    margin: margin ?? null,
    confidence,
    judge:
      judge === undefined
        ? null
        : { model: judge.model, asked: [...judge.asked], preferred: judge.preferred ?? null, words: [...judge.words] },
  };
}

function verdictView(verdict: WorldVerdict, weights: ScoreWeights): z.output<typeof verdictSchema> {
  const { files, fixed, broken, against, sameChange } = verdict;
  const { world, stance, status, summary, durationMs } = verdict;
  return {
    world,
    stance,
    status,
    score: scoreView(verdict, weights),
    size: verdict.size ?? null,
    files: [...files],
    fixed: [...fixed],
    broken: [...broken],
    against: [...against],
    isStopped: verdict.isStopped ?? false,
    summary,
    commit: verdict.commit ?? null,
    sameChange: [...sameChange],
    costUsd: toUsd(verdict.costMicroUsd),
    durationMs,
  };
}

function scoreView({ score, evidence }: WorldVerdict, weights: ScoreWeights): z.output<typeof choiceScoreSchema> | null {
  if (score === undefined) return null;
  const { total, confidence, testsPassed, testsTotal, warnings } = score;
  const components = scoreComponents.map((name) => ({
    name,
    weight: weights[name],
    points: score[name],
    evidence: [...(evidence?.[name] ?? [])],
  }));
  return { total, confidence, testsPassed, testsTotal, warnings, components };
}

function examinationView({ clusters, differences, inputs, notes }: NonNullable<Choice['examination']>): ChoiceView['examination'] {
  return {
    clusters: clusters.map(({ worlds, belief }) => ({ worlds: [...worlds], belief })),
    differences: differences.map(({ call, answers }) => ({
      call,
      answers: answers.map(({ worlds, answer }) => ({ worlds: [...worlds], answer })),
    })),
    inputs,
    notes: [...notes],
  };
}
