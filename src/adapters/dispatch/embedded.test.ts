import { expect, it } from 'vitest';
import type { TaskId } from '../../domain/ids.ts';
import type { Changes, News } from '../../ports/changes.ts';
import { embeddedDispatcher } from './embedded.ts';
import { embeddedChanges } from './embedded-changes.ts';
import { recording } from './testing/recording.ts';

const clock = { now: () => 0, monotonic: () => 0 };
const news: News = { ready: true, attend: true, scheduled: undefined, jobs: undefined };
const silent: Changes = { announce: () => undefined, subscribe: () => () => undefined };

it('offers what is ready, and only when there is a place', async () => {
  const ready = async () => ({ refs: [{ taskId: 'a' as TaskId, epoch: 1 }], more: false });
  let places = 0;
  const { consumer, offered, offers, round } = recording({ ready, places: () => places });
  const delivery = embeddedDispatcher({ changes: silent, clock }).deliver(consumer);
  await round(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(offered).toEqual([]);
  places = 1;
  delivery.wake();
  expect(await offers(1)).toEqual([{ taskId: 'a', epoch: 1 }]);
  await delivery.stop();
});

it('sleeps until something is announced', async () => {
  const changes = embeddedChanges({ version: () => 0, clock, everyMs: 10_000 });
  const { consumer, rounds, round } = recording();
  const delivery = embeddedDispatcher({ changes, clock: { now: () => 0, monotonic: () => 0 } }).deliver(consumer);
  await round(1);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const before = rounds();
  changes.announce(news);
  await round(before + 1);
  await delivery.stop();
});

it('tells those who wait when the clock has jumped, either way', async () => {
  let offset = 1_000;
  const turned = { now: () => offset, monotonic: () => 0 };
  const changes = embeddedChanges({ version: () => 0, clock: turned, everyMs: 2 });
  for (const jump of [7_200_000, -7_200_000]) {
    const heard = Promise.withResolvers<News>();
    const end = changes.subscribe(heard.resolve);
    offset += jump;
    expect(await heard.promise).toMatchObject({ attend: true, ready: true });
    end();
  }
});

it('attends at the time that a commit has put something off to', async () => {
  let now = 1_000;
  const changes = embeddedChanges({ version: () => 0, clock, everyMs: 10_000 });
  const { consumer, rounds, round } = recording();
  const delivery = embeddedDispatcher({ changes, clock: { now: () => now, monotonic: () => 0 } }).deliver(consumer);
  await round(1);
  changes.announce({ ...news, attend: false, scheduled: 1_005 });
  await new Promise((resolve) => setImmediate(resolve));
  expect(rounds()).toBe(1);
  now = 1_005;
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
  const changes = embeddedChanges({ version: () => version, clock, everyMs: 5 });
  const heard = Promise.withResolvers<void>();
  const end = changes.subscribe(() => heard.resolve());
  version = 2;
  await heard.promise;
  end();
});

it('neither looks nor tells once it is closed, whoever still listens', async () => {
  let looks = 0;
  const changes = embeddedChanges({ version: () => (looks += 1), clock, everyMs: 2 });
  let told = 0;
  const end = changes.subscribe(() => (told += 1));
  changes.close();
  const before = looks;
  changes.announce(news);
  changes.subscribe(() => (told += 1))();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([looks, told]).toEqual([before, 0]);
  end();
});
