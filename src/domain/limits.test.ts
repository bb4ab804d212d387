import { expect, it } from 'vitest';
import { eachOnce, limitName, limitsOf, mostUnder } from './limits.ts';
import type { SetLimit } from './limits.ts';

it('names a type and a key apart, also when they are called the same', () => {
  expect(limitName({ of: 'type', name: 'merge' })).toBe('type:merge');
  expect(limitName({ of: 'key', name: 'merge' })).toBe('key:merge');
});

const free = { type: 'merge', concurrencyKey: undefined };
const keyed = { type: 'merge', concurrencyKey: 'main' };

it.each<readonly [string, typeof free | typeof keyed, readonly (readonly [string, number])[], readonly SetLimit[]]>([
  ['a task without a key has none', free, [], []],
  [
    'a task without a key has none that is set for others',
    free,
    [
      ['type:push', 3],
      ['key:merge', 2],
    ],
    [],
  ],
  ['a type has the one that is set for it', free, [['type:merge', 3]], [{ of: 'type', name: 'merge', most: 3 }]],
  ['a type may be stopped', free, [['type:merge', 0]], [{ of: 'type', name: 'merge', most: 0 }]],
  ['a key allows one', keyed, [], [{ of: 'key', name: 'main', most: 1 }]],
  ['a key allows one whatever is set for others', keyed, [['key:other', 4]], [{ of: 'key', name: 'main', most: 1 }]],
  ['a key allows what is set for it', keyed, [['key:main', 4]], [{ of: 'key', name: 'main', most: 4 }]],
  ['a key may be stopped', keyed, [['key:main', 0]], [{ of: 'key', name: 'main', most: 0 }]],
  [
    'a type and a key hold together',
    keyed,
    [
      ['key:main', 4],
      ['type:merge', 3],
    ],
    [
      { of: 'type', name: 'merge', most: 3 },
      { of: 'key', name: 'main', most: 4 },
    ],
  ],
])('%s', (_, task, set, limits) => {
  expect(limitsOf(task, new Map(set))).toStrictEqual(limits);
});

it.each([
  ['a type that nothing is set for', { of: 'type', name: 'a' }, new Map(), Infinity],
  ['a key that nothing is set for', { of: 'key', name: 'a' }, new Map(), 1],
  ['a type that is limited', { of: 'type', name: 'a' }, new Map([['type:a', 3]]), 3],
  ['a key that may be used more often', { of: 'key', name: 'a' }, new Map([['key:a', 3]]), 3],
  ['a key, whatever a type of its name may', { of: 'key', name: 'a' }, new Map([['type:a', 3]]), 1],
] as const)('lets run, of %s', (_, limit, set, most) => {
  expect(mostUnder(limit, set)).toBe(most);
});

it('names each kind once, in order', () => {
  const kind = (type: string, concurrencyKey?: string) => ({ type, concurrencyKey });
  expect(eachOnce([kind('b', 'k'), kind('a'), kind('b', 'k'), kind('b', 'a'), kind('a')])).toStrictEqual([
    kind('a'),
    kind('b', 'a'),
    kind('b', 'k'),
  ]);
});
