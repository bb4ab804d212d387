import type { ExamEvidence, TestAuthor } from '../../src/domain/examination.ts';
import type { WorldName } from '../../src/domain/world.ts';
import { choose, type ChoiceRequest } from '../../src/evaluation/choose.ts';
import { beliefRules } from '../../src/evaluation/examine/belief.ts';
import type { Draw } from './draw.ts';

/** Stages of the choice that are left out one at a time. */
export const ablations = [
  'no tests',
  'no test writers',
  'one test writer',
  'no tests of worlds',
  'own tests count',
  'no cap of an author',
  'no clusters',
  'no inputs',
  'tests alone',
] as const;
export type Ablation = (typeof ablations)[number];

/** What came of one draw. Shares are 0 or 1 where one world was taken. */
export interface Outcome {
  readonly task: number;
  /** Right worlds of the five. */
  readonly rate: number;
  /** The rate itself was drawn. */
  readonly isRandom: boolean;
  readonly average: number;
  readonly oracle: number;
  readonly plain: number;
  readonly choice: number;
  readonly confidence: number;
  /** The world that was taken fails a test that the canonical solution passes. */
  readonly isRefuted: boolean;
  /** What a chooser could come to who knows which tests are wrong, takes out every world that fails another one, and draws among the rest. */
  readonly byTests: number;
  readonly without: Readonly<Record<Ablation, number>>;
  readonly tests: Draw['tests'];
}

export function outcomeOf(draw: Draw, about: Pick<Outcome, 'task' | 'rate' | 'isRandom'>): Outcome {
  const { base, worlds, exam, right } = draw;
  const request = { base, worlds, exam };
  const chosen = choose(request);
  const won = (name: WorldName | undefined): number => (name !== undefined && right.has(name) ? 1 : 0);
  const without = (ablation: Ablation): number => {
    const choice = choose({ ...request, ...ablated(ablation, exam) });
    return won(choice.kind === 'chosen' ? choice.winner : undefined);
  };
  const left = worlds.map(({ world }) => world).filter((world) => !draw.refuted.has(world));
  return {
    ...about,
    average: right.size / worlds.length,
    oracle: right.size > 0 ? 1 : 0,
    plain: won(chosen.plain?.winner),
    choice: won(chosen.kind === 'chosen' ? chosen.winner : undefined),
    confidence: chosen.kind === 'chosen' ? chosen.confidence : 0,
    isRefuted: chosen.kind === 'chosen' && draw.refuted.has(chosen.winner),
    byTests: left.length === 0 ? right.size / worlds.length : left.filter((world) => right.has(world)).length / left.length,
    without: Object.fromEntries(ablations.map((ablation) => [ablation, without(ablation)])) as Record<Ablation, number>,
    tests: draw.tests,
  };
}

function ablated(ablation: Ablation, exam: ExamEvidence): Partial<ChoiceRequest> {
  const by = (keep: (author: TestAuthor) => boolean): Partial<ChoiceRequest> => ({
    exam: { ...exam, pool: exam.pool.filter(({ author }) => keep(author)) },
  });
  switch (ablation) {
    case 'no tests':
      return by(() => false);
    case 'no test writers':
      return by((author) => !author.startsWith('writer-'));
    case 'one test writer':
      return by((author) => author !== 'writer-2');
    case 'no tests of worlds':
      return by((author) => author.startsWith('writer-'));
    case 'own tests count':
      return { rules: { ...beliefRules, own: 1 } };
    case 'no cap of an author':
      return { rules: { ...beliefRules, repeated: 1 } };
    case 'no clusters':
      return { rules: { ...beliefRules, agreement: 0 } };
    case 'no inputs':
      return { exam: { ...exam, probes: [], columns: exam.columns.map((column) => ({ ...column, probes: [] })) } };
    case 'tests alone':
      return { rules: { ...beliefRules, agreement: 0, answers: 0 } };
  }
}
