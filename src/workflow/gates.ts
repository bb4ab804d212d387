import type { Analysis } from '../domain/analysis.ts';
import { isHotfix } from '../domain/analysis.ts';
import type { RunAttributes } from '../domain/run.ts';

/** What stands between a plan and its work; `because` says why in a few words. */
export type PlanGate =
  | { readonly kind: 'open'; readonly because?: string }
  /** People are told; it goes on after so many minutes unless one of them says no. */
  | { readonly kind: 'told'; readonly because: string; readonly minutes: number }
  /** A person has to say yes. */
  | { readonly kind: 'asked'; readonly because: string };

/**
 * Whether a plan needs a person. Above `gates.askAbove` it does; from `gates.tellAbove` on a service tells of it and waits `gates.tellMinutes` for a
 * no, while at a terminal, where nobody can be told in passing, it is asked too. A hotfix, and a run that was started with `--yes`, go on.
 */
export function planGate(
  { config, approveAll, startedBy }: Pick<RunAttributes, 'config' | 'approveAll' | 'startedBy'>,
  { complexity, priority }: Pick<Analysis, 'complexity' | 'priority'>,
): PlanGate {
  const { askAbove, tellAbove, tellMinutes } = config.gates;
  if (approveAll) return { kind: 'open' };
  if (isHotfix({ priority })) return { kind: 'open', because: 'a hotfix waits for nobody' };
  const because = `complexity ${complexity} of 10`;
  if (complexity > askAbove) return { kind: 'asked', because };
  if (complexity < tellAbove) return { kind: 'open' };
  return startedBy?.how === 'service' ? { kind: 'told', because, minutes: tellMinutes } : { kind: 'asked', because };
}

/** Whether a run would be treated with less care if its complexity were the second one. */
export function isLooser(run: Pick<RunAttributes, 'config' | 'approveAll' | 'startedBy'>, complexity: number, other: number): boolean {
  const strictness = (of: number): number =>
    ['open', 'told', 'asked'].indexOf(planGate(run, { complexity: of, priority: 'P2-Medium' }).kind);
  return strictness(other) < strictness(complexity);
}
