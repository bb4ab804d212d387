import type { Consumer } from '../../../ports/dispatcher.ts';
import type { TaskRef } from '../../../ports/records.ts';

/** A consumer with one place that claims everything, and what it was asked. */
export interface Recorded {
  readonly consumer: Consumer;
  readonly offered: readonly TaskRef[];
  readonly rounds: () => number;
  /** Resolves once it has attended so often. */
  readonly round: (count: number) => Promise<void>;
  /** Resolves once so many ids were offered. */
  readonly offers: (count: number) => Promise<readonly TaskRef[]>;
}

/** @param more what it does otherwise. */
export function recording(more: Partial<Consumer> = {}): Recorded {
  const offered: TaskRef[] = [];
  let rounds = 0;
  let happened = Promise.withResolvers<void>();
  const tell = (): void => {
    happened.resolve();
    happened = Promise.withResolvers();
  };
  const consumer: Consumer = {
    places: () => 1,
    shares: true,
    accepts: () => true,
    ready: async () => ({ refs: [], more: false }),
    redispatch: async () => 0,
    failed: () => undefined,
    ...more,
    offer: async (ref) => {
      offered.push(ref);
      tell();
      return (await more.offer?.(ref)) ?? 'claimed';
    },
    attend: async () => {
      rounds += 1;
      tell();
      return more.attend?.();
    },
  };
  return {
    consumer,
    offered,
    rounds: () => rounds,
    round: async (count) => {
      while (rounds < count) await happened.promise;
    },
    offers: async (count) => {
      while (offered.length < count) await happened.promise;
      return offered;
    },
  };
}
