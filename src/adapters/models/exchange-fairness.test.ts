import { expect, test } from 'vitest';
import { callOf, hello, scriptedStand } from '../../../test/support/models/exchange-stand.ts';
import type { TaskId } from '../../domain/ids.ts';
import { createSingleFile } from './in-single-file.ts';

const flooding = 'flooding' as TaskId;
const calm = 'calm' as TaskId;

test('a world that asks for everything at once keeps nobody else from a turn', async () => {
  // One request in 50 ms: what floods would take the next three seconds.
  const limits = { requests: 1, tokens: 1_000_000, windowMs: 50 };
  await using stand = await scriptedStand(
    Array.from({ length: 70 }, () => hello),
    { limits },
  );
  const flood = Array.from({ length: 60 }, async () => (await stand.ask({}, { taskId: flooding })).status);
  const order: string[] = [];
  void Promise.all(flood).then(() => order.push('flood'));
  for (let call = 0; call < 5; call += 1) order.push(String((await stand.ask({}, { taskId: calm })).status));
  expect(order).toEqual(Array(5).fill('200'));
  await Promise.all(flood);
});

test('one that asks for what fills a window, and goes away again, holds up others by one window at most', async () => {
  const limits = { requests: 1_000, tokens: 2_000, windowMs: 300 };
  await using stand = await scriptedStand([hello, hello, hello, hello], { limits });
  const leave = new AbortController();
  const huge = callOf('anthropic', { model: 'm'.repeat(9_000) });
  const flood = Array.from({ length: 60 }, async () => await stand.ask({ ...huge, signal: leave.signal }, { taskId: flooding }));
  const ended = Promise.allSettled(flood);
  await stand.ask({}, { taskId: calm });
  const began = performance.now();
  await stand.ask({}, { taskId: calm });
  expect(performance.now() - began).toBeLessThan(10 * limits.windowMs);
  leave.abort(new Error('left'));
  const whys = new Set((await ended).map((each) => (each.status === 'rejected' ? String(each.reason) : 'answered')));
  expect(whys).toContain('Error: left');
});

test('who gives up while others are before it is gone at once, and holds up nobody behind', async () => {
  const file = createSingleFile();
  const { promise: blocked, resolve: unblock } = Promise.withResolvers<string>();
  const { signal } = new AbortController();
  const first = file.wait('a', signal, () => blocked);
  const leaving = new AbortController();
  const second = file.wait('a', leaving.signal, async () => 'second');
  const third = file.wait('a', signal, async () => 'third');
  leaving.abort(new Error('left'));
  await expect(second).rejects.toThrow('left');
  expect(await file.wait('b', signal, async () => 'another')).toBe('another');
  unblock('first');
  expect(await Promise.all([first, third])).toEqual(['first', 'third']);
  await expect(file.wait('a', signal, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await file.wait('a', signal, async () => 'after')).toBe('after');
});
