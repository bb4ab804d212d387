import type { IntegrityFinding } from '../domain/choice.ts';
import type { BaseEvidence, CheckEvidence } from '../domain/evidence.ts';
import type { ReviewReport } from '../domain/review.ts';
import { reachableFailures } from './base.ts';
import type { DocumentationEvidence } from './documentation.ts';
import { brokenTests, some, tests } from './gates.ts';
import { addedFailures, countTests } from './score.ts';
import { lintAgainst } from './score-lint.ts';
import type { SecurityEvidence, SecurityFinding } from '../domain/security.ts';
import { findingsOf, securityShare } from './security/share.ts';
import { runProblem } from './test-outcomes.ts';

/** Weights of the four components of a review score; they add up to 100 points. */
export interface ReviewWeights {
  readonly tests: number;
  readonly lint: number;
  readonly security: number;
  readonly docs: number;
}

export const defaultReviewWeights: ReviewWeights = { tests: 35, lint: 25, security: 20, docs: 20 };

export interface ReviewRequest {
  readonly base: BaseEvidence;
  /** The whole branch, checked on a fresh checkout. */
  readonly check: CheckEvidence;
  /** Absent: n/a. */
  readonly documentation?: DocumentationEvidence;
  /** Share of the changed lines that tests run, 0 to 1; absent where it was not measured. */
  readonly coverage?: number;
  /** Absent where nothing was analysed. */
  readonly security?: SecurityEvidence;
  /** Whether a person has taken a world of it who was told of its findings: of those nobody is asked twice. */
  readonly isAccepted?: boolean;
  /** What a person should see of how the branch treats what judges; costs no points: it was decided on with each world. */
  readonly integrity?: readonly IntegrityFinding[];
  readonly weights?: ReviewWeights;
  /** Points from which a branch is approved, and from which a person is asked. */
  readonly thresholds?: { readonly pass: number; readonly ask: number };
}

/** The report on a branch. `score` has one decimal and is 0 without any evidence; components are points out of their weight. */
export interface ScoredReview extends ReviewReport {
  /** Share of the weights that had evidence, 0 to 1. */
  readonly confidence: number;
}

/** Coverage of the change from which on the tests get all of their points. */
const fullCoverage = 0.95;

/**
 * Scores a branch. Components without evidence are taken out and the rest is scaled to 100.
 *
 * | component | weight | share |
 * |---|---|---|
 * | tests | 35 | passed / counted (as in the world score, the branch being the only world), times min(1, coverage / 0.95) where coverage is known |
 * | lint | 25 | max(0, 1 - new warnings / 100), an error counting as 5 warnings |
 * | security | 20 | max(0, 1 - findings / 5), vulnerabilities among them; n/a while no analysis could look |
 * | docs | 20 | documented / added exported symbols; n/a when none was added |
 *
 * From 80 points (`thresholds.pass`) APPROVE, from 60 (`thresholds.ask`) REVIEW, below REJECT. A failing build that did not fail at the base is
 * rejected whatever the sum; without any evidence of what it does (tests, lint, docs), and with a critical or high finding of security, a person has
 * to look. Whatever lowers the score is among the issues.
 */
export function reviewScore(request: ReviewRequest): ScoredReview {
  const { base, check, documentation, coverage } = request;
  const weights = request.weights ?? defaultReviewWeights;
  const counted = countTests(base, check, reachableFailures(base, [check]));
  const covered = coverage === undefined ? 1 : Math.min(1, coverage / fullCoverage);
  const shares: Readonly<Record<keyof ReviewWeights, number | null>> = {
    tests: counted.total === 0 ? null : (counted.passed / counted.total) * covered,
    lint: lintAgainst(base, check)?.share ?? null,
    security: securityShareOf(request),
    docs: documentation === undefined || documentation.added === 0 ? null : documentation.documented / documentation.added,
  };
  const names = ['tests', 'lint', 'security', 'docs'] as const;
  const known = names.filter((name) => shares[name] !== null);
  const evidence = known.reduce((sum, name) => sum + weights[name], 0);
  const earned = known.reduce((sum, name) => sum + (shares[name] ?? 0) * weights[name], 0);
  const all = names.reduce((sum, name) => sum + weights[name], 0);
  // That it holds no secret says nothing of what it does.
  const ofWork = evidence - (shares.security === null ? 0 : weights.security);
  const score = evidence === 0 ? 0 : round((earned / evidence) * 100);
  const gravest = request.isAccepted === true ? undefined : gravestOf(request.security);
  const points = (name: keyof ReviewWeights) => (shares[name] === null ? null : round(shares[name] * weights[name]));
  return {
    score,
    breakdown: { tests: points('tests'), lint: points('lint'), security: points('security'), docs: points('docs') },
    recommendation: recommend(score, {
      ofWork,
      isBroken: buildFails(base, check),
      isGrave: gravest !== undefined,
      ...(request.thresholds ?? { pass: 80, ask: 60 }),
    }),
    ...(gravest === undefined ? {} : { gravest }),
    confidence: all === 0 ? 0 : evidence / all,
    issues: issuesOf(request),
  };
}

