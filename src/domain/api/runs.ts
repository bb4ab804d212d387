import { z } from 'zod';
import { issueLimit } from '../issue.ts';
import { runPhases } from '../run-phase.ts';
import { defineOperation } from './operation.ts';
import { nothing, pageOf, pageQuery, runParams } from './parameters.ts';

/** Epoch ms. */
const moment = z.int();

/** In the order in which people are shown them. */
export const runStates = ['running', 'waiting', 'paused', 'stuck', 'completed', 'failed', 'cancelled'] as const;

/** A run as it stands, without what happened in it. */
export const runSchema = z
  .object({
    /** As people see it, such as run_7f3k2m9qxa. */
    run: z.string(),
    title: z.string(),
    state: z.enum(runStates),
    /** What it is at, or where it came to its end. */
    phase: z.enum(runPhases),
    /** Whether somebody has paused it: what runs goes on to its end, and `state` says so once nothing does. */
    isPaused: z.boolean(),
    /** What it waits for, in words; empty where it waits for nothing. */
    waitsFor: z.string(),
    /** Whether it asks something that only a person can answer. */
    waitsForPerson: z.boolean(),
    /** The world that was taken last, with its points; null before one was. */
    winner: z.object({ world: z.string(), score: z.number() }).nullable(),
    cancelReason: z.string().nullable(),
    /** The issue as people find it: `owner/name#12`, a path, or its title. */
    issue: z.string(),
    /** Its folder or address. */
    repository: z.string(),
    base: z.object({ name: z.string(), commit: z.string() }),
    startedBy: z.string().nullable(),
    /** Whether a living process carries it, where no other takes its tasks. */
    isCarried: z.boolean(),
    /** How many of its tasks are in which state. */
    tasks: z.record(z.string(), z.int()),
    costUsd: z.number(),
    budgetUsd: z.number(),
    createdAt: moment,
    endedAt: moment.nullable(),
  })
  .meta({ id: 'Run' });

/** Another run, and the world by which the two hang together. */
const followUpSchema = z
  .object({
    /** The other run. */
    run: z.string(),
    /** `pick`: the change of the world is handed over as it is. `fix`: it is changed once more. */
    kind: z.enum(['pick', 'fix']),
    task: z.string(),
    world: z.string(),
    commit: z.string(),
    by: z.string(),
    reason: z.string().nullable(),
    at: moment,
  })
  .meta({ id: 'FollowUp' });
export type ToldFollowUp = z.infer<typeof followUpSchema>;

const scoreSchema = z.looseObject({ total: z.number() });

/** What one world of a task came to. */
const worldReportSchema = z.object({
  world: z.string(),
  status: z.string(),
  /** Why it cannot win; null for one that could. */
  reason: z.string().nullable(),
  score: scoreSchema.nullable(),
  /** Why its agent stopped; null where it never began. */
  stop: z.string().nullable(),
  costUsd: z.number(),
  models: z
    .object({
      calls: z.int(),
      cachedCalls: z.int(),
      inputTokens: z.int(),
      outputTokens: z.int(),
      cachedTokens: z.int(),
      unknownPrices: z.int(),
    })
    .nullable(),
  durationMs: z.number(),
});

/** What a run has come to so far, or in the end. */
export const runReportSchema = z
  .object({
    status: z.enum(['succeeded', 'failed', 'waiting', 'cancelled']),
    /** Why it did not succeed, in words; empty where it did. */
    reason: z.string(),
    branch: z.string().nullable(),
    remote: z.string().nullable(),
    commit: z.string().nullable(),
    pullRequest: z.object({ number: z.int(), url: z.string(), isMerged: z.boolean() }).nullable(),
    tasks: z.array(z.object({ id: z.string(), title: z.string(), winner: z.string().nullable(), worlds: z.array(worldReportSchema) })),
    /** What became of its release, environment by environment. */
    deployments: z.array(
      z.object({
        environment: z.string(),
        release: z.string(),
        end: z.enum(['live', 'refused', 'rolled-back', 'broken', 'abandoned']),
        serving: z.string().nullable(),
        reason: z.string().nullable(),
        /** The run that was begun to mend it. */
        repair: z.string().nullable(),
      }),
    ),
    costUsd: z.number(),
    durationMs: z.number(),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'RunReport' });

const group = 'Runs';
const reason = z.string().trim().min(1).max(2_000).optional().meta({ description: 'Kept with the run.' });

export const listRuns = defineOperation({
  id: 'listRuns',
  method: 'get',
  path: '/runs',
  scope: 'read',
  group,
  summary: 'Runs',
  description: 'All runs, or only those that are meant, the newest first.',
  params: nothing,
  query: pageQuery.extend({
    open: z.enum(['true', 'false']).optional().meta({ description: 'Only those that have not ended, or only those that have.' }),
    state: z
      .string()
      .transform((list) => list.split(','))
      .pipe(z.array(z.enum(runStates)).min(1))
      .optional()
      .meta({ description: 'Only those in one of these states, with commas between them, such as `running,waiting`.' }),
    q: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'Only those with this text in their title, their issue, their repository or at the beginning of their id.' }),
    repository: z.string().min(1).max(1_000).optional().meta({ description: 'Only of this repository, as a run tells it.' }),
  }),
  body: undefined,
  answer: pageOf(runSchema),
  status: 200,
});

