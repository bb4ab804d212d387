import type { StoredJson } from '../domain/task-type.ts';

/**
 * A value as it will be when it has been stored and read again, so that it is the same whether it was or not. Nothing becomes null, as
 * JSON has no word for it. The value must have a JSON form, see `asJson`.
 */
export function plain(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return JSON.parse(JSON.stringify(value)) as unknown;
}

export function stored(schemaVersion: number, value: unknown): StoredJson {
  return { schemaVersion, value: plain(value) };
}
