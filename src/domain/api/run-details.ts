import { z } from 'zod';
import { runPhases } from '../run-phase.ts';
import { taskStates } from '../task.ts';
import { defineOperation } from './operation.ts';
import { nothing, pageOf, pageQuery, runParams } from './parameters.ts';

/** Epoch ms. */
const moment = z.int();
const group = 'What happens in a run';
const attemptOutcomes = ['success', 'failure', 'blocked', 'error', 'released', 'cancelled'] as const;

/** A task of the engine, as it stands. */
const taskSchema = z
  .object({
    id: z.string(),
    /** Within its parent, such as `task-1` or `alpha.check`. */
    key: z.string(),
    type: z.string(),
    parent: z.string().nullable(),
    /** Of the run, as its list has it; null for what belongs to none. */
    phase: z.enum(runPhases).nullable(),
    /** Id of the plan task that it is a part of. */
    planTask: z.string().nullable(),
    world: z.string().nullable(),
    state: z.enum(taskStates),
    /** Of a pending one what it waits for, of one that came to nothing why. */
    reason: z.string(),
    executions: z.int(),
    failures: z.int(),
    costUsd: z.number(),
    wallMs: z.number(),
    createdAt: moment,
    /** When its first attempt began. */
    startedAt: moment.nullable(),
    endedAt: moment.nullable(),
  })
  .meta({ id: 'Task' });

export const listTasks = defineOperation({
  id: 'listTasks',
  method: 'get',
  path: '/runs/{run}/tasks',
  scope: 'read',
  group,
  summary: 'Tasks',
  description: 'Every task of a run in the order of their creation, each with its parent.',
  params: runParams,
  query: pageQuery,
  body: undefined,
  answer: pageOf(taskSchema),
  status: 200,
});

export const readTask = defineOperation({
  id: 'readTask',
  method: 'get',
  path: '/runs/{run}/tasks/{task}',
  scope: 'read',
  group,
  summary: 'One task with everything that was tried',
  description: 'Every attempt with its error, and every decision of the engine with its reason.',
  params: runParams.extend({ task: z.uuid().meta({ description: '`id` of a task.' }) }),
  query: nothing,
  body: undefined,
  answer: taskSchema
    .extend({
      attempts: z.array(
        z.object({
          id: z.string(),
          startedAt: moment,
          endedAt: moment.nullable(),
          /** null while it runs. */
          outcome: z.string().nullable(),
          reason: z.string().nullable(),
          observations: z.array(z.string()),
          artifacts: z.array(z.object({ kind: z.string(), name: z.string(), reference: z.string() })),
          costUsd: z.number(),
        }),
      ),
      decisions: z.array(z.object({ kind: z.string(), trigger: z.string(), policy: z.string(), reason: z.string(), decidedAt: moment })),
      children: z.array(z.string()),
    })
    .meta({ id: 'TaskWithHistory' }),
  status: 200,
});

export const listAttempts = defineOperation({
  id: 'listAttempts',
  method: 'get',
  path: '/runs/{run}/attempts',
  scope: 'read',
  group,
  summary: 'Attempts',
  description: 'Every execution of every task of a run, in the order in which they were begun, each with how it ended.',
  params: runParams,
  query: pageQuery,
  body: undefined,
  answer: pageOf(
    z
      .object({
        id: z.string(),
        /** `id` of the task. */
        task: z.string(),
        /** Of the attempts of its task, from 1. */
        number: z.int().min(1),
        startedAt: moment,
        endedAt: moment.nullable(),
        /** null while it runs. */
        outcome: z.enum(attemptOutcomes).nullable(),
        /** Of one that did not succeed. */
        reason: z.string().nullable(),
        costUsd: z.number(),
      })
      .meta({ id: 'Attempt' }),
  ),
  status: 200,
});

export const listWorlds = defineOperation({
  id: 'listWorlds',
  method: 'get',
  path: '/runs/{run}/worlds',
  scope: 'read',
  group,
  summary: 'Worlds',
  description: 'Every world that was begun, in the order in which they were: where it stands, what it cost, and its points.',
  params: runParams,
  query: nothing,
  body: undefined,
  answer: z.object({
    items: z.array(
      z
        .object({
          taskId: z.string(),
          /** Id of the plan task that it works on. */
          planTask: z.string(),
          round: z.int(),
          world: z.string(),
          agent: z.string(),
          /** What sets it apart from others of the same agent. */
          settings: z.string(),
          status: z.string(),
          chosen: z.boolean(),
          /** Points of 100, provisional until the choice is made. */
          score: z.looseObject({ total: z.number() }).nullable(),
          costUsd: z.number(),
          runMs: z.number().nullable(),
          checkMs: z.number().nullable(),
          commit: z.string().nullable(),
          method: z.string().nullable(),
          isolation: z.string().nullable(),
          memoryBytes: z.number().nullable(),
          cpuMs: z.number().nullable(),
          incidents: z.int(),
          startedAt: moment,
          endedAt: moment.nullable(),
        })
        .meta({ id: 'World' }),
    ),
  }),
  status: 200,
});

export const readTimeline = defineOperation({
  id: 'readTimeline',
  method: 'get',
  path: '/runs/{run}/timeline',
  scope: 'read',
  group,
  summary: 'What happened',
  description: 'In sentences, the oldest first.',
  params: runParams,
  query: pageQuery,
  body: undefined,
  answer: pageOf(z.object({ at: moment, sinceStartMs: z.number(), text: z.string() })),
  status: 200,
});
