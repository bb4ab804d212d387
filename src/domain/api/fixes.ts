import { z } from 'zod';
import { fixCommentSchema } from '../fix-request.ts';
import { defineOperation } from './operation.ts';
import { nothing, runParams } from './parameters.ts';

export const requestFix = defineOperation({
  id: 'requestFix',
  method: 'post',
  path: '/runs/{run}/fixes',
  scope: 'operate',
  group: 'Runs',
  summary: 'Have a change changed',
  description:
    'Starts a run on top of the change of a world, with what people say of its lines as the issue. Its result comes on a branch of its own; the run that it came from stays as it is. 409 where the world has no change here any more.',
  params: runParams,
  query: nothing,
  body: z.strictObject({
    world: z.string().min(1).max(20).optional().meta({ description: 'The winner by default.' }),
    task: z.string().min(1).max(100).optional().meta({ description: 'Id of the plan task; needed where several have such a world.' }),
    comments: z.array(fixCommentSchema).max(100).default([]),
    text: z
      .string()
      .trim()
      .min(1)
      .max(20_000)
      .optional()
      .meta({ description: 'What is to change in general; needed where there are no comments.' }),
  }),
  answer: z.object({
    run: z.string(),
    branch: z.string(),
    /** Of what it begins with. */
    startedFrom: z.object({ run: z.string(), task: z.string(), world: z.string(), commit: z.string() }),
    /** What is worth knowing before anything happens, a sentence each. */
    notes: z.array(z.string()),
  }),
  status: 201,
});
