/** The analyses that a change goes through, in the order in which they are shown. */
export const securityAnalyses = ['secrets', 'dangerous-code', 'vulnerabilities', 'supply-chain', 'capabilities'] as const;
export type SecurityAnalysis = (typeof securityAnalyses)[number];

/** What a finding does to a world: `low` and `medium` cost points, `high` keeps it from winning unasked, `critical` keeps it from winning at all. */
export const securityLevels = ['low', 'medium', 'high', 'critical'] as const;
export type SecurityLevel = (typeof securityLevels)[number];

/** What one finding takes from the component security, in hundredths of it. */
export const securityPoints: Readonly<Record<SecurityLevel, number>> = { low: 5, medium: 20, high: 60, critical: 100 };

/** Something that a change brings and that the base did not have. Never holds the secret it speaks of. */
export interface SecurityFinding {
  readonly analysis: SecurityAnalysis;
  /** Of our own list or of the library that found it, such as `eval` or `new-install-script`; the same from run to run. */
  readonly rule: string;
  readonly level: SecurityLevel;
  /** Relative to the top of the repository. */
  readonly path: string;
  /** From 1, where it has one. */
  readonly line?: number;
  /** In a sentence. */
  readonly detail: string;
}

/** What one analysis came to. Only `analysed` says anything about the change: whatever could not look is unknown, never clean. */
export type AnalysisEvidence =
  | {
      readonly analysis: SecurityAnalysis;
      readonly kind: 'analysed';
      readonly findings: readonly SecurityFinding[];
      readonly durationMs: number;
    }
  /** Nothing that it could look with: no provider answers, no analyser knows the language. */
  | { readonly analysis: SecurityAnalysis; readonly kind: 'unavailable'; readonly reason: string }
  /** It broke, or ran into its time limit. */
  | { readonly analysis: SecurityAnalysis; readonly kind: 'crashed'; readonly reason: string };

/** All analyses of one change; each stands in it once, in the order of {@link securityAnalyses}. */
export interface SecurityEvidence {
  readonly analyses: readonly AnalysisEvidence[];
}
