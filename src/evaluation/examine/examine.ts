import type { BaseEvidence } from '../../domain/evidence.ts';
import type { ExamEvidence, Examination, ExaminedTest } from '../../domain/examination.ts';
import { beliefRules, beliefs, type BeliefRules } from './belief.ts';
import { clustersOf, type Compared } from './clusters.ts';
import { differencesOf } from './differences.ts';
import { isWriter, matrixOf, type Row } from './matrix.ts';
import { poolOf } from './pool.ts';

export interface ExamContext {
  readonly base: BaseEvidence;
  /** Those between which a choice is made; what others did under the tests is left out. */
  readonly worlds: readonly Compared[];
  /** Tests of one author that count at most (`examine.most`). */
  readonly mostPerAuthor: number;
  readonly rules?: BeliefRules;
}

/**
 * Says what a cross-examination came to: which tests count, who behaves alike, and whose behaviour is most likely right. Adds nothing to the
 * evidence and forgets nothing of it that a person would ask for.
 */
export function examine(evidence: ExamEvidence, { base, worlds, mostPerAuthor, rules = beliefRules }: ExamContext): Examination {
  const columns = evidence.columns.filter(({ world }) => worlds.some((each) => each.world === world));
  const rows = matrixOf(poolOf(evidence.pool, columns, base, mostPerAuthor), columns);
  const clusters = clustersOf(worlds, rows, columns, evidence.probes);
  const believed = beliefs({ clusters, rows, columns, probes: evidence.probes, rules });
  const names = clusters.flat();
  return {
    tests: rows.map((row) => ({ ...told(row), weight: row.dropped === undefined ? weightOf(row, rules) : 0 })),
    clusters: clusters
      .map((group, index) => ({ worlds: group, belief: neverSure(believed[index] ?? 0) }))
      .toSorted((a, b) => b.belief - a.belief),
    differences: differencesOf(names, columns, evidence.probes),
    inputs: evidence.probes.reduce((count, { inputs }) => count + inputs.length, 0),
    notes: [...evidence.notes, ...problemsOf(columns)],
  };
}

function told({ test, cells, dropped }: Row): Omit<ExaminedTest, 'weight'> {
  return { id: `${test.author}: ${test.case}`, author: test.author, dropped, cells };
}

/** What the first of several alike counts, against a test of behaviour by who sees only the issue. */
function weightOf({ test }: Row, rules: BeliefRules): number {
  const weight = (isWriter(test.author) ? 1 : rules.world / rules.writer) * (test.kind === 'regression' ? rules.regression : 1);
  return rounded(Math.min(1, weight));
}

function problemsOf(columns: ExamEvidence['columns']): string[] {
  return columns.flatMap(({ world, probes }) =>
    probes.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${world}: ${name}: ${problem}`])),
  );
}

/** A tenth of a percent from nothing and from all at least: the weights are only as good as what they were fitted on. */
function neverSure(belief: number): number {
  return Math.min(0.999, Math.max(0.001, rounded(belief)));
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
