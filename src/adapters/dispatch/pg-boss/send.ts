import type { Db, JobInsert } from 'pg-boss';
import type { Dispatch } from '../../../ports/dispatcher.ts';
import { queueId } from '../queue-id.ts';
import { bossSchema, QueueGone } from './boss.ts';
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
    await to.boss.use(async (boss) => {
      // A queue that somebody has removed would be missed at the commit only, where nobody could tell what is wrong.
      const [{ rows }] = await Promise.all([
        to.db.executeSql(`select name from ${bossSchema}.queue where name = $1 for key share`, [name]),
        boss.insert(name, some.map(entry), { db: to.db }),
      ]);
      if (rows.length === 0) throw new QueueGone(name);
    });
  }
}

function entry({ ref, priority }: Dispatch): JobInsert {
  return { id: queueId(ref), data: { taskId: ref.taskId, epoch: ref.epoch }, priority };
}
