import { z } from 'zod';
import { defineOperation } from './operation.ts';
import { nothing } from './parameters.ts';
import { callerSchema } from './session.ts';

const group = 'Access';

export const listTokens = defineOperation({
  id: 'listTokens',
  method: 'get',
  path: '/tokens',
  scope: 'admin',
  group,
  summary: 'Who is let in',
  description:
    'Every token, and every browser that is signed in, the oldest first. Tokens are made at the terminal, where they are shown once.',
  params: nothing,
  query: nothing,
  body: undefined,
  answer: z.object({
    items: z.array(
      callerSchema
        .extend({
          /** Epoch ms. */
          createdAt: z.int(),
          /** Epoch ms, to a few minutes; null: never. */
          usedAt: z.int().nullable(),
        })
        .meta({ id: 'Access' }),
    ),
  }),
  status: 200,
});

export const revokeToken = defineOperation({
  id: 'revokeToken',
  method: 'delete',
  path: '/tokens/{name}',
  scope: 'admin',
  group,
  summary: 'Let somebody in no more',
  description: 'Neither by a token of this name nor by a browser, from the next request on.',
  params: z.strictObject({ name: z.string().min(1).max(100).meta({ description: 'As it is listed.' }) }),
  query: nothing,
  body: undefined,
  answer: z.object({ revoked: z.int().min(1) }),
  status: 200,
});
