import { expect, it } from 'vitest';
import { restartDelay } from './restart-delay.ts';

it('doubles with every exit within a minute, up to half a minute, and begins anew after a quiet one', () => {
  const now = 1_000_000;
  const exits = Array.from({ length: 12 }, (_, index) => now - index * 1_000);
  expect([0, 1, 2, 3, 8, 12].map((count) => restartDelay(exits.slice(0, count), now))).toEqual([250, 250, 500, 1_000, 30_000, 30_000]);
  expect(restartDelay(exits, now + 61_000)).toBe(250);
});
