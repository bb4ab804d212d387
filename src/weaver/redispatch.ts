import type { Route } from '../domain/needs.ts';
import type { TaskIn } from '../domain/task.ts';
import { inChange } from './change.ts';
import type { Change } from './change.ts';
import type { EngineParts } from './parts.ts';

/** So many are sent again in one transaction. */
const atOnce = 500;

/**
 * Sends tasks again that are ready in jobs which nobody carries. Each gets a new epoch: a dispatcher may refuse an id that it has seen,
 * and an old id that turns up after all is stale.
 *
 * @param which.readyForMs only those that have been ready for as long; `types` and `accepts` leave the others out too.
 * @returns how many.
 */
export async function redispatch(
  parts: EngineParts,
  which: { readonly readyForMs: number; readonly types?: readonly string[] | undefined; readonly accepts?: (route: Route) => boolean },
): Promise<number> {
  const readyUntil = parts.clock.now() - which.readyForMs;
  let sent = 0;
  for (;;) {
    const found = await parts.store.read(async (records) => {
      const routes = (await records.readyRoutes()).filter((route) => which.accepts?.(route) ?? true);
      return records.readyTasks(undefined, atOnce, { only: which.types, routes, readyUntil });
    });
    sent += await sendAgain(parts, found);
    if (found.length < atOnce) return sent;
  }
}

/** What has been claimed or sent again since it was seen is left alone. */
function sendAgain(parts: EngineParts, seen: readonly TaskIn<'ready'>[]): Promise<number> {
  if (seen.length === 0) return Promise.resolve(0);
  const body = async (change: Change): Promise<number> => {
    let sent = 0;
    for (const { id, epoch } of seen) {
      const task = await change.task(id);
      if (task?.state !== 'ready' || task.epoch !== epoch) continue;
      await change.move(task, { type: 'redispatched' }, 'It was ready and nobody took it');
      sent += 1;
    }
    return sent;
  };
  return inChange(parts, body, { tasks: seen.map(({ id }) => id) });
}
