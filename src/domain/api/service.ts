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
  description: 'Every setting of the service with where its value comes from. Of an address that may hold a password that is left out.',
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
        })
        .meta({ id: 'Setting' }),
    ),
  }),
  status: 200,
});
