import { listStandingAnswers, revokeStandingAnswer } from '../../domain/api/standing-answers.ts';
import { standingAnswers, withdrawStandingAnswer } from '../../operations/standing-answers.ts';
import type { OperationTools } from '../../operations/tools.ts';
import type { Found } from './page.ts';
import { pageOfFound } from './page.ts';
import { orMissing } from './refusal.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** Answers that hold for later questions. */
export function standingAnswerRoutes(tools: OperationTools): readonly ApiRoute[] {
  return [
    route(listStandingAnswers, async ({ query }) => {
      const find = async ({ after, limit }: Found) =>
        await standingAnswers(tools, { limit, ...(after === undefined ? {} : { before: { at: after[0], id: after[1] } }) });
      return await pageOfFound(find, ({ at, id }) => [at, id], query);
    }),
    route(revokeStandingAnswer, async ({ params: { answer: id }, caller }) => {
      await orMissing(withdrawStandingAnswer(tools, id, caller.name));
      return { id, by: caller.name };
    }),
  ];
}
