import { z } from 'zod';
import { defineOperation } from './operation.ts';
import { nothing, runParams } from './parameters.ts';

const named = { run: z.string(), task: z.string(), world: z.string(), by: z.string() };

export const pickWorld = defineOperation({
  id: 'pickWorld',
  method: 'post',
  path: '/runs/{run}/pick',
  scope: 'operate',
  group: 'Runs',
  summary: 'Take a world',
  description:
    'Where it is asked which world is taken, that is the answer, and the run goes on with it. Where a choice was made already, the change of the world is handed over as a branch of its own, by a run whose only work that is; what was handed over or merged stays. 409 for a world without a change, or with a secret in it, and where nothing was chosen yet.',
  params: runParams,
  query: nothing,
  body: z.strictObject({
    world: z.string().min(1).max(20).meta({ description: 'Such as alpha.' }),
    task: z.string().min(1).max(100).optional().meta({ description: 'Id of the plan task; needed where several have such a world.' }),
    reason: z.string().trim().min(1).max(2_000).optional().meta({ description: 'Kept with it.' }),
  }),
  answer: z.discriminatedUnion('kind', [
    /** A question was answered with it. */
    z.object({ kind: z.literal('answered'), ...named }),
    /** `handover`: the run that writes the branch. */
    z.object({ kind: z.literal('handed-over'), ...named, handover: z.string(), branch: z.string() }),
  ]),
  status: 200,
});
