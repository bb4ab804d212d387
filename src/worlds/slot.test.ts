import { once } from 'node:events';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { shareOf, slotCount } from '../domain/slot.ts';
import type { Slots } from '../ports/slots.ts';
import { reserveSlot } from './slot.ts';

const listening: Server[] = [];

afterEach(async () => {
  for (const server of listening.splice(0)) {
    server.close();
    await once(server, 'close');
  }
});

/** The last slots: nothing that runs beside this test begins with them. */
const first = slotCount - 12;

/** Gives one slot after the other from `first` on, and remembers what was asked. */
function slotsFrom(most = slotCount): Slots & { readonly asked: (readonly number[])[] } {
  const asked: (readonly number[])[] = [];
  return {
    asked,
    take: async (_directory, unusable = []) => {
      asked.push([...unusable]);
      const free = Array.from({ length: slotCount - first }, (_, index) => first + index).find((slot) => !unusable.includes(slot));
      return free !== undefined && free < most ? free : undefined;
    },
    list: async () => [],
  };
}

async function listen(host: string, port: number): Promise<void> {
  const server = createServer();
  server.listen({ host, port });
  await once(server, 'listening');
  listening.push(server);
}

it('has twenty ports for each slot, all of them below those of outgoing connections, and no two alike', () => {
  expect(shareOf(12)).toEqual({ ports: Array.from({ length: 20 }, (_, index) => 20_240 + index), suffix: 'w12' });
  const ports = Array.from({ length: slotCount }, (_, slot) => shareOf(slot).ports).flat();
  expect(new Set(ports).size).toBe(slotCount * 20);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});

it('gives a world the slot whose ports are free, and leaves them free', async () => {
  const slot = await reserveSlot(slotsFrom(), '/w/a');
  expect(slot).toEqual({ number: first, ...shareOf(first) });
  for (const port of slot.ports) await listen('127.0.0.1', port);
});

it.each(['127.0.0.1', '::1', '0.0.0.0'])('passes over a slot in which somebody listens on %s', async (host) => {
  await listen(host, shareOf(first).ports[19]!);
  await listen(host, shareOf(first + 1).ports[0]!);
  const slots = slotsFrom();
  expect(await reserveSlot(slots, '/w/a')).toMatchObject({ number: first + 2 });
  expect(slots.asked).toEqual([[], [first], [first, first + 1]]);
});

it('gives up after a few slots and says who is in the way', async () => {
  for (let slot = first; slot < first + 8; slot += 1) await listen('127.0.0.1', shareOf(slot).ports[3]!);
  const slots = slotsFrom();
  await expect(reserveSlot(slots, '/w/a')).rejects.toMatchObject({
    reason: 'failed',
    text: { why: expect.stringContaining(`127.0.0.1:${shareOf(first).ports[3]!}, `) },
  });
  expect(slots.asked).toHaveLength(8);
});

it('says so when all slots are given away', async () => {
  await expect(reserveSlot(slotsFrom(first), '/w/a')).rejects.toMatchObject({
    text: { why: 'All of them are given to other worlds.' },
  });
});
