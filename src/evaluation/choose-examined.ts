import type { WorldEvidence } from '../domain/choice.ts';
import type { BaseEvidence } from '../domain/evidence.ts';
import type { Cluster, ExamEvidence, Examination } from '../domain/examination.ts';
import type { WorldName } from '../domain/world.ts';
import type { Candidate } from './choose-verdicts.ts';
import { beliefRules, type BeliefRules } from './examine/belief.ts';
import { examine } from './examine/examine.ts';

/** Clusters that are believed less than this share of the most believed one are out. */
const clearlyLess = 0.7;

/** What cross-examination says of the worlds that could win. */
export interface Examined {
  readonly examination: Examination;
  /** Whether any test or input was seen to say something; else all of this decides nothing. */
  readonly says: boolean;
  /** Clusters that are left, the most believed first. */
  readonly finalists: readonly Cluster[];
  /** The same after a distinguishing test; absent without one. */
  readonly distinguished?: readonly Cluster[];
}

export interface ExamRequest {
  readonly base: BaseEvidence;
  readonly worlds: readonly WorldEvidence[];
  readonly exam?: ExamEvidence;
  readonly distinguishing?: ExamEvidence;
  readonly mostPerAuthor?: number;
  /** What the evidence weighs. The product has one answer to that; a benchmark shows what others would come to. */
  readonly rules?: BeliefRules;
}

/** @returns undefined where nothing was examined. */
export function examined(request: ExamRequest, candidates: readonly Candidate[]): Examined | undefined {
  const { base, exam, distinguishing, mostPerAuthor = 100, rules = beliefRules } = request;
  if (exam === undefined || candidates.length === 0) return undefined;
  const worlds = request.worlds.flatMap((world) =>
    world.kind === 'checked' && candidates.some((candidate) => candidate.world === world.world)
      ? [{ world: world.world, patchDigest: world.patchDigest }]
      : [],
  );
  const examination = examine(exam, { base, worlds, mostPerAuthor, rules });
  const finalists = believable(examination.clusters);
  const first = { examination, says: saysSomething(examination, exam), finalists };
  if (distinguishing === undefined || finalists.length < 2) return first;
  const left = worlds.filter(({ world }) => finalists.some((cluster) => cluster.worlds.includes(world)));
  // Who behaves alike, and how many, has been counted already.
  const second = examine(distinguishing, { base, worlds: left, mostPerAuthor, rules: { ...rules, agreement: 0 } });
  const clusters = multiplied(finalists, second.clusters);
  return {
    ...first,
    says: first.says || saysSomething(second, distinguishing),
    distinguished: believable(clusters),
    examination: {
      tests: [...examination.tests, ...second.tests],
      clusters: [...clusters, ...examination.clusters.filter(({ worlds: out }) => !left.some(({ world }) => out.includes(world)))],
      differences: [...second.differences, ...examination.differences].slice(0, Math.max(5, second.differences.length)),
      inputs: examination.inputs + second.inputs,
      notes: [...examination.notes, ...second.notes],
    },
  };
}

function saysSomething({ tests }: Examination, exam: ExamEvidence): boolean {
  return tests.some(({ weight }) => weight > 0) || exam.columns.some(({ probes }) => probes.some(({ answers }) => answers.length > 0));
}

function believable(clusters: readonly Cluster[]): readonly Cluster[] {
  const best = clusters[0]?.belief ?? 0;
  return clusters.filter(({ belief }) => belief >= clearlyLess * best);
}

/** The worlds of a later examination with what was believed of them before; as much is believed of all together as was. */
function multiplied(before: readonly Cluster[], after: readonly Cluster[]): readonly Cluster[] {
  const old = (name: WorldName | undefined): number =>
    before.find(({ worlds }) => name !== undefined && worlds.includes(name))?.belief ?? 0;
  const products = after.map(({ worlds, belief }) => ({ worlds, belief: belief * old(worlds[0]) }));
  const share = sum(before) / Math.max(Number.MIN_VALUE, sum(products));
  return products
    .map(({ worlds, belief }) => ({ worlds, belief: Math.round(belief * share * 1_000) / 1_000 }))
    .toSorted((a, b) => b.belief - a.belief);
}

function sum(clusters: readonly Cluster[]): number {
  return clusters.reduce((total, { belief }) => total + belief, 0);
}
