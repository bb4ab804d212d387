import { expect, test } from 'vitest';
import { operatorFamilies } from '../../../../domain/world.ts';
import { applyWithInsertions, tickInsertions } from '../edits/instrument.ts';
import { parseSource } from '../edits/parse.ts';
import { proposeCandidates } from '../edits/propose.ts';
import { survey } from '../edits/survey.ts';
import { applyEdits, editsOverlap } from '../edits/text.ts';
import { invalid, type Variant, variantOf, withSwitches } from './switches.ts';

/** A place for everything that can stand around a change. */
const program = `'use strict';
const limit = 3, rates = { low: 1, high: 2 };
let calls = 0;
function grade(points, { most = 10, names = ['bad', 'good'] } = {}) {
  if (points < 0 || points > most) throw new RangeError('points: ' + points);
  if (points >= most / 2) return names[1];
  else return names[0]
}
const sums = (list, start = 0) => list.filter((one) => one > 0).reduce((sum, one) => sum + one * rates.low, start);
class Basket {
  #items = [];
  count = 0;
  add(item) {
    this.#items.push(item)
    this.count += item.count ?? 1;
    return this;
  }
  total() {
    let sum = 0;
    for (const { cents, count = 1 } of this.#items) {
      if (cents === undefined) continue;
      sum += cents * count;
    }
    return sum;
  }
  static of(...items) {
    const basket = new Basket();
    for (let index = 0; index < items.length; index++) basket.add(items[index]);
    return basket;
  }
}
function search(rows, wanted) {
  outer: for (const row of rows) {
    for (const one of row) {
      if (one === wanted) break outer;
      switch (typeof one) {
        case 'string':
          calls += one.length;
          break;
        default:
          calls--;
      }
    }
  }
  return { calls, found: rows?.at(0)?.includes(wanted), text: \`\${wanted} in \${rows.length}\` };
}
function* steps(from, to) {
  while (from <= to) yield from++;
}
const tried = (action) => {
  try {
    return action();
  } catch {
    return -1;
  } finally { calls += 2 }
};
exports.run = (call) => call({ grade, sums, Basket, search, steps, tried, limit, calls: () => calls });
`;

type Call = (code: Record<string, (...values: never[]) => unknown>) => unknown;

const calls: readonly Call[] = [
  ...[-1, 0, 4, 5, 10, 11].map(
    (points) =>
      ({ grade }: Record<string, unknown>) =>
        (grade as (points: number) => unknown)(points),
  ),
  ({ sums }) => sums?.([1, -2, 3] as never, 4 as never),
  ({ sums }) => sums?.([] as never),
  ({ Basket }) =>
    (Basket as unknown as { of(...items: unknown[]): { total(): number; count: number } })
      .of({ cents: 3, count: 2 }, { cents: 4 }, {})
      .total(),
  ({ Basket }) => (Basket as unknown as { of(...items: unknown[]): { count: number } }).of({ cents: 3, count: 2 }, {}).count,
  ({ search, calls: counted }) => [
    search?.(
      [
        ['a', 1, 'bcd'],
        [2, 'e'],
      ] as never,
      2 as never,
    ),
    counted?.(),
  ],
  ({ search }) => search?.([] as never, 2 as never),
  ({ steps }) => [...((steps as unknown as (from: number, to: number) => Iterable<number>)(1, 4) ?? [])],
  ({ tried, limit }) => [
    tried?.((() => limit) as never),
    tried?.((() => {
      throw new Error('no');
    }) as never),
  ],
];

/** What a text does, call by call: results as JSON, errors by their kind, since messages quote the code; so may a result. */
function behaviourOf(text: string, pick: number | undefined): readonly unknown[] {
  // oxlint-disable-next-line typescript/no-implied-eval -- Programs of this test are run to see what they do.
  const begin = new Function('exports', '__miyabiTick__', '__miyabiPick__', text);
  return calls.map((call) => {
    let fuel = 4000;
    const tick = () => {
      fuel -= 1;
      if (fuel < 0) throw new Error('out of fuel');
    };
    const exported: { run?: (call: Call) => unknown } = {};
    try {
      begin(exported, tick, () => pick);
      const result = JSON.stringify(exported.run?.(call)) ?? 'undefined';
      return /=>|class|function/.test(result) ? 'code' : result;
    } catch (error) {
      return (error as Error).constructor.name;
    }
  });
}

