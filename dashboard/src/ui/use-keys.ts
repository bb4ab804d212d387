import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import type { KeyAction, Keys } from './keys.ts';
import { addKeys, areKeysOn, keysThatWork, onKeysChange } from './keys.ts';

/**
 * Lets keys do something while this is shown: `useKeys({ j: { does: 'Next run', run: () => … }, 'g r': … })`. They stand in the sheet of keys, do nothing while
 * people type, and can be switched off.
 */
export function useKeys(keys: Keys): void {
  const run = useEffectEvent((name: string) => keys[name]?.run());
  const meanings = JSON.stringify(Object.entries(keys).map(([name, { does }]) => [name, does]));
  useEffect(() => {
    const named = JSON.parse(meanings) as ReadonlyArray<readonly [string, string]>;
    return addKeys(Object.fromEntries(named.map(([name, does]) => [name, { does, run: () => run(name) }])));
  }, [meanings]);
}

export function useKeysThatWork(): ReadonlyArray<readonly [string, KeyAction]> {
  return useSyncExternalStore(onKeysChange, keysThatWork);
}

export function useAreKeysOn(): boolean {
  return useSyncExternalStore(onKeysChange, areKeysOn);
}
