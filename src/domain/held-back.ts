import { configKeys } from './config.ts';
import { valueWithin } from './config-place.ts';
import type { ConfigLayer } from './resolve-config.ts';
import { assignAt } from './resolve-config.ts';

/**
 * The sources as they are now, but with the old values of the user's file for keys that hold only after a restart: no half of a process goes by a
 * value of which the other half does not know.
 *
 * @param before as they hold. @param after as they were read now; flags and environment are those of `before`.
 */
export function heldBack(before: readonly ConfigLayer[], after: readonly ConfigLayer[]): readonly ConfigLayer[] {
  const [old, now] = [userLayer(before), userLayer(after)];
  const values: Record<string, unknown> = {};
  for (const { path, holds } of configKeys) {
    const value = valueWithin((holds === 'restart' ? old : now)?.values, path.split('.'));
    if (value !== undefined) assignAt(values, path, value);
  }
  const origin = (now ?? old)?.origin;
  const others = after.filter(({ source }) => source !== 'user');
  return origin === undefined ? others : [...others, { source: 'user', origin, values }];
}

function userLayer(layers: readonly ConfigLayer[]): ConfigLayer | undefined {
  return layers.find(({ source }) => source === 'user');
}