export const readRun = defineOperation({
  id: 'readRun',
  method: 'get',
  path: '/runs/{run}',
  scope: 'read',
  group,
  summary: 'One run',
  description: 'A run with what it has come to so far.',
  params: runParams,
  query: nothing,
  body: undefined,
  answer: runSchema
    .extend({
      report: runReportSchema,
      /** The number of the last event of it; those that are told later are greater. */
      lastEvent: z.int(),
      /** `id` of every question of it that waits for an answer. */
      escalations: z.array(z.string()),
      /** The run whose world this one was begun of; null where it is one of its own. */
      startedFrom: followUpSchema.nullable(),
      /** The runs that were begun of worlds of this one, the oldest first. */
      followUps: z.array(followUpSchema),
      /** Under which whoever collects traces has it: 32 hexadecimal digits. */
      traceId: z.string(),
      /** Where it stood when something of it ran last; null before five minutes have gone by. */
      checkpoint: z
        .object({
          at: moment,
          running: z.array(z.object({ key: z.string(), type: z.string(), since: moment, execution: z.int() })),
          costUsd: z.number(),
        })
        .nullable(),
    })
    .meta({ id: 'RunWithReport' }),
  status: 200,
});

export const startRun = defineOperation({
  id: 'startRun',
  method: 'post',
  path: '/runs',
  scope: 'operate',
  group,
  summary: 'Start a run',
  description:
    'Looks at everything that could refuse a run before anything is stored, then submits it; whoever carries runs goes on with it. An issue has one open run (409).',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    issue: z
      .union([z.strictObject({ text: z.string().min(1).max(issueLimit) }), z.strictObject({ reference: z.string().min(1).max(500) })])
      .meta({
        description: 'Markdown whose first heading or line is the title; or an issue of a forge, such as owner/name#12 or its address.',
      }),
    repository: z
      .string()
      .min(1)
      .max(1_000)
      .optional()
      .meta({ description: 'For a text: the absolute path of a folder of the machine that answers, or the address of a remote.' }),
    base: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'A branch, tag or commit; HEAD, or the branch of the forge, by default.' }),
    into: z.string().min(1).max(200).optional().meta({ description: 'A branch that is moved forward to the result, too.' }),
    approveAll: z.boolean().default(false).meta({ description: 'Says yes beforehand to whatever a person would be asked.' }),
    worlds: z.int().min(1).max(9).optional().meta({ description: 'Parallel worlds for each task.' }),
    budgetUsd: z.number().positive().max(1_000_000).optional().meta({ description: 'What models may cost: no more than is configured.' }),
  }),
  answer: z.object({
    run: z.string(),
    branch: z.string(),
    /** What is worth knowing before anything happens, a sentence each. */
    notes: z.array(z.string()),
  }),
  status: 201,
});

const steered = z.object({ run: z.string(), by: z.string() });

export const cancelRun = defineOperation({
  id: 'cancelRun',
  method: 'post',
  path: '/runs/{run}/cancel',
  scope: 'operate',
  group,
  summary: 'End a run',
  description: 'Nothing new is started, and its agents are stopped. 409 for one that has ended.',
  params: runParams,
  query: nothing,
  body: z.strictObject({ reason }),
  answer: steered,
  status: 200,
});

export const pauseRun = defineOperation({
  id: 'pauseRun',
  method: 'post',
  path: '/runs/{run}/pause',
  scope: 'operate',
  group,
  summary: 'Start nothing more of a run',
  description: 'What runs goes on to its end; nothing new is started until it is resumed. 409 for one that has ended or is paused.',
  params: runParams,
  query: nothing,
  body: z.strictObject({ reason }),
  answer: steered,
  status: 200,
});

export const resumeRun = defineOperation({
  id: 'resumeRun',
  method: 'post',
  path: '/runs/{run}/resume',
  scope: 'operate',
  group,
  summary: 'Go on with a paused run',
  description: '409 for one that is not paused.',
  params: runParams,
  query: nothing,
  body: nothing,
  answer: steered,
  status: 200,
});

export const retryRun = defineOperation({
  id: 'retryRun',
  method: 'post',
  path: '/runs/{run}/retry',
  scope: 'operate',
  group,
  summary: 'Try again what has failed',
  description:
    'Tasks that are dead are tried again with a full budget, and those at once that wait for their next attempt. 409 where there are none.',
  params: runParams,
  query: nothing,
  body: nothing,
  answer: steered.extend({ tasks: z.int().min(1) }),
  status: 200,
});
