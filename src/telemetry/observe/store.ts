import type { Store } from '../../ports/store.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

/** The same store. Only changes are told, from when they are handed in until they are committed: what is read is read many times as often. */
export function observeStore(store: Store, telemetry: Telemetry): Store {
  const operation = { kind: 'store', name: 'store commit' } as const;
  return {
    read: (look) => store.read(look),
    write: (change) => telemetry.measure(operation, () => store.write(change)),
  };
}
