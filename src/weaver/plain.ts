import type { StoredJson } from '../domain/task-type.ts';

/**
 * A value as it will be when it has been stored and read again, so that it is the same whether it was or not. Nothing becomes null, as
 * JSON has no word for it. The value must have a JSON form, see {@link valueFault}.
 */
export function plain(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return JSON.parse(JSON.stringify(value)) as unknown;
}

export function stored(schemaVersion: number, value: unknown): StoredJson {
  return { schemaVersion, value: plain(value) };
}

/** Larger values belong into an artifact. */
const valueLimitBytes = 1024 * 1024;

/** Why a value cannot be stored in a record; undefined when it can. */
export function valueFault(value: unknown): string | undefined {
  const text = asJson(value);
  if (text === undefined) return 'cannot be written as JSON';
  const bytes = Buffer.byteLength(text);
  return bytes <= valueLimitBytes ? undefined : `has ${bytes} bytes, more than ${valueLimitBytes}: store it as an artifact and refer to it`;
}

/** @returns undefined where the value has no JSON form (a function, a cycle, a BigInt). */
export function asJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value ?? null);
  } catch {
    return undefined;
  }
}
