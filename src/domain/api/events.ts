import { z } from 'zod';
import { defineOperation } from './operation.ts';
import { nothing, runParams } from './parameters.ts';

/** Runs whose logs one stream tells. */
const mostLogs = 8;

export const followEvents = defineOperation({
  id: 'followEvents',
  method: 'get',
  path: '/events',
  scope: 'read',
  group: 'What happens in a run',
  summary: 'What happens, as it happens',
  description:
    'Server-sent events, named as the `type` of what they hold. With `Last-Event-ID` first whatever has happened since that one, which is what a browser asks for by itself when it comes again; where that is too much, an event `reset` says that all is to be read anew. With `logs` also what programs of these runs print on this machine, as events `log` without an id: first where each log stands, then its lines, a few times a second: `{run, log, from, lines}`, where `from` is the number of the first one (1 again where a log begins anew) and `skipped` says how many before it were left out, because more came than this reader reads. A comment every 15 s tells that nothing is wrong. An event `closing` is the last one of a service that is being stopped.',
  params: nothing,
  query: z.strictObject({
    run: runParams.shape.run.optional().meta({ description: 'Only of this run.' }),
    logs: z
      .string()
      .regex(new RegExp(`^[\\w-]{1,60}(?:,[\\w-]{1,60}){0,${mostLogs - 1}}$`))
      .optional()
      .meta({ description: `Also what is printed in these runs: their ids with commas between them, ${mostLogs} at most.` }),
    after: z.string().min(1).max(40).optional().meta({
      description: 'As `Last-Event-ID`, which counts where both are given: for a browser, which cannot set that on a stream it opens anew.',
    }),
  }),
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
