import { listLogs, readLog } from '../../domain/api/logs.ts';
import type { RunLog } from '../../operations/logs/list-logs.ts';
import { listLogs as logsOfRun } from '../../operations/logs/list-logs.ts';
import { readLog as readLogOf } from '../../operations/logs/read-log.ts';
import type { OperationTools } from '../../operations/tools.ts';
import { findRunOf } from './find-run-of.ts';
import { orMissing } from './refusal.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** What programs of a run printed. */
export function logRoutes(tools: OperationTools): readonly ApiRoute[] {
  const find = findRunOf(tools);
  return [
    route(listLogs, async ({ params }) => ({ items: (await logsOfRun(tools, await find(params))).map(toldLog) })),
    route(readLog, async ({ params, query: { tail, raw, find: text, from, limit } }) => {
      const wanted = { from, limit, isTail: tail === 'true', raw: raw === 'true', find: text };
      const { found, planTask, world, ...read } = await orMissing(readLogOf(tools, await find(params), params.log, wanted));
      return { ...read, planTask: planTask ?? null, world: world ?? null, matches: found ?? null };
    }),
  ];
}

function toldLog({ log, planTask, world, place, isLive }: RunLog) {
  const isHere = place.kind === 'file';
  return { log, planTask: planTask ?? null, world: world ?? null, isLive, isHere, bytes: isHere ? place.bytes : null };
}
