import { expect, it } from 'vitest';
import { Attempts } from './attempts.ts';

it('looks at nothing more from where ten attempts have failed within a minute, and at everything from elsewhere', () => {
  let now = 0;
  const attempts = new Attempts(() => now);
  for (let count = 0; count < 10; count += 1) {
    expect(attempts.waitMs('a')).toBe(0);
    attempts.failed('a');
  }
  now = 20_000;
  expect([attempts.waitMs('a'), attempts.waitMs('b')]).toEqual([40_000, 0]);
  now = 60_000;
  expect(attempts.waitMs('a')).toBe(0);
  attempts.failed('a');
  expect(attempts.waitMs('a')).toBe(0);
});

it('forgets the address that it heard of first when there are too many', () => {
  const attempts = new Attempts(() => 0);
  for (let count = 0; count < 10; count += 1) attempts.failed('first');
  for (let index = 1; index < 10_000; index += 1) attempts.failed(`${index}`);
  expect(attempts.waitMs('first')).toBeGreaterThan(0);
  attempts.failed('one more');
  expect(attempts.waitMs('first')).toBe(0);
});
