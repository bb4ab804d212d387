import { expect, it } from 'vitest';
import type { Held } from '../../ports/lock.ts';
import { memoryLocks } from './memory-locks.ts';

it('gives a lock to one holder at a time, in the order in which it was asked for', async () => {
  const locks = memoryLocks();
  const [one, other] = [locks.process(), locks.process()];
  const first = await one.acquire('a');
  const order: string[] = [];
  const wait = async (name: string, held: Promise<Held>): Promise<void> => {
    const lock = await held;
    order.push(name);
    await lock.release();
  };
  const waits = [wait('second', other.acquire('a')), wait('third', one.acquire('a'))];
  expect(await other.tryAcquire('a')).toBeUndefined();
  expect(await other.tryAcquire('b')).toBeDefined();
  await first.release();
  await Promise.all(waits);
  expect(order).toEqual(['second', 'third']);
  expect(await other.tryAcquire('a')).toBeDefined();
});

it('frees nothing when a lock is released a second time', async () => {
  const locks = memoryLocks().process();
  const first = await locks.acquire('a');
  await first.release();
  const second = await locks.acquire('a');
  await first.release({ remove: true });
  expect(await locks.tryAcquire('a')).toBeUndefined();
  await second.release();
});

it('waits no longer than its signal allows', async () => {
  const locks = memoryLocks().process();
  const held = await locks.acquire('a');
  const abort = new AbortController();
  const waiting = locks.acquire('a', abort.signal);
  abort.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(locks.acquire('a', abort.signal)).rejects.toThrow('enough');
  await held.release();
  expect(await locks.tryAcquire('a')).toBeDefined();
});

it('frees what a dead process held, gives it nothing it waits for, and lets it take nothing', async () => {
  const locks = memoryLocks();
  const [dying, living] = [locks.process(), locks.process()];
  const held = await dying.acquire('a');
  const other = await living.acquire('b');
  void dying.acquire('b');
  const waiting = living.acquire('a');
  dying.die();
  const taken = await waiting;
  await held.release();
  expect(await living.tryAcquire('a')).toBeUndefined();
  await other.release();
  expect(await living.tryAcquire('b')).toBeDefined();
  await expect(dying.tryAcquire('c')).rejects.toThrow('dead');
  await expect(dying.acquire('c')).rejects.toThrow('dead');
  await taken.release();
});
