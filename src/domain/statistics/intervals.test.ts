import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Interval } from './intervals.ts';
import { joined, lengthOf, without } from './intervals.ts';

const intervals = fc.array(
  fc.tuple(fc.nat(60), fc.nat(20)).map(([from, length]): Interval => ({ from, to: from + length })),
  { maxLength: 8 },
);
const moments = Array.from({ length: 80 }, (_, at) => at);
const isIn = (list: readonly Interval[], at: number): boolean => list.some(({ from, to }) => from <= at && at < to);

it('joins what touches or overlaps, and changes no moment', () => {
  fc.assert(
    fc.property(intervals, (list) => {
      const together = joined(list);
      expect(moments.filter((at) => isIn(together, at))).toEqual(moments.filter((at) => isIn(list, at)));
      expect(together.every(({ from }, index) => index === 0 || from > together[index - 1]!.to)).toBe(true);
    }),
  );
});

it('takes away exactly the moments of the others', () => {
  fc.assert(
    fc.property(intervals, intervals, (list, others) => {
      const left = without(list, others);
      expect(moments.filter((at) => isIn(left, at))).toEqual(moments.filter((at) => isIn(list, at) && !isIn(others, at)));
    }),
  );
});

it('counts each moment once', () => {
  fc.assert(
    fc.property(intervals, (list) => {
      expect(lengthOf(list)).toBe(moments.filter((at) => isIn(list, at)).length);
    }),
  );
});
