import type { JobId } from '../domain/ids.ts';
import { toUsd } from '../domain/money.ts';
import type { RunningTask } from '../ports/checkpoints.ts';
import type { OperationTools } from './tools.ts';

/** Where a run stood when something of it ran last, as people and programs are told. */
export interface ToldCheckpoint {
  /** Epoch ms. */
  readonly at: number;
  readonly running: RunningTask[];
  readonly costUsd: number;
}

/** @returns null for a run of which nothing has run for as long as checkpoints are apart. */
export async function lastCheckpoint(
  { ledger }: { readonly ledger: Pick<OperationTools['ledger'], 'checkpoints'> },
  job: JobId,
): Promise<ToldCheckpoint | null> {
  const found = await ledger.checkpoints.latest(job);
  return found === undefined ? null : { at: found.at, running: [...found.running], costUsd: toUsd(found.costMicroUsd) };
}

export function checkpointInWords({ at, running }: ToldCheckpoint): string {
  const each = running.map(({ key, since }) => `${key} for ${Math.max(0, Math.round((at - since) / 60_000))} min`);
  return `Checkpoint ${new Date(at).toISOString()}: ${each.join(', ')}.`;
}
