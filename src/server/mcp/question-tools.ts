import type { InputRequiredResult } from '@modelcontextprotocol/server';
import { acceptedContent, inputRequired, inputResponse } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { answerEscalation, listEscalations, openEscalationSchema, readEscalation } from '../../domain/api/escalations.ts';
import { withoutInvisible } from '../../domain/visible-text.ts';
import { Refusal } from '../api/refusal.ts';
import type { AgentTool } from './tool.ts';
import { data, defineTool } from './tool.ts';
import type { TalkingTools } from './talking-tools.ts';

const input = z.object({
  escalation: z.string().meta({ description: '`id` of the question, from list_questions.' }),
  answer: z.enum(['approve', 'reject']).meta({ description: 'What you propose; the person decides.' }),
  world: z.string().min(1).max(20).optional().meta({ description: 'The world to take, where it is asked which.' }),
  reason: z.string().max(2_000).optional(),
});

/** What the person is asked, and says. */
const confirmation = z.object({ answer: z.enum(['approve', 'reject']).meta({ title: 'Your answer' }) });
const key = 'confirm';

/** What waits for a person, and how it is answered. */
export function questionTools({ ask, answers }: TalkingTools): readonly AgentTool[] {
  return [
    defineTool({
      name: 'list_questions',
      title: 'What waits for a person',
      description: 'Every question of every run that nobody has answered, with its context, what is recommended, and its deadline.',
      input: z.object({}),
      hints: { readOnlyHint: true },
      call: async () => data(await ask(listEscalations, {})),
    }),
    defineTool({
      name: 'answer_question',
      title: 'Answer a question',
      description:
        answers === 'person'
          ? 'Puts a question of a run to the person who sits at this client, with the answer that you propose; what they say counts. Use it when they ask you to, or when they have to know.'
          : 'Answers a question of a run in the name of whoever started this server: once, the first answer counts.',
      input,
      hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
      call: async ({ escalation, ...proposed }, { mcpReq }) => {
        if (answers === 'agent') return data(await ask(answerEscalation, { params: { escalation }, body: bodyOf(proposed) }));
        const said = inputResponse(mcpReq.inputResponses, key);
        if (said.kind === 'missing')
          return put(openEscalationSchema.parse(await ask(readEscalation, { params: { escalation } })), proposed);
        const confirmed = acceptedContent(mcpReq.inputResponses, key, confirmation);
        if (confirmed === undefined) throw unanswered();
        const answer = confirmed.answer === proposed.answer ? proposed : { answer: confirmed.answer };
        return data(await ask(answerEscalation, { params: { escalation }, body: bodyOf(answer) }));
      },
    }),
  ];
}

type Proposed = Omit<z.output<typeof input>, 'escalation'>;

function bodyOf({ answer, world, reason }: Proposed): unknown {
  const why = reason === undefined ? {} : { reason };
  return answer === 'reject' ? { answer, ...why } : { answer, ...why, ...(world === undefined ? {} : { world }) };
}

/** What an agent has written stands in quotation marks, so that nobody takes it for our words. */
function put({ run, question, context }: z.output<typeof openEscalationSchema>, { answer, world, reason }: Proposed): InputRequiredResult {
  const proposal = [`The agent proposes to ${answer}`, world === undefined ? '' : ` and to take ${quoted(world)}`].join('');
  const because = reason === undefined ? '.' : `: ${quoted(reason)}`;
  const message = withoutInvisible(`${run}: ${question}\n\n${context.recommendation}\n\n${proposal}${because}`);
  return inputRequired({ inputRequests: { [key]: inputRequired.elicit({ message, requestedSchema: confirmation }) } });
}

/** On one line, and with no end of the quotation but ours. */
function quoted(text: string): string {
  return `“${text.replaceAll(/\s+/g, ' ').replaceAll(/[“”]/g, '"')}”`;
}

function unanswered(): Refusal {
  return new Refusal('conflict', {
    what: 'The person has not answered.',
    why: 'They have put the question aside, and nobody else may answer for them.',
    fix: 'Go on with something else; it stays in `miyabi inbox`.',
  });
}
