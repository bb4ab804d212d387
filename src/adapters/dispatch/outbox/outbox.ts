import type { TaskId } from '../../../domain/ids.ts';
import type { Dispatch } from '../../../ports/dispatcher.ts';
import type { QueueEntry } from '../../../ports/foreign-queue.ts';
import type { SqlExecutor } from '../../store/postgres/executor.ts';
import { queueId } from '../queue-id.ts';

/** So long does whoever has taken a row have time to bring it to the queue; then somebody else takes it, in ms. */
const relayLeaseMs = 10_000;
/** So many rows are brought at once. */
export const relayBatch = 500;

const now = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

/** Writes what is to be sent beside the records, in their transaction. */
export async function writeOutbox(executor: SqlExecutor, namespace: string, dispatches: readonly Dispatch[]): Promise<void> {
  const shared = dispatches.filter(({ carriedBy }) => carriedBy === undefined);
  if (shared.length === 0) return;
  await executor.executeSql(
    `insert into weaver_dispatch (namespace, task_id, epoch, priority, route, relay_at)
      select $1, task_id, epoch, priority, route, ${now}
      from unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[]) as sent (task_id, epoch, priority, route)
      on conflict do nothing`,
    [
      namespace,
      shared.map(({ ref }) => ref.taskId),
      shared.map(({ ref }) => ref.epoch),
      shared.map(({ priority }) => priority),
      shared.map(({ route }) => route),
    ],
  );
}

/** Takes rows that nobody else is bringing to the queue. */
export async function takeFromOutbox(executor: SqlExecutor, namespace: string): Promise<readonly QueueEntry[]> {
  const { rows } = await executor.executeSql(
    `update weaver_dispatch as dispatch set relay_at = ${now} + ${relayLeaseMs}
      from (
        select task_id, epoch from weaver_dispatch where namespace = $1 and relay_at <= ${now}
        order by priority desc, relay_at limit ${relayBatch} for update skip locked
      ) as due
      where dispatch.task_id = due.task_id and dispatch.epoch = due.epoch
      returning dispatch.task_id as "taskId", dispatch.epoch, dispatch.priority, dispatch.route`,
    [namespace],
  );
  return rows.map((row) => {
    const ref = { taskId: String(row['taskId']) as TaskId, epoch: Number(row['epoch']) };
    return { id: queueId(ref), ref, priority: Number(row['priority']), route: String(row['route']) };
  });
}

/** The queue has them. */
export async function clearOutbox(executor: SqlExecutor, entries: readonly QueueEntry[]): Promise<void> {
  await executor.executeSql(
    'delete from weaver_dispatch where (task_id, epoch) in (select * from unnest($1::text[], $2::bigint[]))',
    refValues(entries),
  );
}

/** The queue has refused them: whoever comes next tries again. */
export async function returnToOutbox(executor: SqlExecutor, entries: readonly QueueEntry[]): Promise<void> {
  await executor.executeSql(
    `update weaver_dispatch set relay_at = ${now} where (task_id, epoch) in (select * from unnest($1::text[], $2::bigint[]))`,
    refValues(entries),
  );
}

function refValues(entries: readonly QueueEntry[]): readonly unknown[] {
  return [entries.map(({ ref }) => ref.taskId), entries.map(({ ref }) => ref.epoch)];
}
