import { expect, test } from 'vitest';
import type { JobId } from './ids.ts';
import type { TraceId } from './trace.ts';
import { causeIn, isSampled, parseTraceparent, spanOf, spanOfJob, traceOf } from './trace.ts';

const run = '0192f0c1-1111-7abc-8def-0123456789ab' as JobId;
const trace = 'a'.repeat(32) as TraceId;

test('a run has the trace of its id, and its spans the ends of theirs', () => {
  expect(traceOf(run, { schemaVersion: 2 })).toBe('0192f0c111117abc8def0123456789ab');
  expect(spanOf(run)).toBe('8def0123456789ab');
  expect(spanOfJob(run, null)).toEqual({ trace: '0192f0c111117abc8def0123456789ab', span: '8def0123456789ab' });
});

test('a run that news of a forge have started goes on in the trace of these', () => {
  const cause = { within: { trace, span: 'b'.repeat(16) } };
  expect(traceOf(run, { cause })).toBe(trace);
  expect(causeIn({ cause })).toEqual(cause);
  expect(spanOfJob(run, { cause })).toEqual({ trace, span: '8def0123456789ab' });
});

test.each([undefined, 'text', {}, { cause: null }, { cause: { within: { trace: 'A', span: 'b' } } }])(
  '%o names no other trace',
  (attributes) => {
    expect(causeIn(attributes)).toBeUndefined();
    expect(traceOf(run, attributes)).toBe('0192f0c111117abc8def0123456789ab');
  },
);

test.each([
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', true],
  ['cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes-later', true],
  ['ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', false],
  ['00-00000000000000000000000000000000-b7ad6b7169203331-01', false],
  ['00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01', false],
  ['00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01', false],
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more', false],
  ['', false],
  [undefined, false],
])('the header %o names a span: %o', (header, is) => {
  const span = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };
  expect(parseTraceparent(header)).toEqual(is ? span : undefined);
});

test('a share of all traces is kept, the same ones each time', () => {
  expect(isSampled(trace, 1)).toBe(true);
  expect(isSampled(trace, 0)).toBe(false);
  const all = Array.from(
    { length: 1_000 },
    (_, at) =>
      Math.floor(((at + 0.5) / 1_000) * 16 ** 13)
        .toString(16)
        .padStart(32, '0') as TraceId,
  );
  expect(all.filter((each) => isSampled(each, 0.25))).toHaveLength(250);
  expect(isSampled('f'.repeat(32) as TraceId, 1)).toBe(true);
});
