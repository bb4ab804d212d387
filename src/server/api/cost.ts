import { readBurn, readCost } from '../../domain/api/cost.ts';
import { burnOfMonth, burnOfRun } from '../../operations/burn.ts';
import { reportCost } from '../../operations/cost.ts';
import type { OperationTools } from '../../operations/tools.ts';
import { findRunOf } from './find-run-of.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** What models have cost. */
export function costRoutes(tools: OperationTools): readonly ApiRoute[] {
  const find = findRunOf(tools);
  return [
    route(readCost, async ({ query: { by, run, since } }) => {
      const job = run === undefined ? {} : { run: await find({ run }) };
      return await reportCost(tools, { by, ...job, ...(since === undefined ? {} : { since }) });
    }),
    route(readBurn, async ({ query: { run } }) =>
      run === undefined ? await burnOfMonth(tools) : await burnOfRun(tools, await find({ run })),
    ),
  ];
}
