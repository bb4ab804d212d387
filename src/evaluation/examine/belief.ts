import type { ExamColumn, ProbePlan, TestAuthor } from '../../domain/examination.ts';
import type { WorldName } from '../../domain/world.ts';
import { answersOf } from './clusters.ts';
import { isWriter, othersThan, type Row } from './matrix.ts';

/** What each piece of evidence weighs: all are logarithms of odds, but for `repeated`. */
export interface BeliefRules {
  /** A world that passed the gates against "none is right": of changes that pass the visible tests a fifth to a third are published to be wrong. */
  readonly prior: number;
  /** Half of it for the second world of a cluster, a third for the third, and so on. */
  readonly agreement: number;
  /** A test by who sees only the issue. */
  readonly writer: number;
  /** A test by another world. */
  readonly world: number;
  /** A test that passes at the base, as a share of what its author's tests weigh. */
  readonly regression: number;
  /** What each further test of one author that ends alike in every world weighs of the one before; 1 would be without a limit. */
  readonly repeated: number;
  /** A world's tests for that world, as a share of what they weigh for others: none. The benchmark shows what that spares. */
  readonly own: number;
  /** All answers to made-up inputs together: a cluster with which every other world agrees against one with which none does. */
  readonly answers: number;
}

/** Fitted on one half of a benchmark and measured on the other (`npm run bench -- choice`). */
export const beliefRules: BeliefRules = {
  prior: 1,
  agreement: 1.6,
  writer: 2,
  world: 0.5,
  regression: 0.75,
  repeated: 0.5,
  own: 0,
  answers: 3.5,
};

export interface BeliefRequest {
  readonly clusters: readonly (readonly WorldName[])[];
  readonly rows: readonly Row[];
  readonly columns: readonly ExamColumn[];
  readonly probes: readonly ProbePlan[];
  readonly rules?: BeliefRules;
}

/**
 * How likely it is of each cluster that its behaviour is the right one, 0 to 1; what is missing to 1 is for none of them. See
 * `docs/scoring.md`. Each is computed as though its own worlds had written no tests: nobody raises his own chances.
 */
export function beliefs({ rules = beliefRules, ...request }: BeliefRequest): readonly number[] {
  const votes = votesOf(request);
  const groups = groupsOf(request, rules);
  const known = request.clusters.map(
    (cluster, index) => rules.prior + rules.agreement * (harmonic(cluster.length) - 1) + rules.answers * (votes[index] ?? 0),
  );
  return request.clusters.map((own, index) => {
    const counted = groups.filter(({ author }) => rules.own > 0 || !isAmong(own, author));
    const odds = known.map((value, place) => value + sum(counted.map(({ effects }) => effects[place] ?? 0)));
    // Shifted so that no exponential overflows; the 0 is for "none of them".
    const most = Math.max(0, ...odds);
    return Math.exp((odds[index] ?? 0) - most) / (Math.exp(-most) + sum(odds.map((value) => Math.exp(value - most))));
  });
}

/** Tests of one author that end alike in every cluster: they say one thing, and several of them say it a little louder. */
interface Group {
  readonly author: TestAuthor;
  /** What they do to the odds of each cluster. */
  readonly effects: readonly number[];
}

function groupsOf({ clusters, rows }: BeliefRequest, rules: BeliefRules): readonly Group[] {
  const groups = new Map<string, { author: TestAuthor; ends: readonly number[]; weights: number[] }>();
  for (const { test, cells, dropped } of rows) {
    if (dropped !== undefined) continue;
    const counted = rules.own > 0 ? cells : othersThan(test.author, cells);
    const ends = clusters.map((cluster) => endIn(cluster, counted));
    const key = JSON.stringify([test.author, test.kind, ends]);
    const group = groups.get(key) ?? { author: test.author, ends, weights: [] };
    const weight = (isWriter(test.author) ? rules.writer : rules.world) * (test.kind === 'regression' ? rules.regression : 1);
    group.weights.push(weight * rules.repeated ** group.weights.length);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ author, ends, weights }) => {
    // A world's tests may raise one of the others against another, never all of them or none against their author's own: what each says is
    // compared with what they say of the other worlds, each of which counts once, those that do as the author does among them.
    const middle = isWriter(author) ? 0 : middleOf(clusters, author, ends);
    const effects = ends.map((end, place) => {
      const share = isAmong(clusters[place] ?? [], author) ? rules.own : 1;
      return end === 0 ? 0 : sum(weights) * share * (end - middle);
    });
    return { author, effects };
  });
}

/** How a test of this author ended in the mean of the other worlds, as far as it is known. */
function middleOf(clusters: BeliefRequest['clusters'], author: TestAuthor, ends: readonly number[]): number {
  const others = ends.map((end, place) => {
    const cluster = clusters[place] ?? [];
    return { end, worlds: end === 0 ? 0 : cluster.length - (isAmong(cluster, author) ? 1 : 0) };
  });
  return sum(others.map(({ end, worlds }) => end * worlds)) / Math.max(1, sum(others.map(({ worlds }) => worlds)));
}

/** 1: passed, -1: failed, 0: not known, or its worlds do not agree. */
function endIn(cluster: readonly WorldName[], cells: Row['cells']): number {
  const outcomes = new Set(cells.filter(({ world }) => cluster.includes(world)).map(({ outcome }) => outcome));
  return (outcomes.has('passed') ? 1 : 0) - (outcomes.has('failed') ? 1 : 0);
}

/**
 * For each cluster the share of the other worlds that answer as it does, over the inputs on which not all answer alike; inputs that divide
 * the worlds in the same way count as one, and a little more.
 */
function votesOf({ clusters, columns, probes }: BeliefRequest): readonly number[] {
  const divided = new Map<string, { answers: readonly string[]; weight: number }>();
  for (const plan of probes) {
    const given = clusters.map(([first]) =>
      answersOf(
        columns.find(({ world }) => world === first),
        plan,
      ),
    );
    for (const index of plan.inputs.keys()) {
      const answers = given.map((all) => all[index]);
      const known = answers.filter((answer) => answer !== undefined);
      if (known.length < answers.length || new Set(known).size < 2) continue;
      const division = known.map((answer) => known.indexOf(answer));
      const key = division.join();
      divided.set(key, { answers: division.map(String), weight: divided.has(key) ? 2 : 1 });
    }
  }
  const inputs = [...divided.values()];
  const total = sum(inputs.map(({ weight }) => weight));
  if (total === 0) return clusters.map(() => 0);
  const others = (place: number): number => sum(clusters.map((cluster, other) => (other === place ? 0 : cluster.length)));
  return clusters.map((_, place) => {
    const agreeing = inputs.map(({ answers, weight }) => {
      const alike = clusters.map((cluster, other) => (other !== place && answers[other] === answers[place] ? cluster.length : 0));
      return (weight * sum(alike)) / Math.max(1, others(place));
    });
    return sum(agreeing) / total;
  });
}

function isAmong(cluster: readonly WorldName[], author: string): boolean {
  return cluster.some((world) => world === author);
}

/** 1 + 1/2 + ... + 1/count. */
function harmonic(count: number): number {
  return sum(Array.from({ length: count }, (_, index) => 1 / (index + 1)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
