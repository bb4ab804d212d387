import type { Db, JobInsert } from 'pg-boss';
import type { Dispatch } from '../../../ports/dispatcher.ts';
import { queueId } from '../queue-id.ts';
import type { Boss } from './boss.ts';
import type { Queues } from './queues.ts';

/** Puts the shared ones into the queues of their routes, in the transaction of `db`: they are there when it is committed, and not before. */
export async function sendToBoss(
  dispatches: readonly Dispatch[],
  to: { readonly boss: Boss; readonly queues: Queues; readonly db: Db },
): Promise<void> {
  const shared = dispatches.filter(({ carriedBy }) => carriedBy === undefined);
  for (const [route, some] of Map.groupBy(shared, (dispatch) => dispatch.route)) {
    const name = await to.queues.of(route);
    await to.boss.use((boss) => boss.insert(name, some.map(entry), { db: to.db }));
  }
}

function entry({ ref, priority }: Dispatch): JobInsert {
  return { id: queueId(ref), data: { taskId: ref.taskId, epoch: ref.epoch }, priority };
}
