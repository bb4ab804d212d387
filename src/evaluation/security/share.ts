import type { SecurityEvidence, SecurityFinding } from '../../domain/security.ts';
import { securityAnalyses, securityPoints } from '../../domain/security.ts';

/** What the analyses say for a score. */
export interface SecurityShare {
  /** max(0, 1 - sum of the points of all findings / 100); null where no analysis looked. */
  readonly share: number | null;
  /** Analyses that looked, as a share of all five: 0 to 1. */
  readonly known: number;
}

/** The share of a full component that a change keeps. What crashed or was unavailable takes nothing and vouches for nothing. */
export function securityShare(evidence: SecurityEvidence): SecurityShare {
  const looked = evidence.analyses.filter(({ kind }) => kind === 'analysed').length;
  const lost = findingsOf(evidence).reduce((sum, { level }) => sum + securityPoints[level], 0);
  return { share: looked === 0 ? null : Math.max(0, 1 - lost / 100), known: looked / securityAnalyses.length };
}

/** All findings, in the order of the analyses. */
export function findingsOf(evidence: SecurityEvidence): readonly SecurityFinding[] {
  return evidence.analyses.flatMap((analysis) => (analysis.kind === 'analysed' ? analysis.findings : []));
}

/** Why a change may not win unasked, a sentence for each high and critical finding. */
export function securityReasons(evidence: SecurityEvidence): readonly string[] {
  return findingsOf(evidence).filter(isGrave).map(sentenceOf);
}

/** Whether a finding is critical: nobody is asked then, the change cannot win. */
export function isStopped(evidence: SecurityEvidence): boolean {
  return findingsOf(evidence).some(({ level }) => level === 'critical');
}

function isGrave({ level }: SecurityFinding): boolean {
  return level === 'high' || level === 'critical';
}

function sentenceOf({ analysis, rule, level, path, line, detail }: SecurityFinding): string {
  return `Security, ${level} (${analysis}, ${rule}), ${path}${line === undefined ? '' : `:${line}`}: ${detail}`;
}
