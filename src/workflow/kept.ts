import type { WorkflowTools } from './tools.ts';

/**
 * A value that several tasks of a run are given: the digest under which the ledger keeps it. Payloads of version 1 hold the value
 * itself.
 */
export type Kept<Value extends object> = string | Value;

/** @throws when nothing is kept under the digest: a defect of the graph, not of a run. */
export async function keptValue<Value extends object>({ ledger }: Pick<WorkflowTools, 'ledger'>, kept: Kept<Value>): Promise<Value> {
  if (typeof kept !== 'string') return kept;
  const value = await ledger.kept(kept);
  if (value === undefined) throw new Error(`nothing is kept under ${kept}`);
  // Only this program keeps values, and a digest stands for one of the type that its payload says.
  return value as Value;
}
