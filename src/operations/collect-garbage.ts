import type { JobId } from '../domain/ids.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import { keepFactsOf } from './statistics/keep-facts.ts';
import type { Collected, OperationTools } from './tools.ts';

type GarbageTools = Pick<
  OperationTools,
  'collect' | 'ledger' | 'hostChecks' | 'engine' | 'ownConfiguration' | 'clock' | 'sharing' | 'state'
>;

export interface GarbageRequest {
  /** Only says what would be removed. */
  readonly dryRun: boolean;
  /** In place of what is configured for what worlds are made from, in ms. */
  readonly unusedMs?: number;
}

const dayMs = 24 * 60 * 60_000;
/** Records that are removed in one go; the next call goes on. */
const mostRuns = 1_000;
/** Space within the file of the records is given back where it is so much of it, and so many bytes. */
const [unusedShare, unusedBytes] = [0.25, 16 * 1024 ** 2];

/** Removes what nothing needs any more: folders, records of old runs where that is configured, and unused space in the file of the records. */
export async function collectGarbage(tools: GarbageTools, request: GarbageRequest): Promise<Collected> {
  const { folders, recovered } = await collectHourly(tools, request);
  return { folders: [...folders, ...(await compact(tools, request))], recovered };
}

/** What processes that execute tasks do of it by themselves: they would be the ones who wait for the rest. */
export async function collectHourly(tools: GarbageTools, request: GarbageRequest): Promise<Collected> {
  const { folders, recovered } = await tools.collect(request);
  return { folders: [...folders, ...(await forgetRuns(tools, request))], recovered };
}

/** Their space is that of the file they lie in, which is told of where it is given back. */
async function forgetRuns(tools: GarbageTools, { dryRun }: GarbageRequest): Promise<Collected['folders']> {
  const { ledger, ownConfiguration, clock, state } = tools;
  const { keepRunsDays } = resolveConfig(ownConfiguration).config.cleanup;
  if (keepRunsDays === 0) return [];
  const before = clock.now() - keepRunsDays * dayMs;
  let count = 0;
  const failures: unknown[] = [];
  for (const job of await ledger.oldRuns.endedBefore(before, mostRuns)) {
    try {
      if (dryRun || (await forget(tools, job, before))) count += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  if (!dryRun && count > 0) await ledger.oldRuns.forgetEvidence();
  // Only now: a run that cannot be summed up keeps its records, and stops no other from going.
  if (failures.length > 0) throw failures[0];
  if (count === 0) return [];
  const why = `records of ${count === 1 ? 'a run' : `${count} runs`} that ended more than ${keepRunsDays} days ago`;
  return [{ path: state.database, bytes: 0, why }];
}

/** Statistics go on counting it. */
async function forget(tools: GarbageTools, job: JobId, before: number): Promise<boolean> {
  await keepFactsOf(tools, job);
  return await tools.ledger.oldRuns.forget(job, before);
}

/** Only where nobody works, who would have to wait for it. */
async function compact({ hostChecks, engine, sharing, state }: GarbageTools, { dryRun }: GarbageRequest): Promise<Collected['folders']> {
  const file = sharing ? undefined : await hostChecks.recordsFile();
  if (file === undefined || file.freeBytes < unusedBytes || file.freeBytes < file.bytes * unusedShare) return [];
  if ((await engine.workers()).some(({ alive }) => alive)) return [];
  const bytes = dryRun ? file.freeBytes : await hostChecks.compact();
  if (bytes === 0) return [];
  return [{ path: state.database, bytes, why: 'nothing used it within the file of the records' }];
}

/** What was removed, summed up by what it is: the first folder below the state folder, or what lies elsewhere. */
export function byKind(
  folders: Collected['folders'],
  root: string,
): ReadonlyArray<{ readonly kind: string; readonly count: number; readonly bytes: number }> {
  const kinds = Map.groupBy(folders, ({ path }) =>
    path.startsWith(`${root}/`) ? (path.slice(root.length + 1).split('/')[0] ?? '') : 'elsewhere',
  );
  return [...kinds]
    .map(([kind, of]) => ({ kind, count: of.length, bytes: of.reduce((sum, { bytes }) => sum + bytes, 0) }))
    .toSorted((one, other) => other.bytes - one.bytes);
}
