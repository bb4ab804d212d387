import { expect, test } from 'vitest';
import { comparable, shownAnswer, shownCall, toldAnswer } from './answers.ts';
import { callbacks, type Json, tell, Untellable, untold } from './told.ts';

const sparse: unknown[] = [1, undefined];
sparse.length = 4;

test.each([
  [undefined],
  [Number.NaN],
  [-0],
  [-Infinity],
  [12n],
  [new Date(5)],
  [new Date(Number.NaN)],
  [/a"b/gi],
  [new Map<unknown, unknown>([[1, { a: undefined }]])],
  [new Set(['a', [1]])],
  [{ $: 'undefined', b: [null, true, '\ud800'] }],
  [sparse],
  [Uint8Array.of(1, 2)],
  [callbacks['(x) => x']],
])('a value is the same once it was told: %o', (value) => {
  const again = untold(tell(value));
  expect(again).toStrictEqual(value);
  expect(Object.is(again, -0)).toBe(Object.is(value, -0));
});

test('a hole is no undefined, and nobody becomes a prototype', () => {
  expect(Object.keys(untold(tell(sparse)) as object)).toEqual(['0', '1']);
  const odd: unknown = JSON.parse('{"__proto__":{"polluted":true}}');
  const again = untold(tell(odd)) as Record<string, unknown>;
  expect(Object.keys(again)).toEqual(['__proto__']);
  expect(again['polluted']).toBeUndefined();
});

test('what holds itself or is too large is refused, and what is only used twice is not', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = [circle];
  expect(() => tell(circle)).toThrow(Untellable);
  expect(() => tell('x'.repeat(1_000_000))).toThrow(Untellable);
  expect(() => tell(Array.from({ length: 200_000 }))).toThrow(Untellable);
  const shared = [1];
  expect(tell([shared, shared])).toBe('[[1],[1]]');
});

test('nothing of a value is run while it is told', () => {
  let ran = 0;
  const bomb = {
    get now() {
      ran += 1;
      return bomb;
    },
    toJSON() {
      ran += 1;
    },
  };
  const trap = new Proxy(
    {},
    {
      ownKeys() {
        ran += 1;
        return [];
      },
    },
  );
  expect(JSON.parse(tell([bomb, trap]))).toEqual([{ now: { $: 'getter' }, toJSON: { $: 'function', of: 'toJSON' } }, { $: 'proxy' }]);
  expect(ran).toBe(0);
});

const returned = (value: unknown) => toldAnswer({ kind: 'returned', value: JSON.parse(tell(value)) as Json });

test('answers that mean the same compare alike, and others do not', () => {
  expect(comparable(returned({ a: 1, b: -0 }))).toBe(comparable(returned({ b: 0, a: 1 })));
  expect(comparable(returned(0.1 + 0.2))).toBe(comparable(returned(0.3)));
  expect(comparable(returned(new Set([1, 2])))).toBe(comparable(returned(new Set([2, 1]))));
  expect(comparable(returned([1, 2]))).not.toBe(comparable(returned([2, 1])));
  expect(comparable(returned(undefined))).not.toBe(comparable(returned(null)));
  expect(comparable(returned('1'))).not.toBe(comparable(returned(1)));
  const threw = (name: string, message: string) => comparable(toldAnswer({ kind: 'threw', name, message }));
  expect(threw('RangeError', 'too small')).toBe(threw('RangeError', 'must be positive'));
  expect(threw('RangeError', '')).not.toBe(threw('TypeError', ''));
  expect(comparable(toldAnswer({ kind: 'unknown', reason: 'it is not steady' }))).toBeUndefined();
});

test('calls and answers are shown as a person would write them', () => {
  const input = tell([[-1, Number.NaN], { 'a-b': undefined, c: new Map([[1n, /x/]]) }, callbacks['(x) => x > 1'], new Date(0), sparse]);
  expect(shownCall({ path: 'src/a.ts', name: 'largest' }, input)).toBe(
    `largest([-1, NaN], { "a-b": undefined, c: new Map([[1n, /x/]]) }, (x) => x > 1, new Date('1970-01-01T00:00:00.000Z'), [1, undefined, <empty>, <empty>])`,
  );
  expect(shownCall({ path: 'src/middle.test.ts', name: 'default' }, '[1]')).toBe('middle(1)');
  expect(shownAnswer(returned('a'))).toBe('"a"');
  expect(shownAnswer(toldAnswer({ kind: 'threw', name: 'RangeError', message: 'too large' }))).toBe('throws RangeError: too large');
  expect(shownAnswer(toldAnswer({ kind: 'returned', value: 1, changed: [[]] }))).toBe('1, and leaves its arguments as [[]]');
  expect(shownAnswer(toldAnswer({ kind: 'endless', afterMs: 1_000 }))).toBe('does not end within 1,000 ms');
});