function candidatesOf(path: string, text: string) {
  const read = survey(parseSource(path, text)!);
  const places = read.sites.map((site) => ({ survey: read, site, suspicion: 1 }));
  const ticks = tickInsertions(read);
  const source = parseSource(path, applyEdits(text, ticks))!;
  const candidates = proposeCandidates(places, operatorFamilies);
  const textOf = (chosen: typeof candidates) =>
    applyWithInsertions(
      text,
      chosen.flatMap(({ edits }) => edits),
      ticks,
    );
  return { source, candidates, textOf };
}

test('behind switches every candidate does what it does in a text of its own, and without one the file does what it did', () => {
  const { source, candidates, textOf } = candidatesOf('program.js', program);
  const singles = candidates.filter((_, index) => index % 24 === 0).map((candidate) => [candidate]);
  const pairs = candidates.flatMap((one, index) => {
    const other = candidates[(index * 31 + 7) % candidates.length]!;
    return index % 240 !== 0 || editsOverlap(one.edits, other.edits) ? [] : [[one, other]];
  });
  const texts = [...singles, ...pairs].map(textOf).filter((text) => parseSource('program.js', text) !== undefined);
  const unchanged = behaviourOf(source.text, undefined);
  let switched = 0;
  let changed = 0;
  for (let from = 0; from < texts.length; from += 64) {
    const batch = texts.slice(from, from + 64);
    const variants = batch.map((text, index) => variantOf(source, index + 1, text));
    const together = withSwitches(
      source,
      variants.filter((variant): variant is Variant => typeof variant === 'object'),
    );
    expect(parseSource('program.js', together), together).toBeDefined();
    expect(behaviourOf(together, 0)).toEqual(unchanged);
    for (const [index, text] of batch.entries()) {
      if (variants[index] === undefined) continue;
      const alone = behaviourOf(text, undefined);
      expect(behaviourOf(together, index + 1), text).toEqual(alone);
      switched += 1;
      if (JSON.stringify(alone) !== JSON.stringify(unchanged)) changed += 1;
    }
  }
  expect(changed).toBeGreaterThan(50);
  expect(switched / texts.length).toBeGreaterThan(0.9);
});

test.each([
  ['an operand of what becomes another operation', 'const f = (a, b, c) => a * b;', 'const f = (a, b, c) => a * b + c;', 'a * b + c'],
  [
    'a handler among the attributes of an element',
    'const f = () => <b onClick={() => go(1)}>x</b>;',
    'const f = () => <b onClick={() => go(2)}>x</b>;',
    '2',
  ],
  ['text between tags', 'const f = () => { return <b>x</b>; };', 'const f = () => { return <b>y</b>; };', '<b>y</b>'],
  ['what is called', 'function f() { g.h(1); }', 'function f() { g.k(1); }', 'g.k(1);'],
  [
    'a declaration that takes in more',
    'function f() { const a = 1, b = 2; return a; }',
    'function f() { const a = 1; return a; }',
    ' const a = 1; return a; ',
  ],
])('the smallest place that means the same holds %s', (_what, before, after, text) => {
  expect(variantOf(parseSource('a.jsx', before)!, 1, after)).toMatchObject({ pick: 1, text });
});

test.each([
  ['an import', `import { a } from './a.js';\na();`, `import { a } from './b.js';\na();`],
  ['a parameter', 'const f = (a, b) => a;', 'const f = (b, a) => a;'],
  ['a key', 'const a = function () {}; export { a };', 'const a = function () {}; export { a as b };'],
  ['a directive', `function f() { 'use strict'; return this; }`, `function f() { return this; }`],
  ['a name in a pattern', 'const { a: b } = c;', 'const { a: d } = c;'],
])('%s has no place', (_what, before, after) => {
  expect(variantOf(parseSource('a.js', before)!, 1, after)).toBeUndefined();
});

test('a text without valid syntax is known before it is run', () => {
  expect(variantOf(parseSource('a.js', 'const a = 1;')!, 1, 'const a = ;')).toBe(invalid);
});
