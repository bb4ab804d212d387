import { z } from 'zod';
import { answerScopes, escalationKinds, escalationSchema } from '../escalation.ts';
import { defineOperation } from './operation.ts';
import { nothing, pageOf, pageQuery } from './parameters.ts';

/** A question that waits for a person. */
export const openEscalationSchema = escalationSchema
  .extend({
    /** Of this question: what is asked later, be it by the same task, has another one. */
    id: z.string(),
    /** By which people answer at the terminal; it may be another one tomorrow. */
    number: z.int().min(1),
    run: z.string(),
    title: z.string(),
    question: z.string(),
    /** Epoch ms. */
    askedAt: z.int(),
  })
  .meta({ id: 'Escalation' });
export type OpenEscalation = z.infer<typeof openEscalationSchema>;

const params = z.strictObject({
  escalation: z
    .string()
    .regex(/^[0-9a-f-]{36}\.[0-9a-f]{16}$/)
    .meta({ description: '`id` of a question.' }),
});

const reason = z.string().trim().min(1).max(2_000).optional().meta({ description: 'Kept with the answer.' });

const answerBody = z.discriminatedUnion('answer', [
  z.strictObject({
    answer: z.literal('approve'),
    world: z.string().min(1).max(20).optional().meta({ description: 'The world to take, where it is asked which.' }),
    scope: z.enum(answerScopes).default('once').meta({
      description:
        'For how long it holds: for this question, for all of its kind in this run, or for all of its kind in this repository. More than `once` where `canStand` says so.',
    }),
    reason,
  }),
  z.strictObject({ answer: z.literal('reject'), reason }),
]);

const answers = z.enum(['approve', 'reject', 'fix']);

/** What became of an answer. */
const answeredSchema = z.object({ run: z.string(), question: z.string(), answer: answers, by: z.string(), scope: z.enum(answerScopes) });

/** A question that was answered, and what happened then. */
export const answeredEscalationSchema = z
  .object({
    /** Of the question, as it was while it waited. */
    id: z.string(),
    run: z.string(),
    title: z.string(),
    kind: z.enum(escalationKinds),
    severity: escalationSchema.shape.severity,
    issue: z.string(),
    question: z.string(),
    /** `fix`: a yes with what was mended by hand. */
    answer: answers,
    /** A person, or `nobody in time`. */
    by: z.string(),
    /** By which way it came, such as `api`, `terminal` or `comment`; null where that is not known. */
    how: z.string().nullable(),
    reason: z.string().nullable(),
    /** The world that was named. */
    world: z.string().nullable(),
    /** For how long the answer holds. */
    scope: z.enum(answerScopes),
    /** Id of the standing answer by which it was answered; null where somebody answered this very question. */
    standing: z.string().nullable(),
    /** Epoch ms, as the others. */
    askedAt: z.int(),
    at: z.int(),
    /** When the run went on with it; null where it has not. */
    resumedAt: z.int().nullable(),
  })
  .meta({ id: 'AnsweredEscalation' });
export type AnsweredEscalation = z.infer<typeof answeredEscalationSchema>;

const group = 'Questions to people';

export const listEscalations = defineOperation({
  id: 'listEscalations',
  method: 'get',
  path: '/escalations',
  scope: 'read',
  group,
  summary: 'What waits for a person',
  description: 'Every question of every run that nobody has answered, the oldest first.',
  params: nothing,
  query: pageQuery,
  body: undefined,
  answer: pageOf(openEscalationSchema),
  status: 200,
});

export const listAnswered = defineOperation({
  id: 'listAnswered',
  method: 'get',
  path: '/escalations/answered',
  scope: 'read',
  group,
  summary: 'What was answered',
  description:
    'Questions of every run that were answered, by people, by an answer that stands or by nobody in time, the newest answer first.',
  params: nothing,
  query: pageQuery,
  body: undefined,
  answer: pageOf(answeredEscalationSchema),
  status: 200,
});

export const readEscalation = defineOperation({
  id: 'readEscalation',
  method: 'get',
  path: '/escalations/{escalation}',
  scope: 'read',
  group,
  summary: 'One question',
  description: 'One question that nobody has answered; 404 once somebody has.',
  params,
  query: nothing,
  body: undefined,
  answer: openEscalationSchema,
  status: 200,
});

export const answerEscalation = defineOperation({
  id: 'answerEscalation',
  method: 'post',
  path: '/escalations/{escalation}/answer',
  scope: 'operate',
  group,
  summary: 'Answer a question',
  description: 'Says yes or no, once: the first answer counts, by whatever way it comes, and 409 tells whoever comes later.',
  params,
  query: nothing,
  body: answerBody,
  answer: answeredSchema,
  status: 200,
});

export const startFix = defineOperation({
  id: 'startFix',
  method: 'put',
  path: '/escalations/{escalation}/fix',
  scope: 'operate',
  group,
  summary: 'Mend a branch by hand',
  description:
    'Checks the branch of the run out into a folder of the machine that answers, or tells the folder where that was done before. What is in it was written by agents.',
  params,
  query: nothing,
  body: nothing,
  answer: z.object({
    run: z.string(),
    directory: z.string(),
    /** Whether it was opened before, and may hold work already. */
    isKnown: z.boolean(),
  }),
  status: 200,
});

export const finishFix = defineOperation({
  id: 'finishFix',
  method: 'post',
  path: '/escalations/{escalation}/fix/done',
  scope: 'operate',
  group,
  summary: 'Hand back what was mended',
  description:
    'Commits what the folder holds, puts it on the branch, and answers the question with it. Where nothing was changed nothing is answered.',
  params,
  query: nothing,
  body: z.strictObject({
    author: z
      .strictObject({
        name: z
          .string()
          .trim()
          .regex(/^[^<>\p{Cc}]{1,100}$/u),
        email: z.email().max(200),
      })
      .optional()
      .meta({ description: 'Of the commit; the caller by default.' }),
    reason,
  }),
  answer: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('unchanged'), directory: z.string() }),
    z.object({
      kind: z.literal('taken'),
      commit: z.string(),
      /** The folder, where it is still there. */
      kept: z.string().nullable(),
      by: z.string(),
    }),
  ]),
  status: 200,
});

export const abandonFix = defineOperation({
  id: 'abandonFix',
  method: 'delete',
  path: '/escalations/{escalation}/fix',
  scope: 'operate',
  group,
  summary: 'Give up mending by hand',
  description: 'Forgets the folder, and removes it where it holds no changes. The question still waits.',
  params,
  query: nothing,
  body: undefined,
  answer: z.object({
    /** The folder, where it holds changes and so was left where it is. */
    kept: z.string().nullable(),
  }),
  status: 200,
});
