import { z } from 'zod';
import { defineOperation } from './operation.ts';
import { nothing, runParams } from './parameters.ts';

export const followEvents = defineOperation({
  id: 'followEvents',
  method: 'get',
  path: '/events',
  scope: 'read',
  group: 'What happens in a run',
  summary: 'What happens, as it happens',
  description:
    'Server-sent events, named as the `type` of what they hold. With `Last-Event-ID` first whatever has happened since that one, which is what a browser asks for by itself when it comes again; where that is too much, an event `reset` says that all is to be read anew. A comment every 15 s tells that nothing is wrong.',
  params: nothing,
  query: z.strictObject({ run: runParams.shape.run.optional().meta({ description: 'Only of this run.' }) }),
  body: undefined,
  answer: z
    .object({
      run: z.string(),
      /** Without gaps in its run, from 1. */
      seq: z.int(),
      /** Epoch ms. */
      at: z.int(),
      type: z.string(),
      /** Such as the task that it is about with its new state, and why. */
      data: z.looseObject({}),
    })
    .meta({ id: 'Event' }),
  status: 200,
  streams: true,
});
