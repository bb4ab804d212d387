import {
  abandonFix,
  answerEscalation,
  finishFix,
  listAnswered,
  listEscalations,
  readEscalation,
  startFix,
} from '../../domain/api/escalations.ts';
import { displayId } from '../../domain/ids.ts';
import { answerRun } from '../../operations/answer.ts';
import { answered } from '../../operations/answered.ts';
import { abandonFix as abandon, openFix, takeBack } from '../../operations/fix.ts';
import { findItem, findQuestion, inbox, inboxAsData } from '../../operations/inbox.ts';
import type { OperationTools } from '../../operations/tools.ts';
import type { ApiAccess } from '../../ports/api-access.ts';
import type { Person } from '../../ports/git.ts';
import type { Found } from './page.ts';
import { pageOfFound, pageOfList } from './page.ts';
import { orMissing } from './refusal.ts';
import type { ApiRoute } from './route.ts';
import { route } from './route.ts';

/** Questions to people, and their answers. */
export function escalationRoutes(tools: OperationTools): readonly ApiRoute[] {
  const find = async ({ escalation }: { readonly escalation: string }) => await orMissing(findQuestion(tools, escalation));
  return [
    route(listEscalations, async ({ query }) => {
      const { items, next } = pageOfList(await inbox(tools), ({ question, id }) => [question.askedAt, id], query);
      return { items: items.map(inboxAsData), next };
    }),
    route(listAnswered, async ({ query }) => {
      const findBefore = async ({ after, limit }: Found) =>
        await answered(tools, { limit, ...(after === undefined ? {} : { before: { answeredAt: after[0], id: after[1] } }) });
      return await pageOfFound(findBefore, ({ at, id }) => [at, id], query);
    }),
    route(readEscalation, async ({ params }) => inboxAsData(await orMissing(findItem(tools, params.escalation)))),
    route(answerEscalation, async ({ params, body, caller }) => {
      const { job, question } = await find(params);
      const { answer, reason } = body;
      const { world, scope } = answer === 'approve' ? body : { world: undefined, scope: 'once' as const };
      const more = { ...(reason === undefined ? {} : { reason }), ...(world === undefined ? {} : { world }) };
      await answerRun(tools, job.id, { approved: answer === 'approve', scope, how: 'api', ...more }, caller.name, question);
      return { run: displayId('run', job.id), question: question.text, answer, by: caller.name, scope };
    }),
    route(startFix, async ({ params }) => {
      const { job } = await find(params);
      const { directory, isKnown } = await openFix(tools, job, undefined);
      return { run: displayId('run', job.id), directory, isKnown };
    }),
    route(finishFix, async ({ params, body: { author, reason }, caller }) => {
      const { job } = await find(params);
      const given = { author: author ?? personOf(caller), by: caller.name, ...(reason === undefined ? {} : { reason }) };
      const taken = await takeBack(tools, job, given);
      if (taken.kind === 'unchanged') return taken;
      return { kind: 'taken' as const, commit: taken.commit, kept: taken.kept ?? null, by: caller.name };
    }),
    route(abandonFix, async ({ params, caller }) => {
      const { job } = await find(params);
      return { kept: (await abandon(tools, job, personOf(caller))) ?? null };
    }),
  ];
}

/** Who has no other name than the one under which they are let in. */
function personOf({ name }: ApiAccess): Person {
  return { name, email: `${name}@localhost` };
}
