import type { AttemptEnd } from '../domain/outcome.ts';
import type { Used } from '../domain/task.ts';
import type { AttemptEndRecord } from '../ports/records.ts';

/** What an attempt uses up; a wait and a success use up no attempt. @param wallMs how long it took. */
export function usedBy(end: AttemptEnd, wallMs: number): Used {
  const costMicroUsd = end.kind === 'error' ? 0 : (end.costMicroUsd ?? 0);
  const lost = end.kind === 'error' && end.cause === 'lease-lost';
  const crashed = end.kind === 'error' && end.cause === 'process-died';
  const failed = !lost && !crashed && (end.kind === 'failure' || end.kind === 'error');
  return {
    failures: failed ? 1 : 0,
    leasesLost: lost ? 1 : 0,
    crashes: crashed ? 1 : 0,
    costMicroUsd,
    wallMs: Math.max(0, Math.round(wallMs)),
  };
}

/** The end of an attempt as it is kept. */
export function attemptEnd(
  end: AttemptEnd | { readonly kind: 'released' | 'cancelled'; readonly reason: string },
  at: number,
): AttemptEndRecord {
  return {
    at,
    outcome: end.kind,
    errorKind: end.kind === 'error' ? 'infrastructure' : end.kind === 'failure' ? 'business' : undefined,
    cause: end.kind === 'error' ? end.cause : undefined,
    reason: 'reason' in end ? end.reason : undefined,
    artifacts: 'artifacts' in end ? (end.artifacts ?? []) : [],
    observations: 'observations' in end ? (end.observations ?? []) : [],
    costMicroUsd: 'costMicroUsd' in end ? (end.costMicroUsd ?? 0) : 0,
  };
}
