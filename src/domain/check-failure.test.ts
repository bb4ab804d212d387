import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../../test/support/processor-time.ts';
import { checkFailure, normalisedLine } from './check-failure.ts';

const check = { name: 'test', conclusion: 'failure', url: undefined };
const of = (tail: string, annotations: readonly string[] = []) => checkFailure(check, { step: 'npm test', tail, annotations });

const first = `2026-11-21T20:00:01.123Z ##[group]Run npm test
2026-11-21T20:00:02.001Z ok 1 - adds (3.1 ms)
2026-11-21T20:00:02.100Z not ok 2 - rounds half up
2026-11-21T20:00:02.100Z   AssertionError: expected 3 to equal 4
2026-11-21T20:00:02.100Z     at /home/runner/work/cart/src/total.ts:12:9
2026-11-21T20:00:02.100Z # tests 2
2026-11-21T20:00:02.100Z # fail 1
2026-11-21T20:00:02.100Z Process 0x7f3a9c11 exited with code 1`;

describe('the fingerprint of a failing check', () => {
  it('is the same on another machine, at another time, with other numbers of lines, and in colours', () => {
    const again = first
      .replaceAll('20:00:0', '21:17:4')
      .replaceAll('/home/runner/work/cart', '/Users/ci/builds/77')
      .replaceAll('0x7f3a9c11', '0x1b2c3d4e')
      .replaceAll(':12:9', ':40:1')
      .replaceAll('ok 1 - adds (3.1 ms)', 'ok 1 - adds (12 ms)')
      .replaceAll('not ok', '\u001B[31mnot ok\u001B[0m');
    expect(of(again).fingerprint).toBe(of(first).fingerprint);
  });

  it('is another for another failure, and for another check', () => {
    expect(of(first.replace('rounds half up', 'rounds down')).fingerprint).not.toBe(of(first).fingerprint);
    expect(checkFailure({ ...check, name: 'lint' }, { step: undefined, tail: first, annotations: [] }).fingerprint).not.toBe(
      of(first).fingerprint,
    );
  });

  it('is of the annotations where there is no log, and of all lines where none says what is wrong', () => {
    expect(of('', ['src/a.ts:3: Type error']).fingerprint).toBe('test\na.ts:N: Type error');
    expect(of('it went wrong\nbadly').fingerprint).toBe('test\nit went wrong\nbadly');
  });
});

it('of a log the end is kept, in whole lines without colours and characters that nobody sees', () => {
  const { tail } = of(`${'x'.repeat(50)}\n`.repeat(2_000) + '\u001B[31mthe \u202Eend\u001B[0m\n');
  expect(tail.length).toBeLessThanOrEqual(8_000);
  expect(tail).toMatch(/^x{50}\n[^]*\nthe end$/);
});

it('reads any log in a moment, however it was made', () => {
  const hostile = ['a/'.repeat(5_000), '1:'.repeat(5_000), `${'0x'.repeat(5_000)}!`, 'a'.repeat(100_000), '\u001B['.repeat(5_000)];
  const took = processorMs(() => {
    for (const text of hostile) of(`${text}\nerror ${text}`);
  });
  expect(took).toBeLessThan(3_000);
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => !normalisedLine(text).includes('\n')));
});
