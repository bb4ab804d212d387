import type { z } from 'zod';
import { describeThrown } from './describe-thrown.ts';

export type Fit<Value> =
  | { readonly kind: 'fits'; readonly value: Value }
  /** `path` begins with the name that was handed in, such as `payload.title`. */
  | { readonly kind: 'fault'; readonly path: string; readonly problem: string };

/** Holds a value against a schema. A schema is its users' code: one that throws does not fit. */
export function fit<Value>(schema: z.ZodType<Value>, value: unknown, name: string): Fit<Value> {
  try {
    const read = schema.safeParse(value);
    if (read.success) return { kind: 'fits', value: read.data };
    const [issue] = read.error.issues;
    return { kind: 'fault', path: [name, ...(issue?.path ?? [])].join('.'), problem: issue?.message ?? 'does not fit' };
  } catch (thrown) {
    return { kind: 'fault', path: name, problem: `its schema threw: ${describeThrown(thrown)}` };
  }
}
