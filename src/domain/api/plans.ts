import { z } from 'zod';
import { writtenPlanSchema } from '../check-plan.ts';
import { defineOperation } from './operation.ts';
import { nothing, runParams } from './parameters.ts';

const group = 'Plans';

export const readPlan = defineOperation({
  id: 'readPlan',
  method: 'get',
  path: '/runs/{run}/plan',
  scope: 'read',
  group,
  summary: 'The plan of a run',
  description: 'The tasks of a run as a person may change them, with the longest chain through them; 404 before it is planned.',
  params: runParams,
  query: nothing,
  body: undefined,
  answer: z.object({
    run: z.string(),
    /** As it is sent back changed. */
    plan: writtenPlanSchema,
    /** Ids of the chain of tasks that takes longest. */
    criticalPath: z.array(z.string()),
    criticalMinutes: z.number(),
    /** `id` of the question that waits for an answer to it; null once it has one. */
    escalation: z.string().nullable(),
  }),
  status: 200,
});

export const changePlan = defineOperation({
  id: 'changePlan',
  method: 'put',
  path: '/runs/{run}/plan',
  scope: 'operate',
  group,
  summary: 'Approve a plan as you have changed it',
  description:
    'Answers the question that waits for it: the run goes on with this plan. One that cannot be carried out is refused with every reason, and nothing is answered.',
  params: runParams,
  query: nothing,
  body: writtenPlanSchema,
  answer: z.object({
    run: z.string(),
    by: z.string(),
    /** What is allowed and may be a mistake, a sentence each. */
    warnings: z.array(z.string()),
  }),
  status: 200,
});