interface Standing {
  /** Points of weight that say what it does. */
  readonly ofWork: number;
  readonly isBroken: boolean;
  readonly isGrave: boolean;
  readonly pass: number;
  readonly ask: number;
}

function recommend(score: number, { ofWork, isBroken, isGrave, pass, ask }: Standing): ReviewReport['recommendation'] {
  if (isBroken) return 'REJECT';
  if (ofWork === 0) return 'REVIEW';
  if (score < ask) return 'REJECT';
  return score >= pass && !isGrave ? 'APPROVE' : 'REVIEW';
}

function gravestOf(security: SecurityEvidence | undefined): ReviewReport['gravest'] {
  const levels = new Set(security === undefined ? [] : findingsOf(security).map(({ level }) => level));
  return (['critical', 'high'] as const).find((level) => levels.has(level));
}

function buildFails(base: BaseEvidence, check: CheckEvidence): boolean {
  return (['install', 'build', 'typeCheck'] as const).some((name) => check[name].kind === 'failed' && base.check[name].kind !== 'failed');
}

/** Counted, and not weighed: of a whole branch a person reads every finding. */
function securityShareOf({ security }: ReviewRequest): number | null {
  if (security === undefined || securityShare(security).share === null) return null;
  return Math.max(0, 1 - findingsOf(security).length / 5);
}

function issuesOf({ base, check, documentation, coverage, security, integrity = [] }: ReviewRequest): string[] {
  const broken = brokenTests(base, check);
  const lint = lintAgainst(base, check);
  const added = addedFailures(base, check);
  const problem = runProblem(check.tests);
  return [
    ...(buildFails(base, check) ? ['The build fails.'] : []),
    ...(broken.length > 0 ? [`The branch breaks ${tests(broken.length)} that passed before: ${some(broken)}.`] : []),
    ...(added.length > 0 ? [`The branch adds ${tests(added.length)} that ${added.length === 1 ? 'fails' : 'fail'}: ${some(added)}.`] : []),
    ...(problem !== undefined && runProblem(base.check.tests) === undefined ? [problem] : []),
    ...(base.check.lint.kind === 'reported' && check.lint.kind === 'failed' ? ['The linter fails, so what it finds is not known.'] : []),
    ...(lint !== undefined && lint.warnings > 0 && check.lint.kind === 'reported'
      ? [`The linter finds more than before: ${lint.warnings} (an error counts as 5 warnings).`]
      : []),
    ...(coverage !== undefined && coverage < fullCoverage ? [`Tests run ${Math.round(coverage * 100)} % of the changed lines.`] : []),
    ...(security === undefined ? [] : [...findingsOf(security).map(inWords), ...unknownOf(security)]),
    ...integrity.map(({ detail }) => detail),
    ...(documentation !== undefined && documentation.missing.length > 0
      ? [`Exported without a doc comment: ${some(documentation.missing)}.`]
      : []),
  ];
}

function round(points: number): number {
  return Math.round(points * 10) / 10;
}

function inWords({ level, path, line, detail }: SecurityFinding): string {
  return `Security, ${level}: ${path}${line === undefined ? '' : `:${line}`}: ${detail}`;
}

/** What nobody looked at is said, and is no finding. */
function unknownOf({ analyses }: SecurityEvidence): string[] {
  return analyses.flatMap((one) => (one.kind === 'analysed' ? [] : [`Security: ${one.analysis} is not known: ${one.reason}.`]));
}
