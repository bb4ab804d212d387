import { z } from 'zod';
import { earlyRules } from '../early-end.ts';
import { statisticsGroupings } from '../statistics/groupings.ts';
import { defineOperation } from './operation.ts';
import { nothing } from './parameters.ts';

const group = 'Statistics';
const share = z.object({ part: z.int(), of: z.int() });
/** 0 to 1, at a confidence of 95 %. */
const bounds = z.object({ low: z.number(), high: z.number() });

const filter = z.strictObject({
  since: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'Epoch ms; only runs that ended from then on.' }),
  repository: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .meta({ description: 'Only runs in this repository, as a run tells it: a folder, or the address of a remote.' }),
});

const asked = { since: z.int().nullable(), repository: z.string().nullable() };

const rowSchema = z.object({
  name: z.string(),
  /** Worlds that came to an end of their own; of a phase the runs that went through it. */
  tries: z.int(),
  succeeded: z.int(),
  meanScore: z.number().nullable(),
  costUsd: z.number(),
  /** Calls of models for which the most that they can have cost counts. */
  unknownPrices: z.int(),
  medianMinutes: z.number().nullable(),
  p90Minutes: z.number().nullable(),
  calls: z.int().nullable(),
  cachedCalls: z.int().nullable(),
  /** Worlds that were ended before their time, by the rule that did it. */
  early: z.partialRecord(z.enum(earlyRules), z.int()),
  wins: z.int().nullable(),
});

const goalSchema = z.object({
  name: z.string(),
  side: z.enum(['below', 'above']),
  bound: z.number(),
  unit: z.enum(['min', '%', 'points', 'USD', 'ms', 'MB', 'times']),
  measured: z.discriminatedUnion('verdict', [
    /** `of`: what it stands on, such as `12 runs`. */
    z.object({ verdict: z.enum(['met', 'missed']), value: z.number(), of: z.string() }),
    z.object({ verdict: z.literal('not-measured'), why: z.string() }),
  ]),
});

export const readStatistics = defineOperation({
  id: 'readStatistics',
  method: 'get',
  path: '/statistics',
  scope: 'read',
  group,
  summary: 'How runs have fared',
  description:
    'By world configuration, agent, model, phase or repository; the choice against the plain score; what people had to do; minutes by phase and the acceptance figures against their goals. What cannot be known is `not-measured`.',
  params: nothing,
  query: filter.extend({ by: z.enum(statisticsGroupings).default('world').meta({ description: 'What the rows stand for.' }) }),
  body: undefined,
  answer: z
    .object({
      ...asked,
      by: z.enum(statisticsGroupings),
      runs: z.object({
        ended: z.int(),
        completed: z.int(),
        failed: z.int(),
        cancelled: z.int(),
        open: z.int(),
        /** Ended, and counted the next time that it is asked. */
        notCounted: z.int(),
      }),
      rows: z.array(rowSchema),
      choices: z.object({
        compared: z.int(),
        same: z.int(),
        differs: z.int(),
        right: z.object({ choice: z.int(), plain: z.int(), neither: z.int(), unknown: z.int() }),
      }),
      outcomes: z.object({
        right: z.int(),
        wrong: z.int(),
        unknown: z.int(),
        because: z.partialRecord(z.enum(['merged', 'live', 'picked-otherwise', 'mended', 'rejected', 'reverted', 'taken-back']), z.int()),
      }),
      people: z.object({
        runs: z.int(),
        interventionsPerRun: z.number().nullable(),
        /** Runs in which nobody decided anything. */
        alone: share,
        /** Of the pull requests that were merged, those that were merged without asking. */
        mergedAlone: share,
        waitedMinutes: z.number().nullable(),
      }),
      deployments: z.object({ live: z.int(), refused: z.int(), rolledBack: z.int(), broken: z.int() }),
      phases: z.array(goalSchema.extend({ p90: z.number().nullable() })),
      acceptance: z.array(goalSchema),
    })
    .meta({ id: 'Statistics' }),
  status: 200,
});

const evidence = { known: z.int(), share, bounds };

export const readThresholds = defineOperation({
  id: 'readThresholds',
  method: 'get',
  path: '/statistics/thresholds',
  scope: 'read',
  group,
  summary: 'What outcomes propose for the settings',
  description: 'Each with what it stands on and the command that would set it. Nothing is changed by asking.',
  params: nothing,
  query: filter,
  body: undefined,
  answer: z
    .object({
      ...asked,
      /** Runs of which it is known whether their change was right. */
      known: z.int(),
      suggestions: z.array(
        z.discriminatedUnion('kind', [
          z.object({
            kind: z.literal('change'),
            setting: z.string(),
            decides: z.string(),
            from: z.number(),
            to: z.number(),
            ...evidence,
            /** What would have been different, in a sentence. */
            difference: z.string(),
            command: z.string(),
          }),
          z.object({ kind: z.literal('keep'), setting: z.string(), decides: z.string(), at: z.number(), ...evidence }),
          z.object({
            kind: z.literal('too-few'),
            setting: z.string(),
            decides: z.string(),
            at: z.number(),
            known: z.int(),
            needed: z.int(),
          }),
          z.object({ kind: z.literal('not-known'), setting: z.string(), decides: z.string(), why: z.string() }),
        ]),
      ),
    })
    .meta({ id: 'Thresholds' }),
  status: 200,
});
