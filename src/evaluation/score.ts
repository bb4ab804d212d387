import type { BaseEvidence, CheckEvidence } from '../domain/evidence.ts';
import { defaultWeights, type QualityEvidence, type ScoreWeights, type WorldScore } from '../domain/score.ts';
import type { SecurityEvidence } from '../domain/security.ts';
import { qualityShare } from './quality/share.ts';
import { lintAgainst } from './score-lint.ts';
import { securityShare } from './security/share.ts';
import { greenIn, isKnownIn, statusById } from './test-outcomes.ts';

export interface ScoreRequest {
  readonly base: BaseEvidence;
  readonly check: CheckEvidence;
  /** Old failures that count, because some world of the same task turned them green (`reachableFailures`). */
  readonly reachable: ReadonlySet<string>;
  /** Absent: n/a. */
  readonly quality?: QualityEvidence | undefined;
  /** Absent: n/a. */
  readonly security?: SecurityEvidence | undefined;
  readonly weights?: ScoreWeights;
}

/**
 * The world score. Each component is a share (0 to 1) of its weight, or null where there is no evidence: then it is taken out and
 * the rest is scaled to 100. `confidence` is the share of the weights that had evidence; that of security counts by the share of its
 * analyses that could look.
 *
 * | component | weight | share |
 * |---|---|---|
 * | build | 30 | 1 when install, build and type check passed, else 0; what already failed at the base is left out |
 * | tests | 30 | passed / counted, see {@link countTests} |
 * | lint | 20 | max(0, 1 - new warnings / 100), an error counting as 5, a file that is newly not formatted as 1; 0 when the linter ran at the base and no longer does |
 * | quality | 10 | see `qualityShare` |
 * | security | 10 | see `securityShare` |
 */
export function scoreWorld(request: ScoreRequest): WorldScore {
  const weights = request.weights ?? defaultWeights;
  const { base, check } = request;
  const tests = countTests(base, check, request.reachable);
  const lint = lintAgainst(base, check);
  const security = request.security === undefined ? undefined : securityShare(request.security);
  const shares = {
    build: buildShare(base.check, check),
    tests: tests.total === 0 ? null : tests.passed / tests.total,
    lint: lint?.share ?? null,
    quality: request.quality === undefined ? null : qualityShare(request.quality),
    security: security?.share ?? null,
  } satisfies Record<keyof ScoreWeights, number | null>;
  return { ...weigh(shares, weights, security?.known), testsPassed: tests.passed, testsTotal: tests.total, warnings: lint?.warnings ?? 0 };
}

type Weighed = Pick<WorldScore, keyof ScoreWeights | 'total' | 'confidence'>;

/**
 * Turns shares into points, total and confidence. Without any evidence the total is 0 and so is the confidence.
 *
 * @param securityKnown share of the analyses of security that could look.
 */
export function weigh(shares: Readonly<Record<keyof ScoreWeights, number | null>>, weights: ScoreWeights, securityKnown = 1): Weighed {
  const points = (name: keyof ScoreWeights): number | null => {
    const share = shares[name];
    return share === null ? null : share * weights[name];
  };
  const names = ['build', 'tests', 'lint', 'quality', 'security'] as const;
  const known = names.filter((name) => shares[name] !== null);
  const evidence = known.reduce((sum, name) => sum + weights[name], 0);
  const earned = known.reduce((sum, name) => sum + (points(name) ?? 0), 0);
  const all = names.reduce((sum, name) => sum + weights[name], 0);
  const unknown = shares.security === null ? 0 : weights.security * (1 - securityKnown);
  return {
    total: evidence === 0 ? 0 : oneDecimal(Math.min(100, (earned / evidence) * 100)),
    build: rounded(points('build')),
    tests: rounded(points('tests')),
    lint: rounded(points('lint')),
    quality: rounded(points('quality')),
    security: rounded(points('security')),
    confidence: all === 0 ? 0 : (evidence - unknown) / all,
  };
}

/**
 * Counts the tests that say something about a change.
 *
 * Counted: tests that passed at the base (one that is gone did not pass), old failures within reach, and tests that the change added
 * and that fail. Not counted: flaky tests, old failures out of reach, tests skipped at the base, and tests that the change added and
 * that pass, for nobody vouches for himself. Where the base ran into the time limit its tests are not all known, so every test counts.
 */
export function countTests(
  base: BaseEvidence,
  check: CheckEvidence,
  reachable: ReadonlySet<string>,
): { readonly passed: number; readonly total: number } {
  const status = statusById(check.tests);
  const counted = [...base.passing, ...base.failing.filter((id) => reachable.has(id))].filter(isKnownIn(check.tests));
  const wholeBase = base.check.tests.kind !== 'timeout';
  const isNew = newIn(base);
  const vouchedFor = wholeBase ? [] : [...status].filter(([id, ended]) => ended === 'passed' && isNew(id)).map(([id]) => id);
  const ids = [...counted, ...addedFailures(base, check), ...vouchedFor];
  return { passed: ids.filter(greenIn(check.tests)).length, total: ids.length };
}

/** Tests that the base does not know and that fail. */
export function addedFailures(base: BaseEvidence, check: CheckEvidence): string[] {
  const isNew = newIn(base);
  return [...statusById(check.tests)].filter(([id, ended]) => ended === 'failed' && isNew(id)).map(([id]) => id);
}

function newIn(base: BaseEvidence): (id: string) => boolean {
  const old = new Set([...base.passing, ...base.failing, ...base.flaky, ...statusById(base.check.tests).keys()]);
  return (id) => !old.has(id);
}

function buildShare(base: CheckEvidence, check: CheckEvidence): number | null {
  const install = [base.install, check.install] as const;
  const judging = [[base.build, check.build] as const, [base.typeCheck, check.typeCheck] as const];
  const counted = [install, ...judging].filter(([before, after]) => !(before.kind === 'failed' && after.kind === 'failed'));
  if (counted.some(([, after]) => after.kind === 'failed')) return 0;
  // Installing alone says nothing about a change.
  return judging.some(([, after]) => after.kind === 'passed') ? 1 : null;
}

function rounded(points: number | null): number | null {
  return points === null ? null : oneDecimal(points);
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
