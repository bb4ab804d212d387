import { readChoices } from '../../domain/api/choices.ts';
import { listDecisions } from '../../domain/api/decisions.ts';
import { runAttributesSchema } from '../../domain/run.ts';
import { choiceView } from '../../operations/choice-view.ts';
import { decisionsOfRun } from '../../operations/decisions.ts';
import { explainAsData } from '../../operations/explain.ts';
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
    route(readChoices, async ({ params }) => {
      const job = await find(params);
      const { tasks, warnings } = await orMissing(explainAsData(tools, job));
      const { score, choice: rules, worlds } = runAttributesSchema.parse(job.attributes).config;
      const told = tasks.map(async ({ choice, ...task }) => ({
        ...task,
        choice: { ...choiceView(choice, score), ...(await tools.tellChoice(choice)) },
      }));
      const thresholds = { sureFrom: rules.sureFrom, minSuccessful: worlds.minSuccessful };
      return { tasks: await Promise.all(told), thresholds, warnings };
    }),
    route(listDecisions, async ({ params, query }) => {
      const decisions = await decisionsOfRun(tools, (await find(params)).id);
      return pageOfList(decisions, ({ at, id }) => [at, id], query);
    }),
  ];
}
