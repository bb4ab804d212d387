import { z } from 'zod';
import { escalationKinds } from '../escalation.ts';
import { defineOperation } from './operation.ts';
import { nothing, pageOf, pageQuery } from './parameters.ts';

/** A yes that holds for later questions too. */
export const standingAnswerSchema = z
  .object({
    id: z.string(),
    kind: z.enum(escalationKinds),
    /** `run`: for the run in which it was given. `always`: for every run of the repository. */
    scope: z.enum(['run', 'always']),
    /** Its folder or address. */
    repository: z.string(),
    /** In which it was given. */
    run: z.string(),
    /** That was answered with it. */
    question: z.string(),
    by: z.string(),
    reason: z.string().nullable(),
    /** Epoch ms. */
    at: z.int(),
  })
  .meta({ id: 'StandingAnswer' });
export type ToldStandingAnswer = z.infer<typeof standingAnswerSchema>;

const group = 'Questions to people';

export const listStandingAnswers = defineOperation({
  id: 'listStandingAnswers',
  method: 'get',
  path: '/standing-answers',
  scope: 'read',
  group,
  summary: 'Answers that stand',
  description: 'Every answer that holds for later questions of its kind, the newest first; those of runs that have ended hold no more.',
  params: nothing,
  query: pageQuery,
  body: undefined,
  answer: pageOf(standingAnswerSchema),
  status: 200,
});

export const revokeStandingAnswer = defineOperation({
  id: 'revokeStandingAnswer',
  method: 'delete',
  path: '/standing-answers/{answer}',
  scope: 'operate',
  group,
  summary: 'Let an answer stand no more',
  description: 'From the next question on somebody is asked again; what was answered by it stays so. 404 for one that stands no more.',
  params: z.strictObject({ answer: z.uuid().meta({ description: '`id` of an answer that stands.' }) }),
  query: nothing,
  body: undefined,
  answer: z.object({ id: z.string(), by: z.string() }),
  status: 200,
});
