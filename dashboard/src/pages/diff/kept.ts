import { useCallback, useMemo, useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}

/**
 * Something that this browser remembers, shared by its tabs, and how to change it.
 * @param read makes of what is stored what it stands for; of nothing, or of what cannot be read, the beginning.
 */
export function useKept<Value>(name: string, read: (stored: unknown) => Value): readonly [Value, (change: (now: Value) => Value) => void] {
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(name));
  const value = useMemo(() => read(parsed(text)), [text, read]);
  const change = useCallback(
    (make: (now: Value) => Value) => {
      localStorage.setItem(name, JSON.stringify(make(read(parsed(localStorage.getItem(name))))));
      for (const each of listeners) each();
    },
    [name, read],
  );
  return [value, change];
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
