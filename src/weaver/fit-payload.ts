import type { StoredJson, TaskType } from '../domain/task-type.ts';
import { fit } from './fit.ts';
import { plain, valueFault } from './plain.ts';

export type FitPayload =
  | { readonly kind: 'fits'; readonly stored: StoredJson }
  | { readonly kind: 'fault'; readonly path: string; readonly problem: string };

/**
 * Judges a payload as it will be read: one that only fits before it is stored would never be executed. Nothing is stored as null, or
 * as nothing where the type takes nothing else. @param name stands at the beginning of the fault's path.
 */
export function fitPayload({ payload: schema, schemaVersion }: TaskType<unknown, unknown>, payload: unknown, name: string): FitPayload {
  const problem = valueFault(payload);
  if (problem !== undefined) return { kind: 'fault', path: name, problem };
  const value = plain(payload);
  const read = fit(schema, value, name);
  if (read.kind === 'fits') return { kind: 'fits', stored: { schemaVersion, value } };
  if (payload === undefined && fit(schema, undefined, name).kind === 'fits') {
    return { kind: 'fits', stored: { schemaVersion, value: undefined } };
  }
  return read;
}
