import { z } from 'zod';
import { defineOperation } from './operation.ts';
import { nothing } from './parameters.ts';
import { apiScopeSchema } from './scope.ts';

export const callerSchema = z.object({
  /** Kept with whatever the caller does. */
  name: z.string(),
  scope: apiScopeSchema,
  kind: z.enum(['token', 'browser']),
  /** Epoch ms from which it counts no more; null: until it is revoked. */
  expiresAt: z.int().nullable(),
});

export const readSession = defineOperation({
  id: 'readSession',
  method: 'get',
  path: '/session',
  scope: 'read',
  group: 'Access',
  summary: 'Who you are here',
  description: 'The name and the scope of who asks.',
  params: nothing,
  query: nothing,
  body: undefined,
  answer: callerSchema,
  status: 200,
});

export const endSession = defineOperation({
  id: 'endSession',
  method: 'delete',
  path: '/session',
  scope: 'read',
  group: 'Access',
  summary: 'Sign a browser out',
  description: 'Takes the cookie back. What a sign-in link gave counts no more from then on; a token still does.',
  params: nothing,
  query: nothing,
  body: undefined,
  answer: nothing,
  status: 200,
});
