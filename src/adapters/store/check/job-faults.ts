import { deriveJobState, totalOf } from '../../../domain/job.ts';
import type { JobState, TaskBucket, TaskCounts } from '../../../domain/job.ts';
import type { RecordFault } from '../../../ports/record-checks.ts';
import { foundOf } from './invariants.ts';
import type { Ask, CheckedRow } from './invariants.ts';

const jobs = 'SELECT id, state, counts, cancel_reason, cancelled_at, paused, sealed FROM weaver_job ORDER BY id';
/** What a task counts as follows from these, but for who supplies what it waits for. */
const counted = `SELECT job_id, state, waiting_reason, parent_join, count(*) AS tasks FROM weaver_task
  WHERE NOT (state = 'pending' AND waiting_reason IN ('person', 'event', 'budget', 'deadline')) GROUP BY job_id, state, waiting_reason, parent_join`;
const needing = `SELECT job_id, waiting_reason, waiting FROM weaver_task
  WHERE state = 'pending' AND waiting_reason IN ('person', 'event', 'budget', 'deadline')`;

/** Jobs whose counts are not those of their tasks, and whose state does not follow from their tasks. */
export async function jobFaults(ask: Ask): Promise<readonly RecordFault[]> {
  const found = await countsOfTasks(ask);
  const [miscounted, misjudged]: [string[], string[]] = [[], []];
  for (const row of await ask(jobs)) {
    const id = String(row['id']);
    const stored = nonZero(JSON.parse(String(row['counts'])) as TaskCounts);
    const actual = nonZero(found.get(id) ?? {});
    if (stored !== actual) miscounted.push(`The job ${id} counts ${stored}, and its tasks are ${actual}.`);
    const state = stateOf(row, found.get(id) ?? {});
    if (state !== row['state'])
      misjudged.push(`The job ${id} is ${String(row['state'])}; by its ${totalOf(found.get(id) ?? {})} tasks it is ${state}.`);
  }
  return [...foundOf('counts', miscounted), ...foundOf('states', misjudged)];
}

async function countsOfTasks(ask: Ask): Promise<ReadonlyMap<string, TaskCounts>> {
  const sums = new Map<string, Partial<Record<TaskBucket, number>>>();
  const add = (job: unknown, bucket: TaskBucket, by: number): void => {
    const counts = sums.get(String(job)) ?? {};
    sums.set(String(job), { ...counts, [bucket]: (counts[bucket] ?? 0) + by });
  };
  for (const row of await ask(counted)) add(row['job_id'], bucketOfRow(row), Number(row['tasks']));
  for (const row of await ask(needing)) add(row['job_id'], isNobodys(row) ? 'nobody' : (row['waiting_reason'] as TaskBucket), 1);
  return sums;
}

function bucketOfRow({ state, waiting_reason: waiting, parent_join: join }: CheckedRow): TaskBucket {
  if (state === 'dead' && (join === 'resume' || join === 'compose')) return 'answered';
  return (state === 'pending' ? waiting : state) as TaskBucket;
}

function isNobodys({ waiting }: CheckedRow): boolean {
  const { need } = JSON.parse(String(waiting)) as { readonly need?: { readonly from?: string; readonly until?: number } };
  return need?.from === 'nobody' && need.until === undefined;
}

function stateOf(row: CheckedRow, counts: TaskCounts): JobState {
  const cancel = row['cancelled_at'] === null ? undefined : { reason: String(row['cancel_reason']), at: Number(row['cancelled_at']) };
  return deriveJobState({ counts, cancel, paused: Number(row['paused']) === 1, sealed: Number(row['sealed']) === 1 });
}

/** The same words for the same counts. */
function nonZero(counts: TaskCounts): string {
  const entries = Object.entries(counts).filter(([, count]) => count !== 0);
  const words = entries.map(([bucket, count]) => `${count} ${bucket}`).toSorted();
  return words.length === 0 ? 'nothing' : words.join(', ');
}
