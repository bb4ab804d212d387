import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JudgedValue } from './threshold.ts';
import { fewestOutcomes, proposeThreshold, risingFit, sureShare } from './threshold.ts';

const candidates = Array.from({ length: 19 }, (_, index) => 5 + 5 * index);
const values = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 200, maxLength: 400 });
const outcomes = fc.array(fc.record({ value: fc.integer({ min: 0, max: 100 }), isGood: fc.boolean() }), { maxLength: 150 });
const of = (count: number, value: number, isGood: boolean): readonly JudgedValue[] =>
  Array.from({ length: count }, () => ({ value, isGood }));

it('proposes nothing on fewer outcomes than it needs', () => {
  const few = of(fewestOutcomes - 1, 90, true);
  expect(proposeThreshold({ outcomes: few, current: 80, candidates })).toEqual({ kind: 'too-few', known: 39, needed: 40, current: 80 });
});

it('finds the threshold by which made-up outcomes were decided', () => {
  fc.assert(
    fc.property(values, fc.constantFrom(...candidates.slice(1, 12)), (list, truth) => {
      const judged = list.map((value) => ({ value, isGood: value >= truth }));
      fc.pre(judged.filter(({ isGood }) => isGood).length >= fewestOutcomes);
      const answer = proposeThreshold({ outcomes: judged, current: 100, candidates });
      expect(answer.kind).toBe('change');
      if (answer.kind !== 'change') return;
      // One in ten may be bad, so it may lie a little below; above only as far as nothing was seen.
      expect(judged.filter(({ value }) => value >= truth && value < answer.proposed.threshold)).toEqual([]);
      const bad = judged.filter(({ value, isGood }) => value >= answer.proposed.threshold && !isGood).length;
      expect(bad / answer.proposed.share.of).toBeLessThanOrEqual(1 - sureShare);
    }),
  );
});

it('never proposes what the outcomes do not bear out', () => {
  fc.assert(
    fc.property(outcomes, fc.constantFrom(...candidates), (judged, current) => {
      const answer = proposeThreshold({ outcomes: judged, current, candidates });
      if (answer.kind !== 'change') return;
      expect(answer.proposed.bounds.low).toBeGreaterThanOrEqual(sureShare);
      expect(answer.difference.moved).toBe(Math.abs(answer.proposed.share.of - answer.current.share.of));
      expect(answer.difference.good).toBe(Math.abs(answer.proposed.share.part - answer.current.share.part));
    }),
  );
});

it('does not let many good ones far above hide bad ones at the threshold', () => {
  const judged = [...of(400, 95, true), ...of(10, 70, false)];
  const answer = proposeThreshold({ outcomes: judged, current: 80, candidates });
  expect(answer).toMatchObject({ kind: 'keep', current: { threshold: 80, share: { part: 400, of: 400 } } });
});

it('asks for more where what goes by itself is often wrong, and says who would have been asked about', () => {
  const judged = [...of(100, 95, true), ...of(30, 82, false), ...of(10, 82, true)];
  expect(proposeThreshold({ outcomes: judged, current: 80, candidates })).toMatchObject({
    kind: 'change',
    proposed: { threshold: 95, share: { part: 100, of: 100 } },
    difference: { moved: 40, good: 10 },
  });
});

it('says so where no threshold is sure enough', () => {
  const judged = [...of(50, 95, true), ...of(50, 95, false)];
  expect(proposeThreshold({ outcomes: judged, current: 80, candidates }).kind).toBe('none-holds');
});

it('fits shares that never fall, and puts each outcome into one block', () => {
  fc.assert(
    fc.property(outcomes, (judged) => {
      const fit = risingFit(judged);
      for (const [index, block] of fit.entries()) {
        const before = fit[index - 1];
        if (before === undefined) continue;
        expect(block.from).toBeGreaterThan(before.from);
        expect(block.good / block.count).toBeGreaterThan(before.good / before.count);
      }
      expect(fit.reduce((sum, { count }) => sum + count, 0)).toBe(judged.length);
      expect(fit.reduce((sum, { good }) => sum + good, 0)).toBe(judged.filter(({ isGood }) => isGood).length);
    }),
  );
});
