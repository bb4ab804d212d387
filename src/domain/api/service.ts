import { z } from 'zod';
import { defineOperation } from './operation.ts';
import { nothing } from './parameters.ts';

const group = 'The service';

export const listWorkers = defineOperation({
  id: 'listWorkers',
  method: 'get',
  path: '/workers',
  scope: 'read',
  group,
  summary: 'Who executes tasks',
  description: 'Every program that takes tasks, on whichever machine, and those that have died and were not seen to end.',
  params: nothing,
  query: nothing,
  body: undefined,
  answer: z.object({
    items: z.array(
      z
        .object({
          id: z.string(),
          host: z.string(),
          pid: z.int(),
          /** What it has for tasks that need it; null for one that takes whatever it is given. */
          labels: z.array(z.string()).nullable(),
          alive: z.boolean(),
          /** Tasks whose lease it has. */
          running: z.int(),
          /** Epoch ms. */
          startedAt: z.int(),
          /** Epoch ms: when it last showed that it lives; of a dead one when it last renewed a lease, null where that is not known. */
          lastSeenAt: z.int().nullable(),
        })
        .meta({ id: 'Worker' }),
    ),
  }),
  status: 200,
});

export const readSettings = defineOperation({
  id: 'readSettings',
  method: 'get',
  path: '/settings',
  scope: 'read',
  group,
  summary: 'Settings',
  description:
    'Every setting of the service with where its value comes from. Of an address that may hold a password that is left out; of variables and files that hold secrets it is told whether they are set.',
  params: nothing,
  query: nothing,
  body: undefined,
  answer: z.object({
    items: z.array(
      z
        .object({
          /** Dotted, such as `worlds.count`. */
          path: z.string(),
          description: z.string(),
          /** The environment variable that sets it. */
          variable: z.string(),
          value: z.unknown(),
          source: z.enum(['flag', 'environment', 'user', 'repository', 'default']),
          /** Such as the path of a file. */
          origin: z.string(),
          /** Whether the configuration of a repository may not set it. */
          userOnly: z.boolean(),
          /** Where the secrets lie that it names, and whether there is anything; never what. */
          secrets: z.array(
            z.object({
              kind: z.enum(['variable', 'file']),
              /** Of the environment variable, or the path of the file. */
              name: z.string(),
              /** There is something, for the process that answers. */
              isSet: z.boolean(),
            }),
          ),
        })
        .meta({ id: 'Setting' }),
    ),
  }),
  status: 200,
});

export const readService = defineOperation({
  id: 'readService',
  method: 'get',
  path: '/service',
  scope: 'read',
  group,
  summary: 'How the service is',
  description:
    'How much there is to do and what does not go on, over all runs, and how full the disk of the machine is that answers. The sizes of its parts are added up now and then.',
  params: nothing,
  query: nothing,
  body: undefined,
  answer: z
    .object({
      version: z.string(),
      /** Tasks of all that has not ended. `waiting`: for each other, for a time, a person, an event or money. */
      queue: z.object({ ready: z.int(), running: z.int(), waiting: z.int() }),
      /** How long the task waits that is ready longest, in ms; null where none is. */
      oldestReadyMs: z.number().nullable(),
      /** What has not moved and should have: its lease ran out, its worker is dead, or nobody takes it. The longest first. */
      stuck: z.array(
        z.object({
          run: z.string(),
          title: z.string(),
          /** `id` of the task; null where it is all of the run. */
          task: z.string().nullable(),
          /** Its key, such as `alpha.run`. */
          key: z.string().nullable(),
          /** Epoch ms. */
          since: z.int(),
          why: z.string(),
        }),
      ),
      disk: z.object({
        freeBytes: z.number(),
        /** Folders and files of the state folder, the largest first. Empty before they were added up. */
        parts: z.array(
          z.object({
            /** Such as `worlds` or `mirrors`. */
            name: z.string(),
            bytes: z.number(),
            /** It holds more than could be looked at in time: it is at least so large. */
            isPartial: z.boolean(),
          }),
        ),
        /** Epoch ms: when `parts` were added up; null before they were. */
        measuredAt: z.int().nullable(),
        /** They are being added up now. */
        isMeasuring: z.boolean(),
      }),
    })
    .meta({ id: 'Service' }),
  status: 200,
});

export const collectGarbage = defineOperation({
  id: 'collectGarbage',
  method: 'post',
  path: '/service/collect',
  scope: 'operate',
  group,
  summary: 'Remove what nothing needs',
  description:
    'Removes what ended runs and killed processes left on the disk of the machine that answers, as `miyabi gc` does, or tells what would be removed. What is in use stays.',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    dryRun: z.boolean().meta({ description: 'Only tells what would be removed.' }),
    olderThanHours: z
      .number()
      .min(0)
      .max(24 * 3_650)
      .optional()
      .meta({ description: 'Also what nothing has used for so long; as it is configured by default.' }),
  }),
  answer: z
    .object({
      dryRun: z.boolean(),
      folders: z.array(z.object({ path: z.string(), bytes: z.number(), why: z.string() })),
      bytes: z.number(),
      /** What was done about worlds whose process had died, a sentence each. */
      recovered: z.array(z.string()),
    })
    .meta({ id: 'Collected' }),
  status: 200,
});

export const runDoctor = defineOperation({
  id: 'runDoctor',
  method: 'post',
  path: '/service/doctor',
  scope: 'read',
  group,
  summary: 'What the machine has of what is needed',
  description:
    'The same as `miyabi doctor`, of the machine that answers and without a repository. Takes some seconds: programs are asked for their versions.',
  params: nothing,
  query: nothing,
  body: nothing,
  answer: z
    .object({
      /** Nothing has failed. */
      ok: z.boolean(),
      findings: z.array(
        z.object({
          name: z.string(),
          status: z.enum(['ok', 'warning', 'failure']),
          detail: z.string(),
          /** What to do; empty where nothing is to be done. */
          fix: z.string(),
        }),
      ),
    })
    .meta({ id: 'Doctor' }),
  status: 200,
});
