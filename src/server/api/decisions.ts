import { readChoices } from '../../domain/api/choices.ts';
import { listDecisions } from '../../domain/api/decisions.ts';
import { comparedChoices } from '../../operations/compared-choices.ts';
import { decisionsOfRun } from '../../operations/decisions.ts';
import type { OperationTools } from '../../operations/tools.ts';
import { findRunOf } from './find-run-of.ts';
import { pageOfList } from './page.ts';
import { orMissing } from './refusal.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** What was decided in a run, and why. */
export function decisionRoutes(tools: OperationTools): readonly ApiRoute[] {
  const find = findRunOf(tools);
  return [
    route(readChoices, async ({ params }) => await orMissing(comparedChoices(tools, await find(params)))),
    route(listDecisions, async ({ params, query }) => {
      const decisions = await decisionsOfRun(tools, (await find(params)).id);
      return pageOfList(decisions, ({ at, id }) => [at, id], query);
    }),
  ];
}
