import { z } from 'zod';
import { answeredByTime } from '../outcome.ts';

/** What a caller of the API may do, each with all before it: look; answer and steer runs; decide who may. */
export const apiScopes = ['read', 'operate', 'admin'] as const;
export type ApiScope = (typeof apiScopes)[number];
export const apiScopeSchema = z.enum(apiScopes);

export function allows(has: ApiScope, needs: ApiScope): boolean {
  return apiScopes.indexOf(has) >= apiScopes.indexOf(needs);
}

/** The name under which what a caller does is kept. */
export const callerNameSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,39}$/,
    'It must be 1 to 40 lower-case letters, digits, dots, dashes or underscores, and begin with a letter or a digit.',
  )
  .refine((name) => name !== answeredByTime, { error: 'It stands for nobody having answered in time.' });
