import type { RunAttributes } from '../domain/run.ts';

/** Whether a person approves the plan: above `gates.askAbove` always; from `gates.tellAbove` on too, since nobody can be told in passing without a service. */
export function asksAPerson({ config, approveAll }: Pick<RunAttributes, 'config' | 'approveAll'>, complexity: number): boolean {
  const { askAbove, tellAbove } = config.gates;
  return !approveAll && (complexity > askAbove || complexity >= tellAbove);
}
