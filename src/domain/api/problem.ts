import { z } from 'zod';

/** Why a request of the API was refused, by the last word of a problem's `type`. */
export const problemKinds = [
  'malformed',
  'invalid',
  'unauthenticated',
  'forbidden',
  'foreign-origin',
  'not-found',
  'wrong-method',
  'conflict',
  'too-large',
  'too-slow',
  'unsupported-type',
  'wrong-host',
  'reused-key',
  'too-many-attempts',
  'defect',
  'unavailable',
] as const;
export type ProblemKind = (typeof problemKinds)[number];

/** Every answer that is no success, as `application/problem+json` (RFC 9457). */
export const problemSchema = z
  .object({
    type: z.templateLiteral(['urn:miyabi:problem:', z.enum(problemKinds)]),
    status: z.int().min(400).max(599),
    /** What happened. */
    title: z.string(),
    /** Why. */
    detail: z.string(),
    /** What to do about it. */
    fix: z.string(),
    /** What is wrong with what was sent, by the place in it. */
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;
