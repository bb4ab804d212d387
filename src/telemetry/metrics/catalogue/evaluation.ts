import { securityAnalyses, securityLevels } from '../../../domain/security.ts';
import { checkNames } from '../../../domain/signals.ts';
import type { Metric } from '../metric.ts';
import { shortBuckets } from './buckets.ts';

export const evaluationMetrics = {
  evaluation_duration_seconds: {
    type: 'histogram',
    of: 'process',
    help: 'How long one check of a commit took.',
    labels: { check: checkNames },
    buckets: shortBuckets,
  },
  evaluation_results_total: {
    type: 'counter',
    of: 'process',
    help: 'What checks of commits said; unknown where there was nothing to check with, or no answer.',
    labels: { check: checkNames, result: ['pass', 'fail', 'unknown'] },
  },
  static_findings_total: {
    type: 'counter',
    of: 'process',
    help: 'Findings of the analyses of changes.',
    labels: { kind: securityAnalyses, severity: securityLevels },
  },
} as const satisfies Readonly<Record<string, Metric>>;
