import type { ExplainedValue } from './resolve-config.ts';
import type { ConfigKey } from './config.ts';

/** The keys whose values differ between two readings of the configuration, in the order of the schema. Values are compared, wherever they are from. */
export function changedKeys(before: readonly ExplainedValue[], after: readonly ExplainedValue[]): readonly ConfigKey[] {
  const held = new Map(before.map(({ key, value }) => [key.path, JSON.stringify(value)]));
  return after.filter(({ key, value }) => held.get(key.path) !== JSON.stringify(value)).map(({ key }) => key);
}
