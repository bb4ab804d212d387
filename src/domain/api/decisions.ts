import { z } from 'zod';
import { defineOperation } from './operation.ts';
import { pageOf, pageQuery, runParams } from './parameters.ts';

/** Who decides in a run: the engine, its judging, people, the watch over what was deployed. */
export const decisionKinds = ['engine', 'choice', 'person', 'deployment'] as const;

export const decisionSchema = z
  .object({
    /** Unique within its run. */
    id: z.string(),
    /** Epoch ms. */
    at: z.int(),
    kind: z.enum(decisionKinds),
    /** The rule, the model or the person. */
    who: z.string(),
    /** In a word or two, such as `retry`, `alpha` or `yes`. */
    what: z.string(),
    /** In a sentence or more. */
    why: z.string(),
    /** Of the task that it is about; null where it is about the run. */
    taskId: z.string().nullable(),
    /** The plan task. */
    task: z.string().nullable(),
    world: z.string().nullable(),
    /** What there was to choose from. */
    options: z.array(z.object({ name: z.string(), score: z.number().nullable() })).nullable(),
    /** 0 to 1. */
    confidence: z.number().nullable(),
  })
  .meta({ id: 'Decision' });
export type DecisionRow = z.infer<typeof decisionSchema>;

export const listDecisions = defineOperation({
  id: 'listDecisions',
  method: 'get',
  path: '/runs/{run}/decisions',
  scope: 'read',
  group: 'What happens in a run',
  summary: 'Decisions',
  description:
    'Everything that was decided in a run, the oldest first: what becomes of a task after an attempt, which world was taken, what people answered, whether a release was kept.',
  params: runParams,
  query: pageQuery,
  body: undefined,
  answer: pageOf(decisionSchema),
  status: 200,
});
