import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spreadExits } from './spread-exits.ts';

test('exits that nobody has seen are spread evenly from the start to the last one', () => {
  expect(spreadExits({ count: 4, lastAt: 1_400, since: 1_000 }, undefined, 9_000).exits).toEqual([1_100, 1_200, 1_300, 1_400]);
});

test('what was seen stays, and one more exit is where it was told to be', () => {
  const first = spreadExits({ count: 1, lastAt: 1_500, since: 1_000 }, undefined, 2_000);
  const second = spreadExits({ count: 2, lastAt: 2_300, since: 1_000 }, first, 3_000);
  expect(second.exits).toEqual([1_500, 2_300]);
  expect(spreadExits({ count: 2, lastAt: 2_300, since: 1_000 }, second, 4_000).exits).toEqual([1_500, 2_300]);
});

test('without the time of the last exit it is now', () => {
  expect(spreadExits({ count: 1, lastAt: undefined, since: 1_000 }, undefined, 3_000).exits).toEqual([3_000]);
});

test('another one under the same name begins from nothing', () => {
  const before = spreadExits({ count: 9, lastAt: 1_500, since: 1_000 }, undefined, 2_000);
  expect(spreadExits({ count: 1, lastAt: 5_000, since: 4_000 }, before, 6_000).exits).toEqual([5_000]);
});

test('over any looks the times rise, lie between start and look, and are a hundred at most', () => {
  const looks = fc.array(fc.tuple(fc.nat(200), fc.nat(10_000), fc.nat(10_000)), { maxLength: 10 });
  fc.assert(
    fc.property(looks, (steps) => {
      let [seen, now, count] = [undefined as ReturnType<typeof spreadExits> | undefined, 1_000, 0];
      for (const [more, wait, ago] of steps) {
        now += wait;
        count += more;
        seen = spreadExits({ count, lastAt: now - ago, since: 1_000 }, seen, now);
        expect(seen.exits).toHaveLength(Math.min(count, 100));
        expect(seen.exits).toEqual(seen.exits.toSorted((one, other) => one - other));
        for (const exit of seen.exits) expect(exit >= 1_000 && exit <= now).toBe(true);
      }
    }),
  );
});
