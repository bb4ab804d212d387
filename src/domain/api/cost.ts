import { z } from 'zod';
import { defineOperation } from './operation.ts';
import { nothing, runParams } from './parameters.ts';

const rowSchema = z.object({
  calls: z.int(),
  cachedCalls: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  cachedTokens: z.int(),
  cacheWriteTokens: z.int(),
  costUsd: z.number(),
  /** For calls under way, at their highest possible cost. */
  reservedUsd: z.number(),
  /** Calls for which `costUsd` holds the most that they can have cost. */
  unknownPrices: z.int(),
  unsureCalls: z.int(),
});

const budgetSchema = z.object({
  name: z.string(),
  spentUsd: z.number(),
  reservedUsd: z.number(),
  limitUsd: z.number(),
  percent: z.number().nullable(),
});

export const readCost = defineOperation({
  id: 'readCost',
  method: 'get',
  path: '/cost',
  scope: 'read',
  group: 'Money',
  summary: 'What models have cost',
  description: 'By run, world, model, purpose, day or month (UTC); with the budget of this month, and of the run that is asked about.',
  params: nothing,
  query: z.strictObject({
    by: z.enum(['run', 'world', 'model', 'purpose', 'day', 'month']).default('run').meta({ description: 'What the rows stand for.' }),
    run: runParams.shape.run.optional(),
    since: z.coerce
      .number()
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER)
      .optional()
      .meta({ description: 'Epoch ms; only what was spent from then on.' }),
  }),
  body: undefined,
  answer: z
    .object({
      run: z.string().nullable(),
      by: z.string(),
      since: z.int().nullable(),
      rows: z.array(rowSchema.extend({ name: z.string() })),
      total: rowSchema,
      month: budgetSchema,
      runBudget: budgetSchema.nullable(),
    })
    .meta({ id: 'Cost' }),
  status: 200,
});

export const readBurn = defineOperation({
  id: 'readBurn',
  method: 'get',
  path: '/cost/burn',
  scope: 'read',
  group: 'Money',
  summary: 'How money is spent over time',
  description:
    'What was spent until each moment of this month (UTC), or of a run, with the budget and where it leads to; `forecast` is null where nothing can honestly be said.',
  params: nothing,
  query: z.strictObject({ run: runParams.shape.run.optional() }),
  body: undefined,
  answer: z
    .object({
      /** null: of everything in this month. */
      run: z.string().nullable(),
      /** Epoch ms: where the month or the run begins. */
      from: z.int(),
      /** Epoch ms: the end of the month, or of a run that has ended; null while it has not. */
      to: z.int().nullable(),
      /** What had been spent by then, oldest first: of a month a point a day, of a run at most two hundred. */
      points: z.array(z.object({ at: z.int(), spentUsd: z.number() })),
      budgetUsd: z.number(),
      forecast: z
        .object({
          /** What will have been spent at the end. */
          endUsd: z.number(),
          /** How that was reckoned, in a sentence. */
          how: z.string(),
        })
        .nullable(),
    })
    .meta({ id: 'Burn' }),
  status: 200,
});
