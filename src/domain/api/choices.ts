import { z } from 'zod';
import { defineOperation } from './operation.ts';
import { nothing, runParams } from './parameters.ts';

/** The components of a score, in the order in which they are shown. */
export const scoreComponents = ['build', 'tests', 'lint', 'quality', 'security'] as const;

const worlds = z.array(z.string());
/** How a test ended in a world; `unknown`: it was not seen to run there. */
const outcome = z.enum(['passed', 'failed', 'unknown']);
const cells = z.array(z.object({ world: z.string(), outcome }));

/** Points of a world with what each component is worth and rests on. */
export const choiceScoreSchema = z
  .object({
    /** 0 to 100. */
    total: z.number(),
    /** Share of the weights that had evidence, 0 to 1. */
    confidence: z.number(),
    testsPassed: z.int(),
    testsTotal: z.int(),
    /** New lint warnings. */
    warnings: z.number(),
    components: z.array(
      z.object({
        name: z.enum(scoreComponents),
        /** Points that it is worth at most. */
        weight: z.number(),
        /** null: there was no evidence, and the rest counts for 100. */
        points: z.number().nullable(),
        /** What it rests on, in sentences. */
        evidence: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'ChoiceScore' });

/** One world in the table that explains a choice. */
export const verdictSchema = z
  .object({
    world: z.string(),
    /** What set it apart. */
    stance: z.string(),
    status: z.enum(['success', 'failed', 'timeout', 'skipped', 'cancelled']),
    /** null where nothing could be checked. */
    score: choiceScoreSchema.nullable(),
    /** Lines added plus removed; null without a change. */
    size: z.int().nullable(),
    files: z.array(z.string()),
    /** Old failures that are green here: the first thousand. */
    fixed: z.array(z.string()),
    /** Tests that passed at the base and fail here: the first two hundred. */
    broken: z.array(z.string()),
    /** Why it cannot win, in sentences; empty for one that could. */
    against: z.array(z.string()),
    /** Not even a person may take it. */
    isStopped: z.boolean(),
    /** What its agent said of its change. */
    summary: z.string(),
    commit: z.string().nullable(),
    /** Worlds that made the very same change. */
    sameChange: worlds,
    costUsd: z.number(),
    durationMs: z.number(),
  })
  .meta({ id: 'Verdict' });

/** One test with how it ended in each world that was judged. */
export const matrixRowSchema = z
  .object({
    test: z.string(),
    /** `project`: of the repository itself. `examination`: of a world or of somebody who only writes tests. */
    kind: z.enum(['project', 'examination']),
    /** Who wrote it; null for one of the project. */
    author: z.string().nullable(),
    /** How it was at the base; null for one that the base does not have. */
    atBase: z.enum(['passed', 'failed']).nullable(),
    /** What it counts, 0 to 1. */
    weight: z.number(),
    /** Why it says nothing about any world; null for one that counts. */
    dropped: z.string().nullable(),
    /** In the order of the verdicts; of a project's test `failed` also says that it was not seen to pass any more. */
    cells,
  })
  .meta({ id: 'MatrixRow' });

export const choiceSchema = z
  .object({
    kind: z.enum(['chosen', 'none-passed']),
    /** How the winner won and what it did, or why none was taken, in a few sentences. */
    why: z.string(),
    /** What speaks against each world that was not taken. */
    whyNot: z.array(z.object({ world: z.string(), reasons: z.array(z.string()) })),
    winner: z.string().nullable(),
    commit: z.string().nullable(),
    /** The step that left one world standing. */
    decidedBy: z
      .enum(['only-one-passed', 'agreement', 'examination', 'distinguishing-test', 'score', 'judge', 'smaller-change', 'order', 'person'])
      .nullable(),
    /** Why none was taken; null where one was. */
    reason: z.string().nullable(),
    /** Points before the next world that could have won with another change. */
    margin: z.number().nullable(),
    /** 0 to 1. */
    confidence: z.number().nullable(),
    judge: z
      .object({
        model: z.string(),
        asked: worlds,
        preferred: z.string().nullable(),
        /** A sentence for each pair. */
        words: z.array(z.string()),
      })
      .nullable(),
    /** The steps to the winner. */
    path: z.array(
      z.object({
        step: z.enum(['integrity', 'gates', 'clusters', 'examination', 'distinguishing-test', 'judge', 'score', 'smaller-change', 'order']),
        left: worlds,
        because: z.string(),
      }),
    ),
    /** Who would have won by score and size alone. */
    plain: z.object({ winner: z.string().nullable(), scores: z.array(z.object({ world: z.string(), total: z.number() })) }).nullable(),
    /** In the fixed order of worlds. */
    verdicts: z.array(verdictSchema),
    /** Tests on which worlds differ from each other or from the base; first those that tell worlds apart. */
    matrix: z.array(matrixRowSchema),
    examination: z
      .object({
        /** Worlds that nothing could tell apart, the most believed first. */
        clusters: z.array(z.object({ worlds, belief: z.number() })),
        /** Calls that worlds answer differently. */
        differences: z.array(z.object({ call: z.string(), answers: z.array(z.object({ worlds, answer: z.string() })) })),
        /** Inputs on which functions were tried. */
        inputs: z.int(),
        notes: z.array(z.string()),
      })
      .nullable(),
    /** What was not known and therefore did not count. */
    caveats: z.array(z.string()),
  })
  .meta({ id: 'Choice' });

export const readChoices = defineOperation({
  id: 'readChoices',
  method: 'get',
  path: '/runs/{run}/choices',
  scope: 'read',
  group: 'What happens in a run',
  summary: 'Choices with their evidence',
  description:
    'For each task who won and why, as it was recorded then: points and the evidence of each, who passed whose tests, the path of the choice. 404 before there is one.',
  params: runParams,
  query: nothing,
  body: undefined,
  answer: z.object({
    tasks: z.array(
      z.object({
        /** Of the plan task. */
        id: z.string(),
        title: z.string(),
        /** What was done because of what earlier choices of the task came to. */
        steps: z.array(z.object({ strategy: z.string(), because: z.string() })),
        choice: choiceSchema,
      }),
    ),
    /** From where on a world was good enough in this run. */
    thresholds: z.object({
      /** Confidence from which on a winner is taken as it is, 0 to 1. */
      sureFrom: z.number(),
      /** Worlds that must pass before one may win. */
      minSuccessful: z.int(),
    }),
    warnings: z.array(z.string()),
  }),
  status: 200,
});
