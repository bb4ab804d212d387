import { expect, it } from 'vitest';
import { shareOf, slotCount, wayOutPort } from './slot.ts';

it('leaves the port of the way out of a world to no slot and not to the system', () => {
  const ports = Array.from({ length: slotCount }, (_, slot) => shareOf(slot).ports).flat();
  expect(new Set(ports).size).toBe(ports.length);
  expect(ports).not.toContain(wayOutPort);
  expect(wayOutPort).toBeGreaterThan(Math.max(...ports));
  expect(wayOutPort).toBeLessThan(32_768);
});
