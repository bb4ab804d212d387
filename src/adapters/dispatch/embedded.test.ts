import { expect, it } from 'vitest';
import type { TaskId } from '../../domain/ids.ts';
import type { Changes } from '../../ports/changes.ts';
import type { Consumer } from '../../ports/dispatcher.ts';
import { embeddedDispatcher } from './embedded.ts';
import { embeddedChanges } from './embedded-changes.ts';

interface Recorded {
  readonly consumer: Consumer;
  readonly offered: string[];
  readonly rounds: () => number;
  readonly round: (count: number) => Promise<void>;
}

function recording(more: Partial<Consumer> = {}): Recorded {
  const offered: string[] = [];
  let rounds = 0;
  let wake: (() => void) | undefined;
  const consumer: Consumer = {
    places: () => 1,
    ready: async () => [],
    offer: async ({ taskId }) => {
      offered.push(taskId);
      return 'claimed';
    },
    failed: () => undefined,
    ...more,
    attend: async () => {
      rounds += 1;
      wake?.();
      return more.attend?.();
    },
  };
  const round = async (count: number): Promise<void> => {
    while (rounds < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { consumer, offered, rounds: () => rounds, round };
}

const silent: Changes = { announce: () => undefined, subscribe: () => () => undefined };

it('offers what is ready, and only when there is a place', async () => {
  const ready = async () => [{ taskId: 'a' as TaskId, epoch: 1 }];
  const clock = { now: () => 0, monotonic: () => 0 };
  const free = recording({ ready });
  const full = recording({ ready, places: () => 0 });
  const dispatcher = embeddedDispatcher({ changes: silent, clock });
  for (const { consumer, round } of [free, full]) {
    const delivery = dispatcher.deliver(consumer);
    await round(1);
    delivery.wake();
    await round(2);
    await delivery.stop();
  }
  expect(free.offered.length).toBeGreaterThan(0);
  expect(full.offered).toEqual([]);
});

it('sleeps until something is announced', async () => {
  const changes = embeddedChanges({ version: () => 0, everyMs: 10_000 });
  const { consumer, rounds, round } = recording();
  const delivery = embeddedDispatcher({ changes, clock: { now: () => 0, monotonic: () => 0 } }).deliver(consumer);
  await round(1);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const before = rounds();
  changes.announce();
  await round(before + 1);
  await delivery.stop();
});

it('notices the next scheduled time also when the clock jumps over it', async () => {
  let now = 1_000;
  const clock = { now: () => now, monotonic: () => 0 };
  const { consumer, rounds, round } = recording({ attend: async () => (now < 5_000 ? 7_200_000 : undefined) });
  const delivery = embeddedDispatcher({ changes: silent, clock }).deliver(consumer);
  await round(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(rounds()).toBe(1);
  now += 7_200_000;
  await round(2);
  await delivery.stop();
});

it('tells the consumer when it cannot go on, and stops', async () => {
  const failure = Promise.withResolvers<unknown>();
  const { consumer } = recording({ ready: () => Promise.reject(new Error('no store')), failed: failure.resolve });
  const delivery = embeddedDispatcher({ changes: silent, clock: { now: () => 0, monotonic: () => 0 } }).deliver(consumer);
  expect(await failure.promise).toMatchObject({ message: 'no store' });
  await delivery.stop();
});

it('announces what another process has committed', async () => {
  let version = 1;
  const changes = embeddedChanges({ version: () => version, everyMs: 5 });
  const heard = Promise.withResolvers<void>();
  const end = changes.subscribe(heard.resolve);
  version = 2;
  await heard.promise;
  end();
});
