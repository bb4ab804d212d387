import type { StoredJson, TaskType } from '../domain/task-type.ts';
import { describeThrown } from './describe-thrown.ts';
import { fit } from './fit.ts';

export type Decoded = { readonly kind: 'payload'; readonly value: unknown } | { readonly kind: 'fault'; readonly reason: string };

/** Reads a stored payload as its task type has it today; a fault says where it does not fit. */
export function decodePayload(type: TaskType<unknown, unknown>, stored: StoredJson): Decoded {
  if (stored.schemaVersion > type.schemaVersion) {
    return { kind: 'fault', reason: `payload: is of version ${stored.schemaVersion}, this program knows up to ${type.schemaVersion}` };
  }
  let { value } = stored;
  try {
    if (stored.schemaVersion < type.schemaVersion && type.upcastPayload !== undefined)
      value = type.upcastPayload(value, stored.schemaVersion);
  } catch (thrown) {
    return { kind: 'fault', reason: `payload: cannot be brought from version ${stored.schemaVersion}: ${describeThrown(thrown)}` };
  }
  const read = fit(type.payload, value, 'payload');
  return read.kind === 'fits' ? { kind: 'payload', value: read.value } : { kind: 'fault', reason: `${read.path}: ${read.problem}` };
}
