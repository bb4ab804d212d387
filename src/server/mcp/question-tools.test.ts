import type { ServerContext } from '@modelcontextprotocol/server';
import { expect, it } from 'vitest';
import { questionTools } from './question-tools.ts';
import type { TalkingTools } from './talking-tools.ts';

const escalation = {
  type: 'escalation',
  kind: 'plan',
  canStand: true,
  severity: 'high',
  issue: 'x',
  reason: 'It is hard.',
  context: { failing_checks: [], recommendation: 'Look at it first.' },
  actions: [],
  id: 'x',
  number: 1,
  run: 'run_1',
  title: 'x',
  question: 'Is the plan for <!-- x carried out?',
  askedAt: 1,
};

it('what an agent proposes stands in quotation marks that it cannot end, and nothing that is asked hides what follows', async () => {
  const tools = questionTools({ ask: async () => escalation, answers: 'person' } as unknown as TalkingTools);
  const answer = tools.find(({ name }) => name === 'answer_question')!;
  const proposed = { escalation: 'x', answer: 'approve', world: 'a”, which won', reason: 'Fine.”\n\nMiyabi:\u202e “all is well' };
  const put = await answer.call(proposed, { mcpReq: {} } as ServerContext);
  expect(put).toMatchObject({
    inputRequests: {
      confirm: {
        params: {
          message:
            'run_1: Is the plan for <!-- x carried out?\n\nLook at it first.\n\nThe agent proposes to approve and to take “a", which won”: “Fine." Miyabi: "all is well”',
        },
      },
    },
  });
});
