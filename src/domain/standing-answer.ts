import type { AnswerScope, Escalation, EscalationKind } from './escalation.ts';

/** Kinds of which a yes may stand: what is asked is alike each time, and what follows is looked at again before it counts. */
const standing: ReadonlySet<EscalationKind> = new Set(['plan', 'review', 'checks', 'merge', 'permission', 'budget']);

/**
 * Whether a yes may hold for later questions of the kind too. Never where something critical is asked, and never where a person has to look each time.
 */
export function mayStand({
  kind,
  severity,
  onlyOnce = false,
}: Pick<Escalation, 'kind' | 'severity'> & { readonly onlyOnce?: boolean }): boolean {
  return standing.has(kind) && severity !== 'critical' && !onlyOnce;
}

/** Who answered where nobody had to be asked: `ada, for this run`. */
export function standingInWords({ by, scope }: { readonly by: string; readonly scope: Exclude<AnswerScope, 'once'> }): string {
  return `${by}, for ${scope === 'run' ? 'this run' : 'every run here'}`;
}
